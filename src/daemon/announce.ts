import { type Failures, type Loudness, loudnessOf } from "./failures.ts";
import { marketTime } from "./market_time.ts";
import type { NextStart } from "./plan.ts";
import type { Schedule } from "./schedule.ts";

/** A line for the log. Lines that the user's guide quotes are word for word the same. */
export interface Announcement {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly message: string;
}

/** What one cycle did. */
export interface CycleOutcome {
  /** What it did in a few words, for the log's line about each cycle. */
  readonly summary: string;
  /** Why it did not do what it should; null when it did. */
  readonly failure: string | null;
  /** It found the exchange unavailable: it is tried again within 5 minutes, whatever the schedule. */
  readonly unavailable: boolean;
  /** No cycle so far has stored anything: if this one failed, it is tried again as soon. */
  readonly nothingYet: boolean;
}

/** A cycle that has ended. */
export interface EndedCycle extends CycleOutcome {
  /** Counted from 1. */
  readonly number: number;
  readonly seconds: number;
  /** Starts that the schedule asked for meanwhile. */
  readonly missed: number;
}

/** What to say when a wait begins; `active`: within active hours. */
export function announceWait({ kind, at }: NextStart, { zone }: Schedule, active: boolean): Announcement {
  const time = marketTime(at, zone);
  if (kind === "retry") return { level: "info", message: `Trying again at ${time}` };
  if (active) return { level: "debug", message: `Next cycle at ${time}` };
  if (kind === "late") return { level: "info", message: `Active hours are over. One more cycle at ${time}` };
  return { level: "info", message: `Outside active hours. Waiting until ${time}` };
}

/** What to say when a cycle starts. */
export function announceStart({ kind }: NextStart, active: boolean): Announcement {
  switch (kind) {
    case "opening":
      return { level: "info", message: "Entering active hours, starting fetch cycle" };
    case "closing":
      return { level: "info", message: "Leaving active hours, starting fetch cycle" };
    case "late":
      return { level: "info", message: "Starting fetch cycle for late files" };
    case "daily":
      return { level: "info", message: "No other start today, starting fetch cycle" };
    case "nudge":
      return { level: "info", message: "Asked by SIGUSR2, starting fetch cycle" };
    case "first":
      if (active) break;
      return { level: "info", message: "Nothing stored yet, starting fetch cycle outside active hours" };
  }
  return { level: "debug", message: "Starting fetch cycle" };
}

/**
 * What to say when a cycle has ended: one line, and others when something is wrong or right again. An outage are
 * `outageAfter` failed cycles in a row.
 */
export function announceEnd(
  cycle: EndedCycle,
  before: Failures,
  after: Failures,
  outageAfter: number,
): Announcement[] {
  const said = [
    cycle.failure === null ? success(cycle) : failure(cycle, after, loudnessOf(before, after, outageAfter)),
  ];
  if (cycle.failure === null && before.inARow > 0) {
    said.push({ level: "info", message: `Working again after ${before.inARow} failed cycle(s)` });
  }
  if (cycle.missed > 0) {
    const message = `Skipped ${cycle.missed} start(s) while cycle ${cycle.number} was running`;
    said.push({ level: "warning", message });
  }
  return said;
}

function success({ number, summary, seconds }: EndedCycle): Announcement {
  return { level: "info", message: `Cycle ${number}: ${summary}, ${seconds.toFixed(1)} s` };
}

/** An error that repeats is escalated, not repeated. */
function failure(
  { number, summary, failure }: EndedCycle,
  { inARow }: Failures,
  loudness: Loudness,
): Announcement {
  const done = summary === "" ? "" : ` (${summary})`;
  switch (loudness) {
    case "new":
      return { level: "error", message: `Cycle ${number} failed${done}: ${failure}` };
    case "outage":
      return { level: "error", message: `${inARow} cycles in a row have failed${done}: ${failure}` };
    case "repeated":
      return {
        level: "info",
        message: `Cycle ${number} failed like the one before, ${inARow} in a row${done}`,
      };
  }
}
