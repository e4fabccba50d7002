import { dateAfter } from "../../feed/calendar/dates.ts";
import type { PublishedType } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { replaceDamaged } from "../../store/aside.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { openIfThere } from "../../store/data_file.ts";
import { type Dataset, TRADES_BY_DAY } from "../../store/datasets.ts";
import { shortDigest } from "../../store/digest.ts";
import type { Layout } from "../../store/layout.ts";
import { dateOfKey, type Ledger } from "../../store/ledger.ts";
import type { Salvage } from "../../store/salvage.ts";
import { Spool } from "../../store/spool/spool.ts";
import { rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { openStored, type Partition } from "../../store/stored_partition.ts";
import { mergeDay } from "../merge/merge_day.ts";
import { unaccounted } from "../merge/unite_ledgers.ts";
import type { Ingestion } from "../publish/ingest.ts";
import type { Publisher } from "../publish/publish.ts";
import { dayInMonth } from "./day_in_month.ts";
import { RebuiltDay } from "./rebuild.ts";
import type { RebuiltPartition } from "./rebuilt_partition.ts";
import type { Repair } from "./repairs.ts";
import { type Remains, uniteRemains } from "./unite_remains.ts";

/** A damaged partition, and what is left of it. */
export interface Damaged {
  /** Its date or hour. */
  readonly date: string;
  readonly path: string;
  readonly salvage: Salvage;
  /** Raw files from which it was made; see `Remains`. */
  readonly sources: readonly SpooledFile[];
}

/** How what is left of ours goes together with another working directory's partition. */
export interface Union {
  /** The place where they are united. */
  readonly rebuilt: RebuiltPartition<Ingestion>;
  readonly stored: Remains["stored"];
}

/**
 * Puts another working directory's partition of a date in the place of our damaged one, united with what is left of
 * ours. Throws as `repairFrom`. The caller holds our write lock.
 */
export async function repairDayFrom(
  from: Layout,
  publisher: Publisher,
  damaged: Damaged,
  now: number,
): Promise<Repair | null> {
  const { date, salvage } = damaged;
  return await repairFrom(from, publisher.spool, TRADES_BY_DAY, TRADES, damaged, now, async (their) => {
    await mergeDateBefore(from, publisher, date, unaccounted(their.ledger, salvage.ledger ?? new Map()), now);
    const stored = () => [salvage.batches(), dayInMonth(publisher, date)];
    return { rebuilt: new RebuiltDay(publisher, date), stored };
  });
}

/**
 * Puts another working directory's partition in the place of our damaged one, united with what is left of ours as
 * `unionWith` says, or leaves ours for the reason that it returns; see `uniteRemains`. Null when the other has none. A
 * damaged one of the other is not used, and then ours stays as it is. The other directory is only read; `now` as for
 * `repairDay`. If it is killed at any point, the damaged file is still in its place, or already repaired. Throws the
 * disk's errors.
 */
export async function repairFrom(
  from: Layout,
  { layout, venue }: Spool,
  dataset: Dataset,
  type: PublishedType,
  { date, path, salvage, sources }: Damaged,
  now: number,
  unionWith: (their: Partition) => Union | string | Promise<Union | string>,
): Promise<Repair | null> {
  const left = (reason: string): Repair => ({ kind: "left", date, path, reason });
  const source = from.partition(dataset, venue, date);
  const repair = async (): Promise<Repair | null> => {
    using file = openIfThere(source);
    if (file === null) return null;
    const their = await openStored(source, file, type);
    const union = await unionWith(their);
    if (typeof union === "string") return left(union);
    using rebuilt = union.rebuilt;
    const digest = digestOfDamaged(path);
    const remains = { type, ledger: salvage.ledger, files: sources, stored: union.stored, digest };
    const united = await uniteRemains(rebuilt, remains, their);
    const { rows } = (await rebuilt.read())!;
    const reason = objectionToUnited(salvage, rows, united.unproved);
    if (reason !== null) return left(reason);
    const aside = replaceDamaged(layout, rebuilt.path, path, now);
    const proven = united.unproved?.length === 0;
    return { kind: "rebuilt", date, path, aside, rows, proven, other: { path: source, ...united } };
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
function digestOfDamaged(path: string): string {
  return Deno.statSync(path).isFile ? rawDigest(path) : shortDigest("");
}
