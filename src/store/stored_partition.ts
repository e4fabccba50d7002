import type { RecordType } from "../feed/records/record_type.ts";
import { DamagedPartition, NotAsWritten } from "./damage.ts";
import { FILTER_KEY, GROUP_CHECKSUMS_KEY, LEDGER_KEY, TRADING_DATES_KEY } from "./footer_keys.ts";
import { decodeLedger, type Ledger, rowsEntered } from "./ledger.ts";
import { type LedgerOutline, outlineOf } from "./ledger_outline.ts";
import type { ExaminableKind } from "./examine.ts";
import { isNull, type IsWanted } from "./parquet/footer.ts";
import { decodeGroupChecksums, digestOfGroups } from "./parquet/group_checksums.ts";
import { type DataFacts, openIfThere } from "./data_file.ts";
import { type DateShare, decodeShares } from "./date_shares.ts";
import type { RowGroup } from "./row_group.ts";
import {
  groupsUnchecked,
  openStoredFile,
  readStored,
  readStoredFooter,
  type Stored,
  type StoredKind,
} from "./stored_file.ts";

/** Which rows a partition has, whatever files they came from. */
export interface PartitionContent {
  readonly rows: number;
  /**
   * A SHA-256 in hex digits of the row groups: two partitions with the same digest hold the same rows. A partition that
   * is rewritten with the same rows keeps it, wherever in the file they begin and whatever its ledger says.
   */
  readonly digest: string;
  /** Null when an earlier version wrote it, which did not count them. */
  readonly tradingDates: readonly DateShare[] | null;
}

/** A day's rows as they lie on disk. */
export interface Partition extends PartitionContent {
  readonly ledger: Ledger;
  /** For quotes: which are stored, as it was published; null otherwise. */
  readonly filter: string | null;
}

/** The partition at `path`; null when there is none. Throws `DamagedPartition` when its footer is not ours. */
export async function readPartition(path: string, type: RecordType): Promise<Partition | null> {
  return await readStored(path, type, PARTITION_FILE);
}

/**
 * The same without the ledger, which takes three quarters of the time: its lines are not read. Throws as `readPartition`.
 */
export async function readContent(path: string, type: RecordType): Promise<PartitionContent | null> {
  return await readStored(path, type, CONTENT);
}

/** What a calendar needs of a partition. */
export interface PartitionOutline {
  readonly rows: number;
  readonly ledger: LedgerOutline;
}

/** The same with only an outline of the ledger. Throws as `readPartition`. */
export async function readOutline(path: string, type: RecordType): Promise<PartitionOutline | null> {
  return await readStored(path, type, OUTLINE);
}

/** Whether version 0.1.0 wrote the partition at `path`; false when there is none. Throws as `readPartition`. */
export async function isOfFirstVersion(path: string, type: RecordType): Promise<boolean> {
  return (await readStored(path, type, FACTS))?.parquet.isOfFirstVersion ?? false;
}

/**
 * The columns (places in those of the type) that have a value in some row; empty when there is no partition. Throws as
 * `readPartition`.
 */
export async function filledColumns(path: string, type: RecordType): Promise<number[]> {
  const groups = (await readStoredFooter(path, type, PARTITION_FILE))?.parquet.groups ?? [];
  return type.columns.keys().filter((column) => groups.some(({ chunks }) => !isNull(chunks[column])))
    .toArray();
}

/**
 * The same as `readPartition`, but checks all bytes against their digest, which proves that the rows named in its
 * ledger can be read.
 */
export async function checkPartition(path: string, type: RecordType): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const { rows, ledger, digest, tradingDates, filter } = await openStored(path, file, type);
  return { rows, ledger, digest, tradingDates, filter };
}

/** Reads an open partition; `path` is its name for messages. Throws `DamagedPartition`, and the disk's errors. */
export async function openStored(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
): Promise<Stored<Partition>> {
  return await openStoredFile(path, file, type, PARTITION_FILE);
}

/** The row groups of an open partition, by default all: see `groupsUnchecked`. Throws `DamagedPartition`, and what the disk throws. */
export async function partitionGroups(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
  isWanted?: IsWanted,
): Promise<IteratorObject<RowGroup>> {
  return await groupsUnchecked(path, file, type, PARTITION_FILE, isWanted);
}

/** The file of a day, or of an hour. */
export const PARTITION_FILE: ExaminableKind<Partition> = {
  describe: partitionOf,
  Damaged: DamagedPartition,
  entered: ({ ledger }) => ({ rows: rowsEntered(ledger), book: "ledger" }),
};
const CONTENT: StoredKind<PartitionContent> = {
  describe: (facts) => contentOf(facts),
  Damaged: DamagedPartition,
};
const OUTLINE: StoredKind<PartitionOutline> = {
  describe: ({ rows, parquet: { metadata } }) => ({ rows, ledger: outlineOf(ledgerIn(metadata)) }),
  Damaged: DamagedPartition,
};
const FACTS: StoredKind<DataFacts> = { describe: (facts) => facts, Damaged: DamagedPartition };

function partitionOf(facts: DataFacts): Partition {
  const { metadata } = facts.parquet;
  return {
    ...contentOf(facts),
    ledger: decodeLedger(ledgerIn(metadata)),
    filter: metadata.get(FILTER_KEY) ?? null,
  };
}

function contentOf({ rows, digest, parquet: { metadata } }: DataFacts): PartitionContent {
  ledgerIn(metadata);
  const checksums = decodeGroupChecksums(metadata.get(GROUP_CHECKSUMS_KEY) ?? "");
  const dates = metadata.get(TRADING_DATES_KEY);
  return {
    rows,
    digest: checksums === null ? digest : digestOfGroups(checksums.groups),
    tradingDates: dates === undefined ? null : decodeShares(dates),
  };
}

/** The ledger as it is written. Throws `NotAsWritten` when there is none, as in files of others. */
function ledgerIn(metadata: ReadonlyMap<string, string>): string {
  const ledger = metadata.get(LEDGER_KEY);
  if (ledger !== undefined) return ledger;
  throw new NotAsWritten("its footer has no ledger: it was not written by this program");
}
