import { getLogger } from "@logtape/logtape";
import type { Level } from "./line_format.ts";
import { CATEGORY, type OwnLevel } from "./log.ts";
import type { Position } from "./position.ts";
import { direct } from "./setup.ts";

/** A line logged in a thread, on its way to the thread that writes the log. */
export interface RelayedLine {
  readonly level: OwnLevel;
  readonly message: string;
  readonly position: Position;
}

/** For a thread: sends the lines of `log` from `level` upward to `send`, as long as the thread runs. */
export function relayLog(level: Level, send: (line: RelayedLine) => void): void {
  direct(level, ({ level, rawMessage, properties }) =>
    send({
      level: level as OwnLevel,
      message: String(rawMessage),
      position: properties.position as Position,
    }));
}

/** Logs a line that a thread has sent, with the current time and the position of its caller in the thread. */
export function logRelayed({ level, message, position }: RelayedLine): void {
  getLogger(CATEGORY)[level](message, { position });
}
