import type { VenueResult } from "../../collect/report.ts";
import { CannotGoOn } from "../../daemon/cannot_go_on.ts";
import type { CycleWork } from "../../daemon/loop.ts";
import { logRelayed, type RelayedLine } from "../../log/relay.ts";
import type { Clock } from "../../system/clock.ts";

/** How the cycle of a venue ended. */
export interface DaemonResult extends VenueResult {
  /** The bars that were made after it, in words; null for none. Cycles of quotes have none. */
  readonly bars?: string | null;
}

/** What a thread is for; the job is part of the thread's name. */
export type Job =
  /** A cycle that others will follow soon, so files may wait for one of those to be published. */
  | "cycle"
  /** A cycle that leaves nothing to be published later. */
  | "last cycle for now"
  /** The same two for quotes. */
  | "quotes"
  | "last quotes for now"
  /** Only publishes what earlier cycles left, without asking the exchange. */
  | "publication";

/** The jobs that are cycles of trades. */
export type CycleJob = "cycle" | "last cycle for now";

/** A cycle of quotes that leaves nothing to be published later. */
export const LAST_OF_QUOTES: Job = "last quotes for now";

export function isOfQuotes(job: Job): boolean {
  return Object.values(QUOTES_IN).includes(job);
}

/** The cycle of quotes that goes with one of trades. */
export const QUOTES_IN: Readonly<Record<CycleJob, Job>> = {
  "cycle": "quotes",
  "last cycle for now": LAST_OF_QUOTES,
};

/** The prefix of the names of this program's threads. */
const THREAD = "xetra-parqed ";
/**
 * A cycle that is asked to stop does so in milliseconds; one that hangs on a broken disk is abandoned after this time.
 */
const STOP_PATIENCE_MILLIS = 3_000;

/** The only message that is sent to a cycle's thread after its command line. */
export const STOP = "stop";

/** What a cycle's thread reports. */
export type FromThread =
  /** It awaits its command line. */
  | { readonly kind: "begun" }
  /** It can receive `STOP` from now on. */
  | { readonly kind: "ready" }
  | { readonly kind: "progress" }
  | { readonly kind: "line"; readonly line: RelayedLine }
  | { readonly kind: "ended"; readonly results: readonly DaemonResult[] }
  /** It was asked to stop, and has stopped. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly reason: string };

/** What this thread is for; null in the main thread. */
export function jobOfThread(): Job | null {
  const { name } = globalThis as { readonly name?: unknown };
  return typeof name === "string" && name.startsWith(THREAD) ? name.slice(THREAD.length) as Job : null;
}

/** Carries out a job; throws what keeps it from its end. */
export type CarryOut = (
  job: Job,
  work: Pick<CycleWork, "stop" | "progress">,
) => Promise<readonly VenueResult[]>;

/**
 * Carries out one job in a thread of its own, which runs this program with the command line `args`. Its memory is
 * freed when the thread ends: in the daemon's own thread, publishing a day would leave behind 150 MB that the C library
 * keeps in fragments. Throws whatever prevents the cycle from finishing, `CannotGoOn` when the program can no longer be
 * loaded, and the reason of `stop`, at the latest 3 s after it fired.
 */
export async function doInThread(
  job: Job,
  { stop, progress }: Pick<CycleWork, "stop" | "progress">,
  clock: Clock,
  args: readonly string[],
): Promise<readonly DaemonResult[]> {
  stop.throwIfAborted();
  const thread = new Worker(Deno.mainModule, { type: "module", name: `${THREAD}${job}` });
  const over = new AbortController();
  const askToStop = () => thread.postMessage(STOP);
  stop.addEventListener("abort", askToStop, { signal: over.signal });
  try {
    const results = resultsOf(thread, args, progress, () => stop.aborted && askToStop());
    return await Promise.race([results, outOfPatience(stop, over.signal, clock)]);
  } catch (error) {
    throw stop.aborted ? stop.reason : error;
  } finally {
    over.abort();
    thread.terminate();
  }
}

function resultsOf(
  thread: Worker,
  args: readonly string[],
  progress: () => void,
  onReady: () => void,
): Promise<readonly DaemonResult[]> {
  let isLoaded = false;
  return new Promise((resolve, reject) => {
    thread.onmessage = ({ data }: MessageEvent<FromThread>) => {
      switch (data.kind) {
        case "begun":
          return thread.postMessage(args);
        case "ready":
          isLoaded = true;
          return onReady();
        case "progress":
          return progress();
        case "line":
          return logRelayed(data.line);
        case "ended":
          return resolve(data.results);
        case "stopped":
          return reject(new Error("the cycle stopped by itself"));
        case "failed":
          return reject(new Error(data.reason));
      }
    };
    thread.onerror = (event) => {
      event.preventDefault(); // otherwise it would end the daemon
      const { message } = event;
      reject(isLoaded ? new Error(`the cycle's thread ended: ${message}`) : cannotLoad(message));
    };
  });
}

function cannotLoad(message: string): CannotGoOn {
  return new CannotGoOn(`the program cannot be loaded any more: ${message}`);
}

/** Rejects if the thread has not ended within this time after `STOP`. */
async function outOfPatience(stop: AbortSignal, over: AbortSignal, clock: Clock): Promise<never> {
  await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { signal: over }));
  await clock.sleep(STOP_PATIENCE_MILLIS, over).catch(() => {}); // rejected: the thread has ended
  throw stop.reason;
}
