import { getLogger } from "@logtape/logtape";
import { callerPosition } from "./position.ts";

/** The category of the program's own lines in LogTape. */
export const CATEGORY = "xetra-parqed";

const logger = getLogger(CATEGORY);

/** The levels of the program's own lines, as LogTape names them. */
export type OwnLevel = "debug" | "info" | "warning" | "error";

/** Logs `message` literally (braces have no meaning), with the caller's position. */
type LogAt = (message: string) => void;

/**
 * The log of the program. Silent until `configureLog` says where lines go; never throws. Calls below the level cost
 * next to nothing.
 */
export const log: Readonly<Record<OwnLevel, LogAt>> = {
  debug: logAt("debug"),
  info: logAt("info"),
  warning: logAt("warning"),
  error: logAt("error"),
};

function logAt(level: OwnLevel): LogAt {
  const write = (message: string) => {
    if (logger.isEnabledFor(level)) logger[level](message, { position: callerPosition(write) });
  };
  return write;
}
