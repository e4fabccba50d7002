import { getLogger } from "@logtape/logtape";
import type { Level } from "./line_format.ts";
import { CATEGORY } from "./log.ts";
import type { Position } from "./position.ts";
import { direct } from "./setup.ts";

/** What a thread logs, on its way to the thread that writes the log. */
export interface RelayedLine {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly message: string;
  readonly position: Position;
}

/** Sends, in a thread, the lines of `log` from `level` on to `send`, for as long as it lives. */
export function relayLog(level: Level, send: (line: RelayedLine) => void): void {
  direct(level, ({ level, rawMessage, properties }) =>
    send({
      level: level as RelayedLine["level"],
      message: String(rawMessage),
      position: properties.position as Position,
    }));
}

/** Logs what a thread has sent, now, with the position of its caller there. */
export function logRelayed({ level, message, position }: RelayedLine): void {
  getLogger(CATEGORY)[level](message, { position });
}
