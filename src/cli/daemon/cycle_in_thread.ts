import { LOCK_PATIENCE_MILLIS } from "../../collect/maintain/under_lock.ts";
import type { Tools } from "../../collect/cycle.ts";
import { fetchVenue } from "../../collect/fetch_venue.ts";
import { lookAfter } from "../../collect/maintain/maintenance.ts";
import { publishHeldBack } from "../../collect/publish/publish_held_back.ts";
import type { CycleReport } from "../../collect/report.ts";
import { Pace } from "../../collect/pace.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { relayLog } from "../../log/relay.ts";
import { keepReserve } from "../../store/reserve.ts";
import { stackOf } from "../../system/disk_error.ts";
import { systemClock } from "../../system/system_clock.ts";
import { conclude } from "../conclude.ts";
import { messageOf } from "../exit.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import { allOf } from "../run_command.ts";
import { VERSION } from "../version.ts";
import { type Collaborators, wire } from "../wiring.ts";
import { receive, send } from "./as_thread.ts";
import { DEFAULT_PUBLISH_EVERY, ON_TIME } from "./rhythm.ts";
import type { DaemonWork } from "./daemon_work.ts";
import { type DaemonResult, type FromThread, isOfQuotes, type Job, STOP } from "./cycle_thread.ts";
import { keepVenueBars } from "./keep_venue_bars.ts";
import type { keepVenueLake } from "./keep_venue_lake.ts";

/** The minimum time between two reports of progress. */
const PROGRESS_MILLIS = 100;

/** Runs in the thread of a job: carries it out, and sends the daemon its log lines and its outcome. */
export async function carryOut(job: Job, work: DaemonWork, options: DaemonOptions): Promise<void> {
  const stop = new AbortController();
  receive((message) => {
    if (message === STOP) stop.abort();
  });
  send({ kind: "ready" });
  relayLog(options.logLevel, (line) => send({ kind: "line", line }));
  send(await endOf(job, work, options, stop.signal));
}

async function endOf(
  job: Job,
  { venues, quotes }: DaemonWork,
  options: DaemonOptions,
  stop: AbortSignal,
): Promise<FromThread> {
  try {
    if (quotes !== null && isOfQuotes(job)) {
      const { quotesCycleOf } = await import("./quotes_in_thread.ts");
      return { kind: "ended", results: await quotesCycleOf(quotes, job, options, sparseProgress(), stop) };
    }
    const every = options.publishEvery ?? DEFAULT_PUBLISH_EVERY;
    const tools = {
      ...wire(options, null, sparseProgress()),
      publishEveryMillis: job === "cycle" ? ON_TIME * every.millis : 0,
    };
    if (job !== "publication") return { kind: "ended", results: await cycleOf(venues, tools, options, stop) };
    await allOf(venues.map((venue) => publishHeldBack(venue, tools, stop)));
    return { kind: "ended", results: [] };
  } catch (error) {
    if (stop.aborted) return { kind: "stopped" };
    return { kind: "failed", reason: stackOf(error) };
  }
}

async function cycleOf(
  venues: readonly Venue[],
  tools: Collaborators,
  { bars: withBars, export: lake }: Pick<DaemonOptions, "bars" | "export">,
  stop: AbortSignal,
): Promise<DaemonResult[]> {
  await setAside(tools, stop);
  return await allOf(venues.map(async (venue) => {
    let bars: string | null = null;
    const afterwards = async (_venue: Venue, report: CycleReport | null) => {
      if (withBars) bars = await keepVenueBars(venue, report, tools, stop);
      await lookAfter(venue, tools, stop);
      if (lake !== undefined) await keepLake(venue, lake, tools, stop);
    };
    const fetching = { patienceMillis: LOCK_PATIENCE_MILLIS, version: VERSION, conclude, afterwards };
    return { ...await fetchVenue(venue, tools, fetching, stop), bars };
  }));
}

/** Few daemons export: only these load the code for it. */
const keepLake: typeof keepVenueLake = async (...args) => {
  await (await import("./keep_venue_lake.ts")).keepVenueLake(...args);
};

/** Creates the reserve. A disk that refuses it will refuse the cycle too, or has no room for it. */
async function setAside({ layout, clock, onProgress }: Tools, stop: AbortSignal): Promise<void> {
  const pace = new Pace(clock, stop, onProgress);
  try {
    await keepReserve(layout, pace.breathe);
  } catch (error) {
    stop.throwIfAborted();
    log.debug(`No reserve: ${messageOf(error)}`);
  }
}

function sparseProgress(): () => void {
  let last = -Infinity;
  return () => {
    if (systemClock.monotonic() - last < PROGRESS_MILLIS) return;
    last = systemClock.monotonic();
    send({ kind: "progress" });
  };
}
