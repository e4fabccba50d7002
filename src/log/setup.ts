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
  /** Lines below this level are dropped. */
  readonly level: Level;
  /** IANA zone of the time stamps; default that of the system. */
  readonly timeZone?: string;
  /** A file that gets every line; if undefined there is no file. */
  readonly file?: LogFileSettings;
  /** Gets every line too; null means silence, except about a failure of the log file. */
  readonly stderr: StderrSettings | null;
  /** The current time in Unix milliseconds. */
  readonly clock: () => number;
}

/** A log that is in use. */
export interface RunningLog {
  /** Continues with a new file if an outside logrotate moved the old one (SIGHUP); never throws. */
  reopen(): void;
  /** Lines that the log file, or stderr if there is no file, could not take. */
  dropped(): number;
  /** Ends the log: later messages go nowhere, and a new log may be set up. Loses no line; ends soon. */
  close(): Promise<void>;
}

/** The log file cannot be opened. The message says which file, and what to do. */
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
 * Sets where the lines of `log` go, for the whole process, until the returned log is closed. From then on the log never
 * stops the program: lines that an output refuses (a full disk, a broken pipe) are dropped and counted. The other
 * output reports this once, and the first line that is accepted again is preceded by a note of how many are missing.
 *
 * Throws `CannotLog` when the log file cannot be opened, a RangeError for an unknown zone, and an Error when another
 * log is still set up.
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

/** The zone of the system. If TZ is set to an empty text, ICU knows no zone, and the C library uses UTC. */
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
 * Passes what is logged to `sink`. An error that the sink throws would be a bug of ours; LogTape reports it through its
 * meta logger on the console.
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
