import { lagMinutes } from "../../collect/monitor/freshness.ts";
import { CRITICAL_FAILURES, type VenueState } from "../../collect/monitor/health.ts";
import { isFailure, readVenueState, writeVenueState } from "../../collect/monitor/venue_state.ts";
import type { VenueResult } from "../../collect/report.ts";
import { counted } from "../../collect/counted.ts";
import type { CycleOutcome } from "../../daemon/announce.ts";
import { runDaemon } from "../../daemon/loop.ts";
import { openNotify } from "../../daemon/notify.ts";
import { acquirePidFile } from "../../daemon/pid_file.ts";
import type { Requests } from "../../daemon/signals.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { Layout } from "../../store/layout.ts";
import { makeDirectory } from "../../system/atomic.ts";
import { takeLock } from "../../system/lock.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import { warnOfUnsynced } from "../unsynced.ts";
import { doInThread } from "./cycle_thread.ts";
import { ownFiles } from "./program_files.ts";
import { jobFor, scheduleOf } from "./rhythm.ts";

/** How long to keep trying for a PID file: a mere look at it holds it for an instant. */
const PID_FILE_PATIENCE_MILLIS = 1_000;

/**
 * Runs the daemon for these venues until a signal ends it. Throws `AlreadyRunning` when one of them has a daemon.
 */
export async function fetchAsDaemon(
  venues: readonly Venue[],
  options: DaemonOptions,
  requests: Requests,
): Promise<void> {
  const program = ownFiles();
  using held = new DisposableStack();
  await hold(pidFiles(venues, options), held, requests.stop);
  warnOfUnsynced(new Layout(options.wrkDir));
  const schedule = scheduleOf(options);
  const states = new VenueStates(venues, new Layout(options.wrkDir));
  await runDaemon({
    name: venues.join(", "),
    schedule,
    lastCycle: states.lastCycle(),
    assertWhole: () => program?.assertUnchanged(),
    cycle: async (work) => {
      const job = jobFor(
        work.kind,
        schedule,
        options,
        Temporal.Instant.fromEpochMilliseconds(systemClock.now()),
      );
      return outcomeOf(await doInThread(job, work, systemClock), states);
    },
    clock: systemClock,
    requests,
    notify: openNotify({
      NOTIFY_SOCKET: Deno.env.get("NOTIFY_SOCKET"),
      WATCHDOG_USEC: Deno.env.get("WATCHDOG_USEC"),
    }, systemClock),
    outageAfter: CRITICAL_FAILURES,
    onNextStart: (at) => states.record(at, requests.stop),
    beforeEnd: () => publishRest(states),
  });
}

/** Whatever it is doing, the daemon must end within five seconds. */
const LAST_PUBLICATION_MILLIS = 3_500;

/**
 * Publishes what cycles left for a later cycle that will not come, if there is anything; what takes too long stays in
 * the spool.
 */
async function publishRest(states: VenueStates): Promise<void> {
  const files = states.heldBack();
  if (files === 0) return;
  log.info(`Publishing ${counted(files, "file")} that a later cycle would have published`);
  const stop = AbortSignal.timeout(LAST_PUBLICATION_MILLIS);
  try {
    await doInThread("publication", { stop, progress: () => {} }, systemClock);
  } catch (error) {
    if (!stop.aborted) throw error;
    log.warning("That takes too long: what is left in the spool is published at the next start");
  }
}

/** Takes these PID files. A killed daemon leaves several of them behind, so only one warning is logged. */
async function hold(paths: readonly string[], held: DisposableStack, signal: AbortSignal): Promise<void> {
  const left: string[] = [];
  const onTakeOver = (message: string) => void left.push(message);
  const wait = { clock: systemClock, patienceMillis: PID_FILE_PATIENCE_MILLIS, signal, onTakeOver };
  for (const path of paths) held.use(await acquirePidFile(path, wait));
  left.slice(0, 1).forEach((message) => log.warning(message));
  left.slice(1).forEach((message) => log.debug(message));
}

/**
 * The PID files: the daemon's own for each venue, which exclude a second daemon even without `--pid-file`, and the
 * user's.
 */
function pidFiles(venues: readonly Venue[], { wrkDir, pidFile }: DaemonOptions): string[] {
  const layout = new Layout(wrkDir);
  makeDirectory(layout.state);
  return [...(pidFile === undefined ? [] : [pidFile]), ...venues.map((venue) => layout.daemonLock(venue))];
}

/** The states that cycles leave for monitoring. */
class VenueStates {
  constructor(readonly venues: readonly Venue[], readonly layout: Layout) {}

  /** When the venues' last cycle started; null when one of them has no result from any cycle. */
  lastCycle(): Temporal.Instant | null {
    const states = this.venues.map((venue) => readVenueState(this.layout, venue));
    const starts = states.map((state) =>
      state === null || isEmptyHanded(state) ? null : state.lastCycle.start
    );
    return starts.includes(null) ? null : Temporal.Instant.from(starts.sort()[0]!);
  }

  /** The newest stored minute of a venue according to its last cycle, `2026-09-01T08:34`. */
  newestMinute(venue: Venue): string | null {
    return readVenueState(this.layout, venue)?.newestMinute ?? null;
  }

  /** How many files of the venues wait in the spool to be published later. */
  heldBack(): number {
    const states = this.venues.map((venue) => readVenueState(this.layout, venue));
    return states.reduce((sum, state) => sum + (state?.heldBack?.names.length ?? 0), 0);
  }

  /**
   * Records for monitoring when the next cycle starts. If another run holds a venue now, that run records its own
   * state.
   */
  async record(nextStart: Temporal.Instant, signal: AbortSignal): Promise<void> {
    for (const venue of this.venues) {
      const taken = await takeLock(this.layout.writeLock(venue), systemClock, 0, signal);
      if ("holder" in taken) continue;
      using _lock = taken.lock;
      const state = readVenueState(this.layout, venue);
      if (state !== null) await writeVenueState(this.layout, { ...state, nextCycle: nextStart.toString() });
    }
  }
}

/**
 * Whether a venue's cycles failed and nothing is stored. A venue for which the exchange lists nothing has not failed.
 */
function isEmptyHanded({ failedCycles, newestMinute }: VenueState): boolean {
  return failedCycles > 0 && newestMinute === null;
}

function outcomeOf(results: readonly VenueResult[], states: VenueStates): CycleOutcome {
  const failed = results.filter(isFailure);
  return {
    summary: results.flatMap((result) => summaryOf(result, states.newestMinute(result.venue))).join("; "),
    failure: failed.length === 0
      ? null
      : failed.map(({ venue, error }) => `${venue}: ${error ?? "see above"}`).join("; "),
    unavailable: results.some(({ exitCode }) => exitCode === EXIT.unavailable),
    nothingYet: failed.some(({ venue }) => states.newestMinute(venue) === null),
  };
}

/** What a cycle did for a venue, and how late the data are; empty when it could not do anything. */
function summaryOf({ venue, report, end }: VenueResult, newest: string | null): string[] {
  if (report === null) return [];
  const late = newest === null ? "nothing stored" : lateness(venue, newest, end);
  return [
    `${venue}: ${counted(report.files, "file")}, ${counted(report.trades, "trade")}, ${late}`,
  ];
}

function lateness(venue: Venue, newest: string, now: number): string {
  const lag = lagMinutes(venue, Date.parse(`${newest}Z`), now);
  return `stored to ${newest} UTC, ${counted(lag, "minute")} of trading behind`;
}
