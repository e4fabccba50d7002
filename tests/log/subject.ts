import { basename, dirname } from "node:path";
import { RotatingFile, type RotatingFileOptions } from "../../src/log/rotating_file.ts";

/** A log file whose clock moves only in `writeAfter`, and whose warnings are collected. */
export class Subject {
  time = Date.parse("2025-12-01T19:39:08.093Z");
  readonly warnings: string[] = [];
  readonly file: RotatingFile;

  constructor(path: string, options: Partial<RotatingFileOptions> = {}) {
    const warn = (message: string) => void this.warnings.push(message);
    this.file = new RotatingFile({ path, now: () => this.time, warn, ...options });
  }

  write(...lines: string[]): void {
    for (const line of lines) this.file.write(line);
  }

  /** Lets time pass, writes a line, and waits for the work that this starts in the background. */
  async writeAfter(millis: number, line: string): Promise<void> {
    this.time += millis;
    this.write(line);
    await this.settled();
  }

  /**
   * Resolves when the background work that the last line started has ended. A rotated file is compressed into a file
   * beside it, which exists before the line is written, and gets its final name when everything is done.
   */
  async settled(): Promise<void> {
    do await new Promise((resolve) => setTimeout(resolve, 1)); while (this.#isCompressing());
  }

  #isCompressing(): boolean {
    const name = basename(this.file.path);
    return [...Deno.readDirSync(dirname(this.file.path))].some((entry) =>
      entry.isFile && entry.name.startsWith(`${name}.`) && entry.name.endsWith(".gz.tmp")
    );
  }
}
