import type { Position } from "./position.ts";

/** How severe a line is, the most severe last. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** Width of the level's column; the same as loguru's, whose lines users' scripts already parse. */
const LEVEL_WIDTH = 8;
/** A message may quote text of any length, so it is limited. */
const LONGEST_MESSAGE = 8_000;
/** Characters that end a line for some reader, or control a terminal. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

/**
 * One line of the log, without its line break: `2025-12-01 20:39:08.993 | INFO     | collect.cycle:run:184 - Checking
 * missing dates for DETR`. `time` is used as it is. Control characters, including line breaks, become escapes such as
 * `\n`, so that it is always one line. Longer messages are cut after 8,000 characters.
 */
export function formatLine(time: string, level: Level, at: Position, message: string): string {
  const where = `${at.module}:${at.function}:${at.line}`;
  return `${time} | ${level.padEnd(LEVEL_WIDTH)} | ${where} - ${cutToLongest(message)}`.replace(
    CONTROL,
    escaped,
  );
}

function cutToLongest(message: string): string {
  const left = message.length - LONGEST_MESSAGE;
  return left <= 0 ? message : `${message.slice(0, LONGEST_MESSAGE)}… and ${left} characters more`;
}

function escaped(control: string): string {
  return SHORT_ESCAPES.get(control) ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
