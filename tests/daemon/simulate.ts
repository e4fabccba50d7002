import type { Moment } from "../../src/daemon/moment.ts";
import {
  begin,
  ended,
  missedStarts,
  type NextStart,
  nextStart,
  started,
  type StartState,
} from "../../src/daemon/next_start.ts";
import type { Schedule } from "../../src/daemon/schedule.ts";

/** A start of a simulated daemon. */
export interface SimulatedStart {
  readonly at: Temporal.Instant;
  readonly kind: NextStart["kind"];
  /** Milliseconds that the daemon waited for it. */
  readonly waited: number;
  /** Starts that its cycle had skipped. */
  readonly missed: number;
}

export interface Simulation {
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
  /** When the last cycle of an earlier process started. */
  readonly lastCycle: Temporal.Instant | null;
  /** How long the cycle of a start takes, in milliseconds; default 0. */
  readonly cycleMillis?: (n: number) => number;
}

/** The moment `millis` after another one, by clocks that are not set. */
export function later({ wall, monotonic }: Moment, millis: number): Moment {
  return { wall: wall.add({ milliseconds: millis }), monotonic: monotonic + millis };
}

/** Every start of a daemon that runs for a while, computed without waiting. */
export function simulate(schedule: Schedule, simulation: Simulation): SimulatedStart[] {
  const { from, until, lastCycle, cycleMillis = () => 0 } = simulation;
  const starts: SimulatedStart[] = [];
  let now: Moment = { wall: from, monotonic: 1_000 };
  let state: StartState = begin(now, lastCycle);
  for (;;) {
    const next = nextStart(schedule, state, now);
    now = later(now, next.waitMillis);
    if (Temporal.Instant.compare(now.wall, until) >= 0) return starts;
    state = started(state, next, now);
    const end = later(now, cycleMillis(starts.length));
    const missed = missedStarts(schedule, state, now, end);
    starts.push({ at: now.wall, kind: next.kind, waited: next.waitMillis, missed });
    state = ended(state, now, end, false);
    now = end;
  }
}

/** The starts as text, `2026-01-01T07:30:00Z`. */
export function instantsOf(starts: readonly { readonly at: Temporal.Instant }[]): string[] {
  return starts.map(({ at }) => at.toString());
}
