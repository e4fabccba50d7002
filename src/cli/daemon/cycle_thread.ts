import type { VenueResult } from "../../collect/report.ts";
import { CannotGoOn } from "../../daemon/cannot_go_on.ts";
import type { CycleWork } from "../../daemon/loop.ts";
import { logRelayed, type RelayedLine } from "../../log/relay.ts";
import type { Clock } from "../../system/clock.ts";

/** What a thread is for; by its name it knows what it has to do. */
export type Job =
  /** A cycle after which others come soon: files may wait for one of them to be published. */
  | "cycle"
  /** A cycle that leaves nothing to be published later. */
  | "last cycle for now"
  /** To publish what others have left, and ask nobody. */
  | "publication";

/** How the name of a thread of this program begins. */
const THREAD = "xetra-parqed ";
/** A cycle that is asked to stop does so in milliseconds; one that a broken disk holds up is left behind. */
const STOP_PATIENCE_MILLIS = 3_000;

/** The only thing that a cycle's thread is told. */
export const STOP = "stop";

/** What a cycle's thread tells. */
export type FromThread =
  /** It can be told to stop from now on. */
  | { readonly kind: "ready" }
  | { readonly kind: "progress" }
  | { readonly kind: "line"; readonly line: RelayedLine }
  | { readonly kind: "ended"; readonly results: readonly VenueResult[] }
  /** It was told to stop, and has. */
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly reason: string };

/** What this thread is for; null in the program's own. */
export function jobOfThread(): Job | null {
  const { name } = globalThis as { readonly name?: unknown };
  return typeof name === "string" && name.startsWith(THREAD) ? name.slice(THREAD.length) as Job : null;
}

/**
 * Carries out one job in a thread of its own, which is this program with this process's command line. All memory
 * goes with the thread: in the daemon's own, what publishing a day leaves behind is 150 MB that the C library keeps
 * in pieces. Throws what keeps the cycle from its end, `CannotGoOn` when the program cannot be loaded any more, and the
 * reason of `stop`, at the latest 3 s after it has fired.
 */
export async function doInThread(
  job: Job,
  { stop, progress }: Pick<CycleWork, "stop" | "progress">,
  clock: Clock,
): Promise<readonly VenueResult[]> {
  stop.throwIfAborted();
  const thread = new Worker(Deno.mainModule, { type: "module", name: `${THREAD}${job}` });
  const over = new AbortController();
  const tellToStop = () => thread.postMessage(STOP);
  stop.addEventListener("abort", tellToStop, { signal: over.signal });
  try {
    const results = resultsOf(thread, progress, () => stop.aborted && tellToStop());
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
  progress: () => void,
  onReady: () => void,
): Promise<readonly VenueResult[]> {
  let isLoaded = false;
  return new Promise((resolve, reject) => {
    thread.onmessage = ({ data }: MessageEvent<FromThread>) => {
      switch (data.kind) {
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
      event.preventDefault(); // else it would end the daemon
      const { message } = event;
      reject(isLoaded ? new Error(`the cycle's thread ended: ${message}`) : cannotLoad(message));
    };
  });
}

function cannotLoad(message: string): CannotGoOn {
  return new CannotGoOn(`the program cannot be loaded any more: ${message}`);
}

/** Rejects when the thread has not ended so long after it was told to stop. */
async function outOfPatience(stop: AbortSignal, over: AbortSignal, clock: Clock): Promise<never> {
  await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { signal: over }));
  await clock.sleep(STOP_PATIENCE_MILLIS, over).catch(() => {}); // it is over
  throw stop.reason;
}
