import type { Level } from "./line_format.ts";
import type { Output } from "./stderr.ts";

/** What to say about an output that fails. */
export interface FailureNotes {
  /** Called at the first line that a working output refuses, to report it elsewhere. */
  failed(error: unknown): void;
  /** The first line for the output when it works again; `missed` lines were lost. */
  resumed(missed: number): string;
}

/** An output that never throws: it drops the lines that it cannot write, and counts them. */
export class FailSafe {
  /** Lines dropped since it last worked. */
  #missed = 0;
  #dropped = 0;

  constructor(readonly output: Output, readonly notes: FailureNotes) {}

  /** The total number of dropped lines. */
  get dropped(): number {
    return this.#dropped;
  }

  write(level: Level, line: string): void {
    try {
      if (this.#missed > 0) this.#resume();
      this.output(level, line);
    } catch (error) {
      this.#dropped++;
      if (this.#missed++ === 0) this.notes.failed(error);
    }
  }

  #resume(): void {
    this.output("WARNING", this.notes.resumed(this.#missed));
    this.#missed = 0;
  }
}
