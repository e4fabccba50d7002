import { TRADES } from "../../feed/records/trades.ts";
import { damagedAside, workshopOf } from "../../store/aside.ts";
import { removeIfThere, replaceKeeping } from "../../system/atomic.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_MONTH } from "../../store/datasets.ts";
import { rebuiltPath } from "../../store/layout.ts";
import { dayFiles, makeMonth, ShrinkingMonth } from "../../store/month/month.ts";
import { recordedMonth } from "../../store/month/stored_month.ts";
import type { Publisher } from "../publish/publish.ts";
import type { Repair } from "./repair.ts";

/**
 * Rebuilds a damaged month file from its days, and keeps the old file under another name; `now`, in milliseconds since
 * 1970, is part of that name. The file is left in its place when a day is damaged, or when the days have fewer trades
 * than the file had, as far as its footer can still be read. The caller holds the venue's write lock. Throws the disk's
 * errors and the signal's reason; then the damaged file is still in its place.
 */
export async function repairMonth(
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
    const publication = { type: TRADES, createdBy, breathe: () => pace.breathe() };
    const { rows } = await makeMonth(rebuilt, days, await recordedMonth(path, TRADES), publication);
    const aside = damagedAside(layout, path, now);
    replaceKeeping(rebuilt, path, aside);
    return { kind: "rebuilt", date: month, path, aside, rows, proven: true };
  } catch (error) {
    if (error instanceof DamagedPartition) return left(`${error.path} is damaged as well (${error.what})`);
    if (error instanceof ShrinkingMonth) return left(`its days hold less than it did: ${error.figures}`);
    throw error;
  } finally {
    removeIfThere(rebuilt);
  }
}
