import { basename, dirname } from "node:path";
import { RotatingFile, type RotatingFileOptions } from "../../src/log/rotating_file.ts";

/** A log file whose clock stands still but in `writeAfter`, and whose warnings are kept. */
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

  /** Lets time pass, writes a line, and lets what that begins in the background end. */
  async writeAfter(millis: number, line: string): Promise<void> {
    this.time += millis;
    this.write(line);
    await this.settled();
  }

  /**
   * Resolves when what the last line began in the background has ended. A rotated file is compressed into one beside it,
   * which is there before the line is written, and has its last name when all is done.
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
