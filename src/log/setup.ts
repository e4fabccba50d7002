import {
  configureSync,
  getConfig,
  getConsoleSink,
  type LogLevel,
  parseLogLevel,
  resetSync,
  type Sink,
} from "@logtape/logtape";
import { reasonOf, refusalOf } from "../system/disk_error.ts";
import type { FailSafe } from "./fail_safe.ts";
import { formatLine, type Level } from "./line_format.ts";
import { CATEGORY, log } from "./log.ts";
import { type Note, outputsOf } from "./outputs.ts";
import { callerPosition, type Position } from "./position.ts";
import { type LogFileSettings, RotatingFile } from "./rotating_file.ts";
import { timeStamps } from "./stamp.ts";
import type { StderrSettings } from "./stderr.ts";

export interface LogSettings {
  /** Lines below this level are not made. */
  readonly level: Level;
  /** IANA zone of the time stamps; default the system's. */
  readonly timeZone?: string;
  /** A file that gets every line; without it there is none. */
  readonly file?: LogFileSettings;
  /** Gets every line too; null for silence except about a failure of the log file. */
  readonly stderr: StderrSettings | null;
  /** Unix milliseconds, now. */
  readonly clock: () => number;
}

/** A log that has been set up. */
export interface RunningLog {
  /** Goes on with a new file if an outside logrotate moved the old one (SIGHUP); never throws. */
  reopen(): void;
  /** Lines that the log file, or stderr where there is no file, could not take. */
  dropped(): number;
  /** Ends the log: what is logged later goes nowhere, and it may be set up again. Loses no line; ends soon. */
  close(): Promise<void>;
}

/** The log file cannot be opened. The message says which one, and what to do. */
export class CannotLog extends Error {
  override name = "CannotLog";

  constructor(path: string, cause: unknown) {
    super(`cannot write the log file ${path}: ${reasonOf(cause)}. ${remedyOf(cause)}`, { cause });
  }
}

const LEVELS: Readonly<Record<LogLevel, Level>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warning: "WARNING",
  error: "ERROR",
  fatal: "ERROR",
};

/**
 * Says where the lines of `log` go, for the whole process, until the returned log is closed. Afterwards nothing
 * about the log stops the program: lines that an output refuses (a full disk, a broken pipe) are dropped and
 * counted, the other output says so once, and a note of how many are missing precedes the first one that it takes
 * again.
 *
 * Throws `CannotLog` when the log file cannot be opened, a RangeError for an unknown zone, and an Error
 * when another log is still set up.
 */
export function configureLog(settings: LogSettings): RunningLog {
  if (getConfig() !== null) throw new Error("the log is set up already: close it before setting it up again");
  const stamp = timeStamps(settings.timeZone ?? systemZone());
  const compose = (level: Level, at: Position, message: string) =>
    formatLine(stamp(settings.clock()), level, at, message);
  const note: Note = (level, message) => compose(level, callerPosition(note), message);
  const file = settings.file && openFile(settings.file, settings.clock);
  const outputs = outputsOf(file, settings.stderr, note);
  direct(settings.level, ({ level, properties, rawMessage }) => {
    const line = compose(LEVELS[level], properties.position as Position, String(rawMessage));
    for (const output of outputs) output.write(LEVELS[level], line);
  });
  return running(file, outputs);
}

/** The zone of the system; where TZ is set to nothing ICU does not know one, and the C library means UTC. */
function systemZone(): string {
  const zone = Temporal.Now.timeZoneId();
  return zone === "Etc/Unknown" ? "UTC" : zone;
}

function openFile(settings: LogFileSettings, now: () => number): RotatingFile {
  try {
    return new RotatingFile({ ...settings, now, warn: log.warning });
  } catch (error) {
    throw new CannotLog(settings.path, error);
  }
}

/**
 * Hands what is logged to `sink`. One that throws would be a bug of ours: LogTape reports it by its meta logger, on
 * the console.
 */
export function direct(level: Level, sink: Sink): void {
  configureSync({
    sinks: { lines: sink, console: getConsoleSink() },
    loggers: [
      { category: CATEGORY, sinks: ["lines"], lowestLevel: parseLogLevel(level) },
      { category: ["logtape", "meta"], sinks: ["console"], lowestLevel: "error" },
    ],
  });
}

function running(file: RotatingFile | undefined, outputs: readonly FailSafe[]): RunningLog {
  let closing: Promise<void> | undefined;
  return {
    reopen: () => file?.reopen(),
    dropped: () => outputs[0]?.dropped ?? 0,
    close: () => closing ??= end(file),
  };
}

async function end(file: RotatingFile | undefined): Promise<void> {
  resetSync();
  await file?.close();
}

function remedyOf(cause: unknown): string {
  switch (refusalOf(cause)) {
    case "no permission":
      return "Change the owner of its folder, or choose another --log-file";
    case "full":
      return "Free some space";
    default:
      return "Choose another --log-file";
  }
}
