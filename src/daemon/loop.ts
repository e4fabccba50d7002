import { log } from "../log/log.ts";
import { announceEnd, announceStart, announceWait, type CycleOutcome } from "./announce.ts";
import { CannotGoOn } from "./cannot_go_on.ts";
import type { Clock } from "../system/clock.ts";
import { type Moment, momentOf } from "./moment.ts";
import { counting, NO_FAILURES } from "./failures.ts";
import { marketTime } from "./market_time.ts";
import type { Notify } from "./notify.ts";
import { begin, ended, isSameStart, missedStarts, type NextStart, observed, plan, started } from "./plan.ts";
import type { Schedule } from "./schedule.ts";
import type { Requests, Stopped } from "./signals.ts";
import { LONGEST_NAP_MILLIS, waitFor } from "./waiting.ts";

/** What a cycle is given. */
export interface CycleWork {
  /** Ends it at once. */
  readonly stop: AbortSignal;
  /** What it was started for. */
  readonly kind: NextStart["kind"];
  /** To be called whenever the cycle gets on: systemd's watchdog finds one that hangs. */
  readonly progress: () => void;
}

/** What a daemon works with. */
export interface Daemon {
  /** As the log calls it: `DETR`, or `DETR, DFRA`. */
  readonly name: string;
  readonly schedule: Schedule;
  /** When the last cycle of an earlier process started; null when nothing came of any. */
  readonly lastCycle: Temporal.Instant | null;
  /** Asked before each cycle and while it waits, once a minute: throws `CannotGoOn` when the program itself is gone. */
  readonly assertWhole: () => void;
  /** Does the work. A failure that nobody foresaw may be thrown; it is logged with its stack. `CannotGoOn` is passed on. */
  readonly cycle: (work: CycleWork) => Promise<CycleOutcome>;
  /** So many failed cycles in a row are an outage. */
  readonly outageAfter: number;
  readonly clock: Clock;
  readonly requests: Requests;
  readonly notify: Notify;
  /**
   * Called when the daemon begins, when a cycle has ended, and when the next start becomes another one; for the files
   * that monitoring reads. What it throws is a warning in the log.
   */
  readonly onNextStart: (at: Temporal.Instant) => void | Promise<void>;
  /** Done when it is to stop; bounds its time itself. What it throws is an error in the log. */
  readonly beforeEnd?: () => Promise<void>;
}

/** Runs cycles by the schedule until it is asked to stop. No failure of a cycle ends it but `CannotGoOn`, which it throws. */
export async function runDaemon(daemon: Daemon): Promise<void> {
  const { name, schedule, requests, notify } = daemon;
  log.info(`Starting daemon mode for ${name}: fetching ${schedule.text}`);
  notify.ready();
  const loop = new Loop(daemon);
  for (let start = await loop.nextStart(); start !== null; start = await loop.nextStart()) {
    await loop.runCycle(start);
  }
  const { message }: Stopped = requests.stop.reason;
  log.info(`Stopping daemon mode for ${name}, ${message}`);
  await finish(daemon);
  await notify.stopping();
}

async function finish({ beforeEnd }: Daemon): Promise<void> {
  try {
    await beforeEnd?.();
  } catch (error) {
    log.error(`Before the end: ${error instanceof Error ? error.message : error}`);
  }
}

class Loop {
  readonly #daemon: Daemon;
  #plan;
  #failures = NO_FAILURES;
  #cycles = 0;
  /** Nothing came of any cycle yet. */
  #nothingYet: boolean;
  /** What was said to come next since the last cycle. */
  #announced: NextStart | null = null;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    this.#plan = begin(momentOf(daemon.clock), daemon.lastCycle);
    this.#nothingYet = daemon.lastCycle === null;
  }

  /** Waits for the next start; null when the daemon is to stop. */
  async nextStart(): Promise<NextStart | null> {
    const { clock, requests, notify } = this.#daemon;
    const napMillis = Math.min(LONGEST_NAP_MILLIS, notify.watchdogMillis ?? Infinity);
    for (;;) {
      const next = await waitFor(() => this.#look(), { clock, wake: requests.wake, napMillis });
      if (requests.stop.aborted) return null;
      if (next !== null) return next;
      if (requests.takeNudge()) return { kind: "nudge", at: momentOf(clock).wall, waitMillis: 0 };
    }
  }

  async runCycle(start: NextStart): Promise<void> {
    const { clock, notify } = this.#daemon;
    const from = momentOf(clock);
    this.#plan = started(this.#plan, start, from);
    this.#announced = null;
    const { level, message } = announceStart(start, this.#isActive(from));
    log[level](message);
    notify.status(`Cycle ${this.#cycles + 1} is running`);
    const outcome = await this.#attempt(start);
    if (outcome !== null) this.#end(outcome, from, momentOf(clock));
  }

  /** Null when it was interrupted by the end of the daemon. */
  async #attempt({ kind }: NextStart): Promise<CycleOutcome | null> {
    const { assertWhole, cycle, requests: { stop }, notify } = this.#daemon;
    assertWhole();
    let outcome: CycleOutcome;
    try {
      outcome = await cycle({ kind, stop, progress: () => notify.progress() });
    } catch (error) {
      if (error instanceof CannotGoOn && !stop.aborted) throw error;
      const failure = error instanceof Error ? error.stack ?? error.message : String(error);
      outcome = { summary: "", failure, unavailable: false, nothingYet: this.#nothingYet };
    }
    return stop.aborted && outcome.failure !== null ? null : outcome;
  }

  #end(outcome: CycleOutcome, from: Moment, to: Moment): void {
    const missed = missedStarts(this.#daemon.schedule, this.#plan, from, to);
    this.#plan = ended(this.#plan, from, to, isUrgent(outcome));
    this.#nothingYet = outcome.nothingYet;
    this.#cycles++;
    const { outageAfter } = this.#daemon;
    const before = this.#failures;
    this.#failures = counting(before, outcome.failure);
    const seconds = (to.monotonic - from.monotonic) / 1000;
    const cycle = { ...outcome, missed, seconds, number: this.#cycles };
    for (const { level, message } of announceEnd(cycle, before, this.#failures, outageAfter)) {
      log[level](message);
    }
  }

  /** What comes next as it looks now. */
  async #look(): Promise<NextStart> {
    const { assertWhole, schedule, clock, notify } = this.#daemon;
    assertWhole();
    const now = momentOf(clock);
    this.#plan = observed(this.#plan, now);
    const next = plan(schedule, this.#plan, now);
    notify.progress();
    if (this.#announced === null || !isSameStart(this.#announced, next)) await this.#announce(next, now);
    return next;
  }

  async #announce(next: NextStart, now: Moment): Promise<void> {
    const { schedule, notify } = this.#daemon;
    this.#announced = next;
    if (next.waitMillis > 0) {
      const { level, message } = announceWait(next, schedule, this.#isActive(now));
      log[level](message);
      notify.status(`Waiting until ${marketTime(next.at, schedule.zone)}`);
    }
    await this.#report(next);
  }

  async #report({ at }: NextStart): Promise<void> {
    try {
      await this.#daemon.onNextStart(at);
    } catch (error) {
      log.warning(`Cannot write the daemon's status: ${error instanceof Error ? error.message : error}`);
    }
  }

  #isActive({ wall }: Moment): boolean {
    return this.#daemon.schedule.timetable.isActive(wall);
  }
}

/** Whether a cycle is tried again before its time, also outside active hours. */
function isUrgent({ failure, unavailable, nothingYet }: CycleOutcome): boolean {
  return unavailable || (failure !== null && nothingYet);
}
