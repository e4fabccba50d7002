import { counted } from "../../collect/counted.ts";
import type { CycleReport } from "../../collect/report.ts";
import type { Tools } from "../../collect/cycle.ts";
import { Pace } from "../../collect/pace.ts";
import { keepBars, type KeptBars } from "../../derive/keep_bars.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { messageOf } from "../exit.ts";

/**
 * Updates the stored bars after a cycle, whose report is null if it failed. An error is one warning, and the cycle stays what it
 * was. Returns what was made, for the summary of the cycle; null if nothing was. Throws the signal's reason only.
 */
export async function keepVenueBars(
  venue: Venue,
  report: CycleReport | null,
  { layout, clock, createdBy, onProgress, oneAtATime }: Tools,
  signal: AbortSignal,
): Promise<string | null> {
  const pace = new Pace(clock, signal, onProgress);
  const breathe = () => pace.breathe();
  try {
    const kept = await oneAtATime(() => {
      const index = new PartitionIndex(layout, venue, breathe);
      return keepBars(index, publishedDates(report), clock.now(), { layout, createdBy, breathe });
    });
    signal.throwIfAborted();
    if (kept.failure !== null) warn(venue, kept.failure);
    return madeText(kept);
  } catch (error) {
    signal.throwIfAborted();
    warn(venue, error);
    return null;
  }
}

function publishedDates(report: CycleReport | null): string[] {
  return report === null
    ? []
    : report.findings.flatMap((finding) => finding.kind === "stored" ? [finding.date] : []);
}

function warn(venue: Venue, error: unknown): void {
  log.warning(`${venue}: bars are not up to date: ${messageOf(error)}`);
}

/** `bars of 2 days and 1 month`; null when there are none. */
function madeText({ days, months }: KeptBars): string | null {
  const made = [
    ...days.length === 0 ? [] : [counted(days.length, "day")],
    ...months.length === 0 ? [] : [counted(months.length, "month")],
  ];
  return made.length === 0 ? null : `bars of ${made.join(" and ")}`;
}
