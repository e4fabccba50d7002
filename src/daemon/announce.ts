import { type Failures, type Loudness, loudnessOf } from "./failures.ts";
import { marketTime } from "./market_time.ts";
import type { NextStart } from "./next_start.ts";
import type { Schedule } from "./schedule.ts";

/** A line for the log. The user's guide quotes some of these lines word for word. */
export interface Announcement {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly message: string;
}

/** What one cycle did. */
export interface CycleOutcome {
  /** A summary in a few words, for the log's line about each cycle. */
  readonly summary: string;
  /** Why it failed; null when it did not. */
  readonly failure: string | null;
  /** The exchange was unavailable: the cycle is tried again within 5 minutes, whatever the schedule. */
  readonly unavailable: boolean;
  /** No cycle so far has stored anything: if this one failed, it is tried again just as soon. */
  readonly nothingYet: boolean;
}

/** A cycle that has ended. */
export interface EndedCycle extends CycleOutcome {
  /** Counted from 1. */
  readonly number: number;
  readonly seconds: number;
  /** How many starts of the schedule came while it was running. */
  readonly missed: number;
}

/** The line for the beginning of a wait; `active`: within active hours. */
export function announceWait({ kind, at }: NextStart, { zone }: Schedule, active: boolean): Announcement {
  const time = marketTime(at, zone);
  if (kind === "retry") return { level: "info", message: `Trying again at ${time}` };
  if (active) return { level: "debug", message: `Next cycle at ${time}` };
  if (kind === "late") return { level: "info", message: `Active hours are over. One more cycle at ${time}` };
  return { level: "info", message: `Outside active hours. Waiting until ${time}` };
}

/** The line for the start of a cycle. */
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
 * The lines for the end of a cycle: one, and more when something is wrong or in order again. `outageAfter` failed
 * cycles in a row are an outage.
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

/** A repeated error is escalated, not just repeated. */
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
