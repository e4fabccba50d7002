import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { checkPartial, printDefects } from "./check_partial.ts";
import { checkStatus, printStatus } from "./check_status.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { fetchTrades } from "./fetch_trades.ts";
import { listenForInterruption } from "./terminal/interruption.ts";
import { listFiles, printFiles } from "./list_files.ts";
import { withLog } from "./logging.ts";
import { printJson } from "./terminal/output.ts";
import { planFetch, printPlans } from "./plan_fetch.ts";
import type { ExchangeOptions, FetchOptions, GlobalOptions, JsonOption } from "./settings.ts";
import { systemClock } from "../system/system_clock.ts";
import { wire } from "./wiring.ts";

/** The commands that run once: each returns the exit code. */

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
    const { exchange, layout, clock } = wire(options);
    const ask = (venue: Venue) => checkStatus(venue, exchange, layout, clock.now(), signal);
    return answer(venues, options, ask, printStatus);
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

/**
 * Asks for every venue, also after a failure, and prints what was answered. The exit code is that of the failures, or
 * what `codeOf` an answer says (default: 0).
 */
export async function answer<T>(
  venues: readonly Venue[],
  { json }: JsonOption,
  ask: (venue: Venue) => Promise<T>,
  print: (answer: T) => void,
  codeOf: (answer: T) => number = () => EXIT.done,
): Promise<number> {
  const codes: number[] = [];
  const answers: T[] = [];
  for (const venue of venues) {
    try {
      const answer = await ask(venue);
      answers.push(answer);
      codes.push(codeOf(answer));
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
export function run(
  venues: readonly Venue[],
  options: GlobalOptions,
  command: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  return withLog(venues, options, () => command(listenForInterruption(systemClock.monotonic)));
}
