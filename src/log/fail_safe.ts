import type { Level } from "./line_format.ts";
import type { Output } from "./stderr.ts";

/** What is said about an output that fails. */
export interface FailureNotes {
  /** Called at the first line that an output refuses after it worked, to say so elsewhere. */
  failed(error: unknown): void;
  /** The line that the output gets first when it works again; `missed` lines are not in it. */
  resumed(missed: number): string;
}

/** An output whose failures stop nobody: it drops the lines that it cannot take, and counts them. */
export class FailSafe {
  /** Lines dropped since it last worked. */
  #missed = 0;
  #dropped = 0;

  constructor(readonly output: Output, readonly notes: FailureNotes) {}

  /** Lines dropped in all. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Never throws. */
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
