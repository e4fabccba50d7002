import { isKnownVenue, type Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { configureLog, type RunningLog } from "../log/setup.ts";
import { exitCodeOf, messageOf } from "./exit.ts";
import type { GlobalOptions } from "./grammar/global_options.ts";
import { systemClock } from "../system/system_clock.ts";
import { terminal } from "./terminal/terminal.ts";

/** Runs a command for venues with a log; an error becomes one line in the log and an exit code. */
export async function withLog(
  venues: readonly Venue[],
  options: GlobalOptions,
  command: (logging: RunningLog) => Promise<number>,
): Promise<number> {
  let logging: RunningLog | null = null;
  try {
    logging = openLog(options);
    venues.forEach(warnIfUnknown);
    return await command(logging);
  } catch (error) {
    if (logging === null) terminal.writeLine(messageOf(error));
    else log.error(messageOf(error));
    return exitCodeOf(error);
  } finally {
    terminal.detach();
    await logging?.close();
  }
}

function openLog(
  { logLevel, logFile, logRotateSize, logKeepDays, quiet, systemTimezone }: GlobalOptions,
): RunningLog {
  return configureLog({
    level: logLevel,
    timeZone: systemTimezone,
    file: logFile === undefined
      ? undefined
      : { path: logFile, rotateBytes: logRotateSize, keepDays: logKeepDays },
    stderr: quiet && logFile !== undefined ? null : terminal.logTarget,
    clock: systemClock.now,
  });
}

function warnIfUnknown(venue: Venue): void {
  if (!isKnownVenue(venue)) {
    log.warning(`${venue} is not a venue that this version knows; it is tried anyway`);
  }
}
