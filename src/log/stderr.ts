import type { Level } from "./line_format.ts";

/** Writes a line; throws when it cannot. */
export type Output = (level: Level, line: string) => void;

/** Where lines go in addition to the log file, or instead of it. */
export interface StderrSettings {
  /** Writes `line` and a line break; a progress bar is removed before and drawn again afterwards. */
  write(line: string): void;
  /** For a terminal: show the level as a colour. */
  readonly colour: boolean;
  /** For journald (recognized by `JOURNAL_STREAM`): the level as a prefix, which journald removes; never coloured. */
  readonly journald: boolean;
}

/** The syslog(3) priorities that sd-daemon(3) defines as prefixes. */
const PRIORITIES: Readonly<Record<Level, number>> = { DEBUG: 7, INFO: 6, WARNING: 4, ERROR: 3 };
/** SGR sequences: dim, yellow, red. */
const COLOURS: Readonly<Partial<Record<Level, string>>> = {
  DEBUG: "\x1b[2m",
  WARNING: "\x1b[33m",
  ERROR: "\x1b[31m",
};
const END_OF_COLOUR = "\x1b[0m";

/** An output on stderr, formatted for a terminal, journald or a plain pipe. */
export function stderrOutput({ write, colour, journald }: StderrSettings): Output {
  if (journald) return (level, line) => write(`<${PRIORITIES[level]}>${line}`);
  if (colour) return (level, line) => write(coloured(level, line));
  return (_, line) => write(line);
}

function coloured(level: Level, line: string): string {
  const colour = COLOURS[level];
  return colour === undefined ? line : `${colour}${line}${END_OF_COLOUR}`;
}
