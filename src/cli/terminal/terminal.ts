import { fstatSync } from "node:fs";
import { writeAllSync } from "../../system/atomic.ts";
import { hasColour, USUAL_WIDTH } from "./output.ts";
import type { Progress, Screen } from "./progress.ts";

const encoder = new TextEncoder();

/** Standard error: log lines and, on a terminal, a status line below them. */
class Terminal {
  #progress: Progress | null = null;

  /** Where a status line can be drawn; null when stderr is not a terminal. */
  readonly screen: Screen | null = Deno.stderr.isTerminal()
    ? {
      write: (text) => void this.#whileThere(() => this.#write(text)),
      columns: () => this.#whileThere(() => Deno.consoleSize().columns) || USUAL_WIDTH,
    }
    : null;

  /** From now on log lines are written above this status line. */
  attach(progress: Progress): void {
    this.#progress = progress;
  }

  /** Removes the status line, and shows none any more. */
  detach(): void {
    this.#progress?.wipe();
    this.#progress = null;
  }

  /** Where the lines of the log go. */
  readonly logTarget = {
    write: (line: string) => this.writeLine(line),
    colour: hasColour(Deno.stderr),
    journald: isStderr(Deno.env.get("JOURNAL_STREAM") ?? ""),
  };

  writeLine(line: string): void {
    this.#progress?.wipe();
    this.#write(`${line}\n`);
    this.#progress?.draw();
  }

  /** If the terminal has been closed, the work goes on without a status line. */
  #whileThere<T>(look: () => T): T | null {
    try {
      return look();
    } catch {
      return null;
    }
  }

  #write(text: string): void {
    writeAllSync(Deno.stderr, encoder.encode(text));
  }
}

/**
 * Whether standard error is this `device:inode`, a value that systemd sets for the processes it starts. Their child
 * processes inherit the variable even if their standard error is a file or a terminal.
 */
function isStderr(stream: string): boolean {
  if (stream === "") return false;
  try {
    const { dev, ino } = fstatSync(2);
    return stream === `${dev}:${ino}`;
  } catch {
    return false; // standard error is closed
  }
}

export const terminal = new Terminal();
