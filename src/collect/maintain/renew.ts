import { TRADES } from "../../feed/records/trades.ts";
import { log } from "../../log/log.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { periodsOf } from "../../store/periods.ts";
import { isOfFirstVersion } from "../../store/stored_partition.ts";
import { publishDay, type Publisher } from "../publish/publish.ts";
import { counted } from "../counted.ts";

/**
 * Rewrites those partitions of a venue that version 0.1.0 wrote: the same trades and the same ledger, with today's
 * columns. A reader that gets files of both forms from one glob would fail because the newer columns are missing. The
 * caller holds the venue's write lock. A damaged partition is left to `verify`. Throws the disk's errors and the
 * signal's reason; partitions rewritten by then stay rewritten.
 */
export async function renewPartitions(publisher: Publisher): Promise<void> {
  const { spool: { layout, venue } } = publisher;
  let renewed = 0;
  for (const date of periodsOf(layout, TRADES_BY_DAY, venue)) {
    await publisher.pace.breathe();
    if (await needsRenewal(layout.partition(TRADES_BY_DAY, venue, date))) {
      await publishDay(publisher, date, [], new Map());
      renewed++;
    }
  }
  if (renewed > 0) {
    log.info(`${venue}: ${counted(renewed, "day")} of version 0.1.0 rewritten with the current columns`);
  }
}

async function needsRenewal(path: string): Promise<boolean> {
  return await catchDamage(DamagedPartition, () => isOfFirstVersion(path, TRADES), () => false);
}
