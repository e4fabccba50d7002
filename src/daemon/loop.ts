import { log } from "../log/log.ts";
import { announceEnd, announceStart, announceWait, type CycleOutcome } from "./announce.ts";
import { CannotGoOn } from "./cannot_go_on.ts";
import type { Clock } from "../system/clock.ts";
import { type Moment, momentOf } from "./moment.ts";
import { counting, NO_FAILURES } from "./failures.ts";
import { marketTime } from "./market_time.ts";
import type { Notify } from "./notify.ts";
import {
  begin,
  ended,
  isSameStart,
  missedStarts,
  type NextStart,
  nextStart,
  observed,
  started,
} from "./next_start.ts";
import type { Schedule } from "./schedule.ts";
import type { Requests, Stopped } from "./signals.ts";
import { reasonOf, stackOf } from "../system/disk_error.ts";
import { LONGEST_NAP_MILLIS, waitFor } from "./waiting.ts";

/** What a cycle receives. */
export interface CycleWork {
  /** Fires when the cycle must end at once. */
  readonly stop: AbortSignal;
  /** The reason why it was started. */
  readonly kind: NextStart["kind"];
  /** The cycle must call this whenever it makes progress, so that systemd's watchdog detects a cycle that hangs. */
  readonly progress: () => void;
}

/** What a daemon needs. */
export interface Daemon {
  /** Its name in the log: `DETR`, or `DETR, DFRA`. */
  readonly name: string;
  readonly schedule: Schedule;
  /** When the last cycle of an earlier process started; null if none had any result. */
  readonly lastCycle: Temporal.Instant | null;
  /**
   * Called before each cycle and, while waiting, once a minute. Throws `CannotGoOn` when the program's own files are
   * gone.
   */
  readonly assertWhole: () => void;
  /**
   * Does the work. May throw an unexpected failure, which is logged with its stack, or `CannotGoOn`, which is passed
   * on.
   */
  readonly cycle: (work: CycleWork) => Promise<CycleOutcome>;
  /** This many failed cycles in a row are an outage. */
  readonly outageAfter: number;
  readonly clock: Clock;
  readonly requests: Requests;
  readonly notify: Notify;
  /**
   * Called when the daemon begins, when a cycle has ended, and when the next start changes; updates the files that
   * monitoring reads. An error that it throws is logged as a warning.
   */
  readonly onNextStart: (at: Temporal.Instant) => void | Promise<void>;
  /** Called before the daemon stops; must limit its own time. An error that it throws is logged. */
  readonly beforeEnd?: () => Promise<void>;
}

/**
 * Runs cycles by the schedule until asked to stop. The only failure of a cycle that ends it is `CannotGoOn`, which it
 * throws.
 */
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
    log.error(`Before the end: ${reasonOf(error)}`);
  }
}

class Loop {
  #state;
  #failures = NO_FAILURES;
  #cycles = 0;
  /** No cycle has had any result yet. */
  #nothingYet: boolean;
  /** The next start as last announced since the last cycle. */
  #announced: NextStart | null = null;

  constructor(readonly daemon: Daemon) {
    this.#state = begin(momentOf(daemon.clock), daemon.lastCycle);
    this.#nothingYet = daemon.lastCycle === null;
  }

  /** Waits for the next start; null when the daemon must stop. */
  async nextStart(): Promise<NextStart | null> {
    const { clock, requests, notify } = this.daemon;
    const napMillis = Math.min(LONGEST_NAP_MILLIS, notify.watchdogMillis ?? Infinity);
    for (;;) {
      const next = await waitFor(() => this.#look(), { clock, wake: requests.wake, napMillis });
      if (requests.stop.aborted) return null;
      if (next !== null) return next;
      if (requests.takeNudge()) return { kind: "nudge", at: momentOf(clock).wall, waitMillis: 0 };
    }
  }

  async runCycle(start: NextStart): Promise<void> {
    const { clock, notify } = this.daemon;
    const from = momentOf(clock);
    this.#state = started(this.#state, start, from);
    this.#announced = null;
    const { level, message } = announceStart(start, this.#isActive(from));
    log[level](message);
    notify.status(`Cycle ${this.#cycles + 1} is running`);
    const outcome = await this.#attempt(start);
    if (outcome !== null) this.#end(outcome, from, momentOf(clock));
  }

  /** Null when the end of the daemon interrupted it. */
  async #attempt({ kind }: NextStart): Promise<CycleOutcome | null> {
    const { assertWhole, cycle, requests: { stop }, notify } = this.daemon;
    assertWhole();
    let outcome: CycleOutcome;
    try {
      outcome = await cycle({ kind, stop, progress: () => notify.progress() });
    } catch (error) {
      if (error instanceof CannotGoOn && !stop.aborted) throw error;
      outcome = { summary: "", failure: stackOf(error), unavailable: false, nothingYet: this.#nothingYet };
    }
    return stop.aborted && outcome.failure !== null ? null : outcome;
  }

  #end(outcome: CycleOutcome, from: Moment, to: Moment): void {
    const missed = missedStarts(this.daemon.schedule, this.#state, from, to);
    this.#state = ended(this.#state, from, to, isUrgent(outcome));
    this.#nothingYet = outcome.nothingYet;
    this.#cycles++;
    const { outageAfter } = this.daemon;
    const before = this.#failures;
    this.#failures = counting(before, outcome.failure);
    const seconds = (to.monotonic - from.monotonic) / 1000;
    const cycle = { ...outcome, missed, seconds, number: this.#cycles };
    for (const { level, message } of announceEnd(cycle, before, this.#failures, outageAfter)) {
      log[level](message);
    }
  }

  async #look(): Promise<NextStart> {
    const { assertWhole, schedule, clock, notify } = this.daemon;
    assertWhole();
    const now = momentOf(clock);
    this.#state = observed(this.#state, now);
    const next = nextStart(schedule, this.#state, now);
    notify.progress();
    if (this.#announced === null || !isSameStart(this.#announced, next)) await this.#announce(next, now);
    return next;
  }

  async #announce(next: NextStart, now: Moment): Promise<void> {
    const { schedule, notify } = this.daemon;
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
      await this.daemon.onNextStart(at);
    } catch (error) {
      log.warning(`Cannot write the daemon's status: ${reasonOf(error)}`);
    }
  }

  #isActive({ wall }: Moment): boolean {
    return this.daemon.schedule.timetable.isActive(wall);
  }
}

/** Whether a cycle is tried again before its time, even outside active hours. */
function isUrgent({ failure, unavailable, nothingYet }: CycleOutcome): boolean {
  return unavailable || (failure !== null && nothingYet);
}
