import { dateAfter } from "../../feed/calendar/dates.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { replaceDamaged } from "../../store/aside.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { openIfThere } from "../../store/data_file.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { shortDigest } from "../../store/digest.ts";
import type { Layout } from "../../store/layout.ts";
import { dateOfKey, type Ledger } from "../../store/ledger.ts";
import type { Salvage } from "../../store/salvage.ts";
import { Spool } from "../../store/spool/spool.ts";
import { rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { openStored, type Partition } from "../../store/stored_partition.ts";
import { mergeDay } from "../merge/merge_day.ts";
import { unaccounted } from "../merge/unite.ts";
import type { Publisher } from "../publish/publish.ts";
import { dayInMonth } from "./day_in_month.ts";
import { RebuiltDay } from "./rebuild.ts";
import type { Repair } from "./repairs.ts";
import { uniteRemains } from "./unite_remains.ts";

/** A damaged day, and what is left of it. */
export interface DamagedDay {
  readonly date: string;
  readonly path: string;
  readonly salvage: Salvage;
  /** Raw files from which it was made; see `Remains`. */
  readonly sources: readonly SpooledFile[];
}

/**
 * Puts another working directory's partition of a date in the place of our damaged one, united with what is left of
 * ours; see `uniteRemains`. Null when the other has none. A damaged one of the other is not used, and then ours stays as
 * it is. The other directory is only read; `now` as for `repairDay`. If it is killed at any point, the damaged file is
 * still in its place, or already repaired. The caller holds our write lock. Throws the disk's errors.
 */
export async function repairDayFrom(
  from: Layout,
  publisher: Publisher,
  { date, path, salvage, sources }: DamagedDay,
  now: number,
): Promise<Repair | null> {
  const { spool: { layout, venue } } = publisher;
  const left = (reason: string): Repair => ({ kind: "left", date, path, reason });
  const source = from.partition(TRADES_BY_DAY, venue, date);
  const repair = async (): Promise<Repair | null> => {
    using file = openIfThere(source);
    if (file === null) return null;
    const their = await openStored(source, file, TRADES);
    await mergeDateBefore(from, publisher, date, unaccounted(their.ledger, salvage.ledger ?? new Map()), now);
    using rebuilt = new RebuiltDay(publisher, date);
    const union = await uniteRemains(rebuilt, {
      type: TRADES,
      ledger: salvage.ledger,
      files: sources,
      stored: () => [salvage.batches(), dayInMonth(publisher, date)],
      digest: digestOfDamaged(path),
    }, their);
    const { rows } = (await rebuilt.read())!;
    const reason = objectionToUnited(salvage, rows, union.unproved);
    if (reason !== null) return left(reason);
    const aside = replaceDamaged(layout, rebuilt.path, path, now);
    const proven = union.unproved?.length === 0;
    return { kind: "rebuilt", date, path, aside, rows, proven, other: { path: source, ...union } };
  };
  return await catchDamage(
    DamagedPartition,
    repair,
    (damage) => left(`${damage.path} is damaged as well (${damage.what})`),
  );
}

/**
 * Why a partition that was united with another working directory's must not replace a damaged one; null when it may. It
 * is to have no fewer rows than can still be read of the damaged one, and as many as that had if all its files are
 * proved to be in it.
 */
export function objectionToUnited(
  { rows, intactRows }: Pick<Salvage, "rows" | "intactRows">,
  united: Partition["rows"],
  unproved: readonly string[] | null,
): string | null {
  const least = unproved?.length === 0 ? Math.max(rows ?? 0, intactRows) : intactRows;
  return united < least ? `it had ${least} rows, and with the other's there are ${united}` : null;
}

/**
 * A file of the other's with several dates counts as seen once the partition of its own date has it, so that its rows of
 * the date before must be there first.
 */
async function mergeDateBefore(
  from: Layout,
  publisher: Publisher,
  date: string,
  added: Ledger,
  now: number,
): Promise<void> {
  if (!added.keys().some((key) => dateOfKey(key) === date)) return;
  const theirs = new Spool(from, publisher.spool.venue);
  // A date that is damaged here or there is left out; its own repair or merge says so.
  await mergeDay(publisher, theirs, dateAfter(date, -1), now);
}

/** The short digest of a damaged file; of a folder in its place, that of nothing. */
export function digestOfDamaged(path: string): string {
  return Deno.statSync(path).isFile ? rawDigest(path) : shortDigest("");
}
