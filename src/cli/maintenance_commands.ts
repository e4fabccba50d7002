import type { Venue } from "../feed/venue.ts";
import { adopt, adoptable, adoptedCode, printAdopted } from "./adopt.ts";
import { cleanupCode, cleanupRaw, printCleanup } from "./cleanup_raw.ts";
import { answer, run } from "./commands.ts";
import { consolidateMonths, printMonths } from "./consolidate_month.ts";
import { person } from "./terminal/prompt.ts";
import { printReprocessed, reprocess, reprocessedCode } from "./reprocess.ts";
import type {
  AdoptOptions,
  CleanupOptions,
  GlobalOptions,
  JsonOption,
  MonthOptions,
  ReprocessOptions,
  VerifyOptions,
} from "./settings.ts";
import { printVerification, verifiedCode, verify } from "./verify.ts";
import { wire } from "./wiring.ts";

export { adoptable };

/** The commands that look after what is stored: each returns the exit code. */

export function verifyCommand(
  venues: readonly Venue[],
  options: GlobalOptions & VerifyOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => verify(venue, options, tools, signal);
    return answer(venues, options, ask, printVerification, verifiedCode);
  });
}

export function reprocessCommand(
  venues: readonly Venue[],
  options: GlobalOptions & ReprocessOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => reprocess(venue, options, tools, signal);
    return answer(venues, options, ask, printReprocessed, reprocessedCode);
  });
}

export function cleanupRawCommand(
  venues: readonly Venue[],
  options: GlobalOptions & CleanupOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => cleanupRaw(venue, options, tools, signal);
    return answer(venues, options, ask, (cleanup) => printCleanup(cleanup, options), cleanupCode);
  });
}

export function consolidateMonthCommand(
  venues: readonly Venue[],
  options: GlobalOptions & MonthOptions & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const atTerminal = options.yes ? null : person(signal);
    const ask = (venue: Venue) => consolidateMonths(venue, options, tools, atTerminal, signal);
    return answer(venues, options, ask, printMonths, ({ exitCode }) => exitCode);
  });
}

export function adoptCommand(
  venues: readonly Venue[],
  options: GlobalOptions & AdoptOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => adopt(venue, options, tools, signal);
    return answer(venues, options, ask, printAdopted, adoptedCode);
  });
}
