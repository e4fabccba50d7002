import { fstatSync } from "node:fs";
import type { Progress, Screen } from "./progress.ts";

const encoder = new TextEncoder();
/** Of a terminal that does not tell its width, such as a serial line. */
const USUAL_COLUMNS = 80;

/** Standard error: log lines, and below them a status line when a person watches. */
class Terminal {
  #progress: Progress | null = null;

  /** Where a status line can be drawn; null when stderr is no terminal. */
  readonly screen: Screen | null = Deno.stderr.isTerminal()
    ? {
      write: (text) => void this.#whileThere(() => this.#write(text)),
      columns: () => this.#whileThere(() => Deno.consoleSize().columns) || USUAL_COLUMNS,
    }
    : null;

  /** From now on the lines of the log make room for this status line. */
  attach(progress: Progress): void {
    this.#progress = progress;
  }

  /** Where the lines of the log go. */
  readonly logTarget = {
    write: (line: string) => this.writeLine(line),
    colour: this.screen !== null && (Deno.env.get("NO_COLOR") ?? "") === "",
    journald: isStderr(Deno.env.get("JOURNAL_STREAM") ?? ""),
  };

  writeLine(line: string): void {
    this.#progress?.wipe();
    this.#write(`${line}\n`);
    this.#progress?.draw();
  }

  /** A person who has gone needs no status line: the work goes on without it. */
  #whileThere<T>(look: () => T): T | null {
    try {
      return look();
    } catch {
      return null;
    }
  }

  #write(text: string): void {
    const bytes = encoder.encode(text);
    for (let written = 0; written < bytes.length;) written += Deno.stderr.writeSync(bytes.subarray(written));
  }
}

/**
 * Whether standard error is this `device:inode`, which systemd sets for what it starts. Programs further down inherit
 * the variable, also those whose standard error is a file or a terminal.
 */
function isStderr(stream: string): boolean {
  if (stream === "") return false;
  try {
    const { dev, ino } = fstatSync(2);
    return stream === `${dev}:${ino}`;
  } catch {
    return false; // it is closed
  }
}

export const terminal = new Terminal();
