/** Programs that are halted in the middle of something, however soon it is over and however busy the machine is. */
import assert from "node:assert/strict";
import { reached } from "./evidence.ts";
import type { Program } from "./harness.ts";

/** How often a program is started until what it does is seen. */
const TRIES = 10;

/** What a program is to be caught at. */
export interface Act {
  /** In words, for a failure. */
  readonly what: string;
  readonly start: () => Program;
  /** Whether the program is at it now. */
  readonly seen: () => boolean;
  /** Whether it has been done. */
  readonly isOver: () => boolean;
  /** Makes it as it was before, so that a program does it again. */
  readonly undo: () => void;
}

/**
 * Starts a program and halts it by SIGSTOP while it is at something, so that a signal comes before that is over; it goes
 * on by SIGCONT. Where it was over before it was seen, the program is killed and started again.
 */
export async function caught({ what, start, seen, isOver, undo }: Act): Promise<Program> {
  for (let tries = 0; tries < TRIES; tries++) {
    const program = start();
    await reached(program, what, () => seen() || isOver());
    halt(program);
    if (!isOver()) return program;
    await program[Symbol.asyncDispose]();
    undo();
  }
  return assert.fail(`${what}: it was over each time before it was seen`);
}

/** Nothing happens when it has ended. */
function halt({ child }: Program): void {
  try {
    child.kill("SIGSTOP");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // "Child process has already terminated"
  }
}
