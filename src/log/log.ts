import { getLogger } from "@logtape/logtape";
import { callerPosition } from "./position.ts";

/** The category of the program's own lines in LogTape. */
export const CATEGORY = "xetra-parqed";

const logger = getLogger(CATEGORY);

/** Logs `message` literally (braces have no meaning), with the caller's position. */
export type LogAt = (message: string) => void;

/**
 * The log of the program. Silent until `configureLog` says where lines go; never throws. Calls below the level cost
 * next to nothing.
 */
export const log: {
  readonly debug: LogAt;
  readonly info: LogAt;
  readonly warning: LogAt;
  readonly error: LogAt;
} = {
  debug: logAt("debug"),
  info: logAt("info"),
  warning: logAt("warning"),
  error: logAt("error"),
};

function logAt(level: "debug" | "info" | "warning" | "error"): LogAt {
  const write = (message: string) => {
    if (logger.isEnabledFor(level)) logger[level](message, { position: callerPosition(write) });
  };
  return write;
}
