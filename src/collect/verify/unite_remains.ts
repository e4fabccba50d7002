import type { PublishedType } from "../../feed/records/record_type.ts";
import { CREDITED, type Ledger, type LedgerEntry, salvagedKey } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import { rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import type { Partition } from "../../store/stored_partition.ts";
import { spooledKey } from "../inventory.ts";
import { minutesOf, rowsOfMinutes } from "../merge/rows_of_minutes.ts";
import { unaccounted, uniteLedgers } from "../merge/unite_ledgers.ts";
import type { Ingestion } from "../publish/ingest.ts";
import type { RebuiltPartition } from "./rebuilt_partition.ts";

/** What is left of a damaged partition and its sources. */
export interface Remains {
  readonly type: PublishedType;
  /** Null when nothing proves that it is as written. */
  readonly ledger: Ledger | null;
  /** Raw files from which it was made, with the digests in its ledger; without a ledger, those that are likely. */
  readonly files: readonly SpooledFile[];
  /** The rows that are intact as they were stored; may be called more than once. */
  readonly stored: () => readonly SortedSource[];
  /** The short digest that identifies the damaged file. */
  readonly digest: string;
}

/** How what is left of ours went together with another working directory's partition. */
export interface UnitedRemains {
  /** Keys of files that have different bytes in the two; both versions are there. */
  readonly conflicts: readonly string[];
  /** Keys of our files that are not proved to be there completely. Null when our ledger could not be read. */
  readonly unproved: readonly string[] | null;
}

/**
 * Puts another working directory's whole partition, and what is left of ours, into what is being rebuilt. Rows of a
 * file come from one source only, since two versions of the program may decode it differently, and a trade would then be
 * there twice: from theirs, where their ledger stands for the file; else from our raw file; else, as far as they are
 * intact, as we stored them. Such rows have an entry of their own, and their file has none: it is no more seen than a
 * file that was never fetched. Throws the disk's errors.
 */
export async function uniteRemains(
  rebuild: RebuiltPartition<Ingestion>,
  { type, ledger, files, stored, digest }: Remains,
  their: Pick<Partition, "ledger"> & { batches(): SortedSource },
): Promise<UnitedRemains> {
  const wanted = unaccounted(ledger ?? entriesOf(files), their.ledger);
  const ours = files.filter((file) => wanted.has(spooledKey(file)));
  const isDaily = ({ file }: SpooledFile) => file.kind === "daily";
  await rebuild.decode(ours.filter((file) => !isDaily(file)));
  const decoded = (await rebuild.read())?.ledger ?? new Map();
  const { entries, conflicts } = uniteLedgers(decoded, their.ledger);
  await rebuild.add([their.batches()], entries);
  // Daily files come last: they are compared with the minutes.
  await rebuild.decode(ours.filter(isDaily));
  const replaced = await restoreReplaced(rebuild, their.ledger);
  const made = (await rebuild.read())!.ledger;
  const unproved = ledger && unprovedIn(ledger, made);
  const credited = ledger && unproved && stillCredited(ledger, made, unproved);
  if (credited !== null && credited.size > 0) await rebuild.add([], credited);
  if (unproved?.size !== 0) {
    const isWanted = storedMinutes(unproved, made, decoded);
    await addStored(rebuild, () => stored().map((source) => rowsOfMinutes(source, type, isWanted)), digest);
  }
  return { conflicts: [...conflicts, ...replaced], unproved: unproved && [...unproved.keys()] };
}

/**
 * Enters those of their daily files again that ours with other bytes have replaced, as second versions:
 * their rows are there, and a partition with more rows than its ledger accounts for counts as damaged. Returns the keys.
 */
async function restoreReplaced(
  rebuild: RebuiltPartition<Ingestion>,
  theirs: Ledger,
): Promise<readonly string[]> {
  const { entries, conflicts } = uniteLedgers((await rebuild.read())!.ledger, theirs);
  if (entries.size > 0) await rebuild.add([], entries);
  return conflicts;
}

/** Adds rows as we stored them, with an entry of their own. */
async function addStored(
  rebuild: RebuiltPartition<Ingestion>,
  stored: () => readonly SortedSource[],
  digest: string,
): Promise<void> {
  const rows = await countRows(stored());
  if (rows > 0) await rebuild.add(stored(), new Map([[salvagedKey(digest), { rows, rejected: 0, digest }]]));
}

/** Entries for raw files whose number of rows no ledger gives. */
function entriesOf(files: readonly SpooledFile[]): Ledger {
  return new Map(
    files.map((file) => [spooledKey(file), { rows: 0, rejected: 0, digest: rawDigest(file.path) }]),
  );
}

/** Our entries for which neither an entry nor a credited minute of at least as many rows stands. */
export function unprovedIn(ours: Ledger, made: Ledger): Ledger {
  const isCredited = (key: string, { rows }: LedgerEntry) => {
    const entry = made.get(key);
    return entry?.digest === CREDITED && entry.rows >= rows;
  };
  return new Map([...unaccounted(ours, made)].filter(([key, our]) => !isCredited(key, our)));
}

/**
 * Our credited minutes that have no entry yet: none if a file of many minutes is not proved, since it may be the daily
 * file that accounts for them.
 */
export function stillCredited(ours: Ledger, made: Ledger, unproved: Ledger): Ledger {
  if (minutesOf(unproved).has(null)) return new Map();
  return new Map([...ours].filter(([key, { digest }]) => digest === CREDITED && !made.has(key)));
}

/**
 * The minutes of the day whose rows are taken as we stored them: those whose file is not proved. If a file of many
 * minutes is not proved either, all but those that were decoded here; if our ledger cannot be read, those without a file.
 */
export function storedMinutes(
  unproved: Ledger | null,
  made: Ledger,
  decoded: Ledger,
): (minute: number) => boolean {
  if (unproved === null) {
    const fetched = [...made].filter(([, { digest }]) => digest !== CREDITED);
    const there = minutesOf(new Map(fetched));
    return (minute) => !there.has(minute);
  }
  const minutes = minutesOf(unproved);
  if (minutes.has(null)) {
    const ours = minutesOf(decoded);
    return (minute) => !ours.has(minute);
  }
  return (minute) => minutes.has(minute);
}

async function countRows(sources: readonly SortedSource[]): Promise<number> {
  let rows = 0;
  for (const source of sources) {
    for await (const batch of source) rows += batch.rows;
  }
  return rows;
}
