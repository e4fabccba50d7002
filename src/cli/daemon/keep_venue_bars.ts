import { counted } from "../../collect/counted.ts";
import type { CycleReport } from "../../collect/report.ts";
import type { Tools } from "../../collect/cycle.ts";
import { Pace } from "../../collect/pace.ts";
import { keepBars, type KeptBars } from "../../derive/keep_bars.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DailyMarks } from "../../store/state/daily_marks.ts";
import { messageOf } from "../exit.ts";

/**
 * Updates the stored bars after a cycle, whose report is null if it failed. An error is one warning a day, and the cycle stays
 * what it was. Returns what was made, for the summary of the cycle; null if nothing was. Throws the signal's reason only.
 */
export async function keepVenueBars(
  venue: Venue,
  report: CycleReport | null,
  tools: Tools,
  signal: AbortSignal,
): Promise<string | null> {
  const kept = await keptBars(venue, publishedDates(report), tools, signal);
  signal.throwIfAborted();
  if (kept.failure !== null) await warn(venue, kept.failure, tools);
  return madeText(kept);
}

/** Does not throw: whatever goes wrong is part of the result. */
async function keptBars(
  venue: Venue,
  published: readonly string[],
  { layout, clock, createdBy, onProgress, oneAtATime }: Tools,
  signal: AbortSignal,
): Promise<KeptBars> {
  const { breathe } = new Pace(clock, signal, onProgress);
  try {
    return await oneAtATime(() => {
      const index = new PartitionIndex(layout, venue, breathe);
      return keepBars(index, published, clock.now(), { layout, createdBy, breathe });
    });
  } catch (failure) {
    return { days: [], months: [], monthsLeft: 0, failure };
  }
}

function publishedDates(report: CycleReport | null): string[] {
  return report === null
    ? []
    : report.findings.flatMap((finding) => finding.kind === "stored" ? [finding.date] : []);
}

/** Warns of an error once a day, or again if the disk refuses the mark for it. */
async function warn(venue: Venue, error: unknown, { layout, clock }: Tools): Promise<void> {
  const message = `${venue}: bars are not up to date: ${messageOf(error)}`;
  try {
    const marks = new DailyMarks(layout, venue, clock.now());
    if (marks.has(message)) return log.debug(message);
    await marks.enter(message);
  } catch (refusal) {
    log.debug(`${venue}: ${messageOf(refusal)}`);
  }
  log.warning(message);
}

/** `bars of 2 days and 1 month (3 months to follow)`; null when there are none. */
function madeText({ days, months, monthsLeft }: KeptBars): string | null {
  const made = [
    ...days.length === 0 ? [] : [counted(days.length, "day")],
    ...months.length === 0 ? [] : [counted(months.length, "month")],
  ];
  const more = monthsLeft === 0 ? "" : ` (${counted(monthsLeft, "month")} to follow)`;
  return made.length === 0 ? null : `bars of ${made.join(" and ")}${more}`;
}
