import { TRADES } from "../../feed/records/trades.ts";
import { replaceDamaged, workshopOf } from "../../store/aside.ts";
import { removeIfThere } from "../../system/atomic.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_MONTH } from "../../store/datasets.ts";
import { type Layout, rebuiltPath } from "../../store/layout.ts";
import { dayFiles, makeMonth, ShrinkingMonth } from "../../store/month/month.ts";
import { recordedMonth } from "../../store/month/stored_month.ts";
import { Spool } from "../../store/spool/spool.ts";
import { mergeDay } from "../merge/merge_day.ts";
import type { Publisher } from "../publish/publish.ts";
import type { Repair } from "./repairs.ts";

/**
 * Rebuilds a damaged month file from its days, and keeps the old file under another name; `now`, in milliseconds since
 * 1970, is part of that name. If its days have fewer trades than the file had, as far as its footer can still be read,
 * what another working directory, `from`, has of them is merged first; the result is proven only if that footer can be
 * read. The file is left in its place when that is not enough, or when a day is damaged. The caller holds the venue's
 * write lock. Throws the disk's errors and the signal's reason; then the damaged file is still in its place.
 */
export async function repairMonth(
  publisher: Publisher,
  month: string,
  now: number,
  from: Layout | null = null,
): Promise<Repair> {
  const { layout, venue } = publisher.spool;
  const recorded = await recordedMonth(layout.partition(TRADES_BY_MONTH, venue, month), TRADES);
  const repair = await rebuildMonth(publisher, month, now);
  if (repair.kind === "rebuilt" || from === null) return repair;
  const theirs = new Spool(from, publisher.spool.venue);
  for (const { date } of dayFiles(from, theirs.venue, month)) await mergeDay(publisher, theirs, date, now);
  const merged = await rebuildMonth(publisher, month, now);
  if (merged.kind !== "rebuilt") return merged;
  // Days that had to come from elsewhere may be fewer than the file was made of, unless its footer said how many it had.
  return { ...merged, proven: recorded !== null };
}

async function rebuildMonth(
  { spool: { layout, venue }, createdBy, pace }: Publisher,
  month: string,
  now: number,
): Promise<Repair> {
  const path = layout.partition(TRADES_BY_MONTH, venue, month);
  const left = (reason: string): Repair => ({ kind: "left", date: month, path, reason });
  const days = dayFiles(layout, venue, month);
  if (days.length === 0) return left("no day of the month is stored");
  const rebuilt = rebuiltPath(workshopOf(layout, path));
  try {
    const publication = { type: TRADES, createdBy, breathe: pace.breathe };
    const { rows } = await makeMonth(rebuilt, days, await recordedMonth(path, TRADES), publication);
    const aside = replaceDamaged(layout, rebuilt, path, now);
    return { kind: "rebuilt", date: month, path, aside, rows, proven: true, other: null };
  } catch (error) {
    if (error instanceof DamagedPartition) return left(`${error.path} is damaged as well (${error.what})`);
    if (error instanceof ShrinkingMonth) return left(`its days hold less than it did: ${error.figures}`);
    throw error;
  } finally {
    removeIfThere(rebuilt);
  }
}
