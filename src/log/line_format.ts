import type { Position } from "./position.ts";

/** How severe a line is, the most severe last. */
export type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** Width of the level's column; that of loguru, whose lines users' scripts already read. */
const LEVEL_WIDTH = 8;
/** A message may quote a text of any length. */
const LONGEST_MESSAGE = 8_000;
/** What would end a line for one reader or another, or steer a terminal. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

/**
 * One line of the log, without its line break:
 * `2025-12-01 20:39:08.993 | INFO     | collect.cycle:run:184 - Checking missing dates for DETR`.
 * `time` is printed as it is. Control characters, line breaks among them, become escapes such as `\n`: whatever
 * the message quotes, it stays one line; of a longer one it has the first 8,000 characters.
 */
export function formatLine(time: string, level: Level, at: Position, message: string): string {
  const where = `${at.module}:${at.function}:${at.line}`;
  return `${time} | ${level.padEnd(LEVEL_WIDTH)} | ${where} - ${shortened(message)}`.replace(
    CONTROL,
    escaped,
  );
}

function shortened(message: string): string {
  const left = message.length - LONGEST_MESSAGE;
  return left <= 0 ? message : `${message.slice(0, LONGEST_MESSAGE)}… and ${left} characters more`;
}

function escaped(control: string): string {
  return SHORT_ESCAPES.get(control) ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
