import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { systemClock } from "../system/system_clock.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "./exit.ts";
import type { GlobalOptions, JsonOption } from "./grammar/global_options.ts";
import { withLog } from "./logging.ts";
import { CannotPrint } from "./terminal/cannot_print.ts";
import { listenForInterruption } from "./terminal/interruption.ts";
import { printJson } from "./terminal/output.ts";

interface OfVenue {
  readonly venue: Venue;
}

/**
 * Runs an inquiry for every venue, continuing after failures, and prints the answers. The exit code is that of the
 * failures, or what `codeOf` returns for an answer (default: 0). In JSON an answer is shown by `documentOf` (default: as it
 * is).
 */
export async function answer<T, Asked extends Venue | OfVenue = Venue>(
  venues: readonly Asked[],
  { json }: JsonOption,
  ask: (venue: Asked) => Promise<T>,
  print: (answer: T) => void,
  codeOf: (answer: T) => number = () => EXIT.done,
  documentOf: (answer: T) => unknown = (answer) => answer,
): Promise<number> {
  const answers: T[] = [];
  const exitCode = await forEachVenue(venues, async (venue) => {
    const answer = await ask(venue);
    answers.push(answer);
    return codeOf(answer);
  });
  if (json) printJson({ venues: answers.map(documentOf) });
  else answers.forEach(print);
  return exitCode;
}

/**
 * Does work for every venue, one after the other, and continues after failures, unless stdout takes no more: its reader has
 * closed the pipe, or its disk is full. Returns the exit code.
 */
export async function forEachVenue<Asked extends Venue | OfVenue>(
  venues: readonly Asked[],
  work: (venue: Asked) => Promise<number>,
): Promise<number> {
  const codes: number[] = [];
  for (const venue of venues) {
    try {
      codes.push(await work(venue));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe || error instanceof CannotPrint) throw error;
      log.error(`${typeof venue === "string" ? venue : venue.venue}: ${messageOf(error)}`);
      codes.push(exitCodeOf(error));
    }
  }
  return combinedExitCode(codes);
}

/** The same for a file that has the rows of all venues: the first failure ends it, and is thrown. */
export async function forAllVenues(
  venues: readonly Venue[],
  work: (venue: Venue) => Promise<number>,
): Promise<number> {
  return combinedExitCode(await Array.fromAsync(venues, (venue) => work(venue)));
}

/** Runs a command that can be ended by a signal. */
export function run(
  venues: readonly Venue[],
  options: GlobalOptions,
  command: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  return withLog(venues, options, () => command(listenForInterruption(systemClock.monotonic)));
}

/** The results of all, or the first failure, in either case only after all have ended. */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return await Promise.all(works);
}
