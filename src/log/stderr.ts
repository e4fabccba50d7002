import type { Level } from "./line_format.ts";

/** Takes a line; throws when it cannot. */
export type Output = (level: Level, line: string) => void;

/** Where lines go beside the log file, or without one. */
export interface StderrSettings {
  /** Writes `line` and a line break; a progress bar is wiped before and drawn again after it. */
  write(line: string): void;
  /** For a person at a terminal: the level as a colour. */
  readonly colour: boolean;
  /** For journald (it is what `JOURNAL_STREAM` names): the level as a prefix that it takes off; never coloured. */
  readonly journald: boolean;
}

/** The priorities of syslog(3) that sd-daemon(3) defines as prefixes. */
const PRIORITIES: Readonly<Record<Level, number>> = { DEBUG: 7, INFO: 6, WARNING: 4, ERROR: 3 };
/** SGR sequences: dim, yellow, red. */
const COLOURS: Readonly<Partial<Record<Level, string>>> = {
  DEBUG: "\x1b[2m",
  WARNING: "\x1b[33m",
  ERROR: "\x1b[31m",
};
const END_OF_COLOUR = "\x1b[0m";

/** An output on stderr, dressed for whoever reads it. */
export function stderrOutput({ write, colour, journald }: StderrSettings): Output {
  if (journald) return (level, line) => write(`<${PRIORITIES[level]}>${line}`);
  if (colour) return (level, line) => write(coloured(level, line));
  return (_, line) => write(line);
}

function coloured(level: Level, line: string): string {
  const colour = COLOURS[level];
  return colour === undefined ? line : `${colour}${line}${END_OF_COLOUR}`;
}
