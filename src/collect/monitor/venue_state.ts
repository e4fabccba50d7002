import { minuteText } from "./freshness.ts";
import { NO_ODD_NAMES, type VenueState } from "./health.ts";
import { metricsOf } from "./venue_metrics.ts";
import { readAs, shownAs } from "./shown_as.ts";
import { otherNames, shownName } from "../odd_names.ts";
import type { CycleReport, VenueResult } from "../report.ts";
import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { readRecord, writeRecord, writeState } from "../../store/state/state_record.ts";

/** How long monitoring keeps reporting lost files. */
const LOST_MEMORY_MILLIS = 3 * MILLIS_PER_DAY;

/** The state that a venue's last cycle left; null when there is none, or it is damaged or from another version. */
export function readVenueState(layout: Layout, venue: Venue): VenueState | null {
  const state = readRecord(layout.status(venue)) as VenueState | null;
  const times = [state?.lastCycle?.start, state?.lastCycle?.end];
  const isOurs = state?.venue === venue && times.every((time) => !Number.isNaN(Date.parse(String(time)))) &&
    Number.isInteger(state.notUnderstood?.files) && Number.isInteger(state.lost?.files) &&
    Array.isArray(state.days);
  return state !== null && isOurs ? withLater(state) : null;
}

/** Reads what `shownState` has shown, and fills in what an earlier version did not write. */
function withLater(shown: VenueState): VenueState {
  const state = { ...LATER, ...shown };
  const days = state.days.map((day) => ({ ...LATER_OF_DAY, ...readAs(state.data, day) }));
  return { ...state, lastCycle: readAs(state.data, state.lastCycle), days };
}

/** A state as JSON shows it. */
export function shownState(state: VenueState): Record<string, unknown> {
  const { data, lastCycle, days } = state;
  return { ...state, lastCycle: shownAs(data, lastCycle), days: days.map((day) => shownAs(data, day)) };
}

/** Values for fields that a state from an earlier version does not have, and for those of a date in it. */
const LATER = {
  data: "trades",
  rejected: [],
  contradictions: [],
  oddNames: NO_ODD_NAMES,
  asked: null,
  volume: null,
  heldBack: null,
};
const LATER_OF_DAY = { absent: 0 };

/** Replaces the monitoring files: the state as JSON, and as metrics. The caller holds the venue's write lock. */
export async function writeVenueState(layout: Layout, state: VenueState): Promise<void> {
  await writeRecord(layout.status(state.venue), shownState(state));
  await writeState(layout.metrics(state.venue), metricsOf(state));
}

/** The state after a cycle of this version. What a failed cycle could not find out stays as it was before. */
export function stateAfter(
  before: VenueState | null,
  result: VenueResult,
  version: string,
  data = "trades",
): VenueState {
  const { venue, exitCode, error, report, start, end } = result;
  const failed = isFailure(result);
  return {
    venue,
    data,
    version,
    lastCycle: {
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      files: report?.files ?? 0,
      trades: report?.trades ?? 0,
      exitCode,
      error,
    },
    failedCycles: failed ? (before?.failedCycles ?? 0) + 1 : 0,
    nextCycle: before?.nextCycle ?? null,
    asked: report === null ? before?.asked ?? null : new Date(report.asked).toISOString(),
    heldBack: report === null ? before?.heldBack ?? null : heldBackIn(report),
    newestMinute: report?.newestMinute ? minuteText(report.newestMinute) : before?.newestMinute ?? null,
    notUnderstood: report === null ? before?.notUnderstood ?? NONE : notUnderstood(report),
    lost: lostAfter(before, report?.lost.length ?? 0, end),
    rejected: report?.rejected ?? before?.rejected ?? [],
    oddNames: report === null ? before?.oddNames ?? NO_ODD_NAMES : oddNamesIn(report),
    volume: report?.volume ?? before?.volume ?? null,
    reconciled: reconciledIn(report) ?? before?.reconciled ?? null,
    contradictions: report?.contradictions ?? before?.contradictions ?? [],
    days: report?.days ?? before?.days ?? [],
  };
}

/**
 * Keeps counting lost files until three days have passed without another one; the clock may have been set back
 * meanwhile.
 */
function lostAfter(before: VenueState | null, lost: number, now: number): VenueState["lost"] {
  const last = Math.min(Date.parse(before?.lost.last ?? ""), now);
  const isRecent = now - last < LOST_MEMORY_MILLIS;
  const files = lost + (isRecent ? before!.lost.files : 0);
  if (files === 0) return { files, last: null };
  return { files, last: new Date(lost > 0 ? now : last).toISOString() };
}

/**
 * Whether a cycle failed. Pending files alone are not a failure, since they are tried again; nor is a daily file that
 * contradicts the minute files, which the state reports until it is accepted.
 */
export function isFailure({ report }: VenueResult): boolean {
  return report === null ||
    report.findings.some(({ kind }) => kind === "unrecognized" || kind === "damaged partition");
}

function reconciledIn(report: CycleReport | null): VenueState["reconciled"] {
  const last = report?.findings.findLast((finding) => finding.kind === "reconciled");
  if (last === undefined) return null;
  const { kind: _, ...difference } = last;
  return difference;
}

function heldBackIn({ heldBack }: CycleReport): VenueState["heldBack"] {
  return heldBack && { names: heldBack.names, until: new Date(heldBack.until).toISOString() };
}

function oddNamesIn({ odd, skipped }: CycleReport): VenueState["oddNames"] {
  const others = otherNames(odd, skipped);
  const [first = null] = [...odd, ...others].map(shownName);
  return { odd: odd.length, others: others.length, first };
}

const NONE = { files: 0, oldest: null };

function notUnderstood({ findings }: CycleReport): VenueState["notUnderstood"] {
  const unrecognized = findings.filter((finding) => finding.kind === "unrecognized");
  const [oldest = null] = unrecognized.map(({ date }) => date).sort();
  return { files: unrecognized.reduce((sum, { paths }) => sum + paths.length, 0), oldest };
}
