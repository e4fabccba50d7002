import { isKnownVenue, type Venue } from "../feed/venue.ts";
import { configureLog, type RunningLog } from "../log/setup.ts";
import { log } from "../log/log.ts";
import { checkPartial, printDefects } from "./check_partial.ts";
import { checkStatus, printStatus } from "./check_status.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { listenForSignals, Requests } from "../daemon/signals.ts";
import { Layout } from "../store/layout.ts";
import { fetchAsDaemon } from "./daemon.ts";
import { fetchTrades, planFetch, printPlans } from "./fetch_trades.ts";
import { listenForInterruption } from "./interruption.ts";
import { listFiles, printFiles } from "./list_files.ts";
import { printJson } from "./output.ts";
import type { DaemonOptions, ExchangeOptions, FetchOptions, GlobalOptions, JsonOption } from "./settings.ts";
import { printReport, statusReport } from "./status.ts";
import { systemClock } from "./system_clock.ts";
import { terminal } from "./terminal.ts";
import { wire } from "./wiring.ts";

/** The commands: each returns the exit code. */

export function fetchTradesCommand(
  venues: readonly Venue[],
  options: GlobalOptions & FetchOptions,
): Promise<number> {
  return run(venues, options, async (signal) => {
    const tools = wire(options);
    if (options.store) return await fetchTrades(venues, tools, signal, options.json ?? false);
    return await answer(venues, options, (venue) => planFetch(venue, tools, signal), printPlans);
  });
}

export function listFilesCommand(
  venue: Venue,
  options: GlobalOptions & ExchangeOptions & JsonOption & { readonly date?: string },
): Promise<number> {
  return run([venue], options, async (signal) => {
    const listed = await listFiles(venue, options.date, wire(options).exchange, signal);
    if (options.json) printJson(listed);
    else printFiles(listed);
    return EXIT.done;
  });
}

export function checkStatusCommand(
  venues: readonly Venue[],
  options: GlobalOptions & ExchangeOptions & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const { exchange, layout } = wire(options);
    return answer(venues, options, (venue) => checkStatus(venue, exchange, layout, signal), printStatus);
  });
}

export function checkPartialCommand(
  venues: readonly Venue[],
  options: GlobalOptions & JsonOption,
): Promise<number> {
  return run(venues, options, () => {
    const { layout } = wire(options);
    return answer(venues, options, (venue) => checkPartial(venue, layout), printDefects);
  });
}

/** Fetches until a signal ends it; exits 0 then. */
export function daemonCommand(venues: readonly Venue[], options: DaemonOptions): Promise<number> {
  return withLog(venues, options, async (logging) => {
    const requests = new Requests();
    using _signals = listenForSignals({
      requests,
      reopenLog: () => logging.reopen(),
      endNow: Deno.exit,
      monotonic: systemClock.monotonic,
    });
    try {
      await fetchAsDaemon(venues, options, requests);
    } catch (error) {
      if (!requests.stop.aborted) throw error;
    }
    return EXIT.done;
  });
}

export function statusCommand(
  venues: readonly Venue[],
  options: GlobalOptions & JsonOption & { readonly check?: true },
): Promise<number> {
  return withLog(venues, options, () => {
    const layout = new Layout(options.wrkDir);
    const reports = venues.map((venue) => statusReport(venue, layout, systemClock.now()));
    const worst = reports.map(({ verdict }) => verdict).reduce((a, b) => b.level > a.level ? b : a);
    if (options.json) printJson({ venues: reports });
    else if (options.check) console.log(worst.reason);
    else reports.forEach(printReport);
    return Promise.resolve(options.check ? worst.level : EXIT.done);
  });
}

/** Asks for every venue, also after a failure, and prints what was answered. */
async function answer<T>(
  venues: readonly Venue[],
  { json }: JsonOption,
  ask: (venue: Venue) => Promise<T>,
  print: (answer: T) => void,
): Promise<number> {
  const codes: number[] = [];
  const answers: T[] = [];
  for (const venue of venues) {
    try {
      answers.push(await ask(venue));
      codes.push(EXIT.done);
    } catch (error) {
      log.error(`${venue}: ${messageOf(error)}`);
      codes.push(exitCodeOf(error));
    }
  }
  if (json) printJson({ venues: answers });
  else answers.forEach(print);
  return combinedExitCode(codes);
}

/** Runs a command that a signal ends. */
function run(
  venues: readonly Venue[],
  options: GlobalOptions,
  command: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  return withLog(venues, options, async () => {
    using interruption = listenForInterruption(systemClock.now);
    return await command(interruption.signal);
  });
}

/** Runs a command on venues with a log; what it throws becomes one line and an exit code. */
async function withLog(
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
    await logging?.close();
  }
}

function openLog({ logLevel, logFile, quiet, systemTimezone }: GlobalOptions): RunningLog {
  return configureLog({
    level: logLevel,
    timeZone: systemTimezone,
    file: logFile === undefined ? undefined : { path: logFile },
    stderr: quiet && logFile !== undefined ? null : terminal.logTarget,
    clock: systemClock.now,
  });
}

function warnIfUnknown(venue: Venue): void {
  if (!isKnownVenue(venue)) {
    log.warning(`${venue} is no venue that this version knows; it is tried all the same`);
  }
}
