import { TRADES } from "../../feed/records/trades.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { openIfThere } from "../../store/data_file.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { openStored, readPartition } from "../../store/stored_partition.ts";
import { type DayInventory, Inventory, spooledKey } from "../inventory.ts";
import { logFinding } from "../log_finding.ts";
import { publishDay, type Publisher } from "../publish/publish.ts";
import { refusedBy, type RefusedDay } from "../refused_day.ts";
import { rowsFor } from "./rows_of_minutes.ts";
import { uniteLedgers } from "./unite_ledgers.ts";

/** What another working directory has of a date and ours does not. */
export interface PlannedMerge {
  readonly kind: "planned";
  readonly date: string;
  /** Ledger entries that ours does not have, or has with less data. */
  readonly entries: number;
  /** Keys of files whose bytes differ between the two. */
  readonly conflicts: readonly string[];
  /** Raw files that are in neither ledger and not in our spool. */
  readonly rawFiles: number;
}

/** A date that was merged. */
export interface MergedDay extends Omit<PlannedMerge, "kind"> {
  readonly kind: "merged";
  /** New rows in our partition. */
  readonly added: number;
}

/**
 * What the other has of a date and ours does not; null when that is nothing. Reads two footers. Throws the disk's
 * errors.
 */
export async function planMerge(
  ours: Spool,
  theirs: Spool,
  date: string,
): Promise<PlannedMerge | RefusedDay | null> {
  const [our, their] = await inventories([ours, theirs], date);
  const damage = their.damage ?? our.damage;
  if (damage !== null) return refusedBy(date)(damage);
  const { entries, conflicts } = uniteLedgers(our.ledger, their.ledger);
  const rawFiles = newRawFiles(our, their).length;
  if (entries.size + rawFiles === 0) return null;
  return { kind: "planned", date, entries: entries.size, conflicts, rawFiles };
}

/**
 * Takes what another working directory has of a date and ours does not: rows and ledger entries go into our partition
 * in one rename, raw files that are in no ledger yet go into our spool. Never writes to the other directory; checks its
 * partition against its digest. The caller holds our write lock. If it is killed at any point, the next run takes the
 * rest. `now`, in milliseconds since 1970, is for the log. Throws the disk's errors, and the pace's reason.
 */
export async function mergeDay(
  publisher: Publisher,
  theirs: Spool,
  date: string,
  now: number,
): Promise<MergedDay | RefusedDay> {
  const { spool } = publisher;
  await spool.tidy(date);
  const merge = async (): Promise<MergedDay> => {
    const taken = await mergePartition(publisher, theirs.layout, date, now);
    const [our, their] = await inventories([spool, theirs], date);
    const rawFiles = await keepRawFiles(publisher, newRawFiles(our, their));
    return { kind: "merged", date, ...taken, rawFiles };
  };
  return await catchDamage(DamagedPartition, merge, refusedBy(date));
}

function inventories(spools: readonly Spool[], date: string): Promise<DayInventory[]> {
  return Promise.all(spools.map(({ layout, venue }) => new Inventory(layout, venue).of(date)));
}

/**
 * Takes raw files of the other into our spool; returns how many. The other's daemon may have published one meanwhile and
 * deleted it: then the next merge finds its rows in their partition. Throws as `keep`.
 */
export async function keepRawFiles(
  { spool, pace }: Pick<Publisher, "spool" | "pace">,
  files: readonly SpooledFile[],
): Promise<number> {
  let kept = 0;
  for (const { file, path } of files) {
    const raw = openIfThere(path);
    if (raw === null) continue;
    await spool.keep(file, raw.readable, pace.breathe);
    kept++;
  }
  return kept;
}

/** What was added to a partition: see `MergedDay`. */
type Taken = Pick<MergedDay, "entries" | "conflicts" | "added">;

/** The other daemon may replace its partition meanwhile, so ledger and rows are read from the same open file. */
async function mergePartition(
  publisher: Publisher,
  theirs: Layout,
  date: string,
  now: number,
): Promise<Taken> {
  const { layout, venue } = publisher.spool;
  const our = await readPartition(layout.partition(TRADES_BY_DAY, venue, date), TRADES);
  const nothing = { entries: 0, conflicts: [], added: 0 };
  const from = theirs.partition(TRADES_BY_DAY, venue, date);
  using file = openIfThere(from);
  if (file === null) return nothing;
  const their = await openStored(from, file, TRADES);
  const { entries, conflicts } = uniteLedgers(our?.ledger ?? new Map(), their.ledger);
  if (entries.size === 0) return nothing;
  const rows = rowsFor(entries, their.batches(), TRADES);
  const stored = await publishDay(publisher, date, [rows], entries);
  logFinding(venue, stored, now);
  return { entries: entries.size, conflicts, added: stored.added };
}

/** Files that the other has not published, or could not publish; ours will try. */
function newRawFiles(our: DayInventory, their: DayInventory): readonly SpooledFile[] {
  const ours = new Set([...our.ledger.keys(), ...our.spooled.map(spooledKey)]);
  return their.waiting.filter((file) => !ours.has(spooledKey(file)));
}
