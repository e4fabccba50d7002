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
    await settled();
  }
}

/** Resolves when a few bytes have been compressed. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
