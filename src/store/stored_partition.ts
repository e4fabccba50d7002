import type { RecordType } from "../feed/records/record_type.ts";
import { isDiskAway, withPath } from "../system/disk_error.ts";
import { DamagedPartition } from "./damaged_partition.ts";
import { decodeLedger, type Ledger } from "./ledger.ts";
import type { SortedSource } from "./merge.ts";
import { isNull } from "./parquet/reader.ts";
import { decodeProof, digestOfGroups, PROOF_KEY } from "./parquet/group_checksums.ts";
import {
  batchesIn,
  checkDigest,
  type DataFooter,
  guarded,
  openIfThere,
  readDataFooter,
} from "./data_file.ts";

/** The key of the ledger in a partition's footer. */
export const LEDGER_KEY = "xetra-parqed.ledger";

/** A day's rows as they lie on disk. */
export interface Partition {
  readonly rows: number;
  readonly ledger: Ledger;
  /**
   * A SHA-256 in hex digits, of the row groups: two partitions of one digest hold the same rows. One that is written
   * anew with the same rows keeps it, wherever in the file they begin and whatever its ledger says.
   */
  readonly digest: string;
}

/** The partition at `path`; null when there is none. Throws `DamagedPartition` when its footer is not ours. */
export async function readPartition(path: string, type: RecordType): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  return await readDamageable(path, async () => partitionOf(await readDataFooter(file, type)));
}

/** Whether version 0.1.0 wrote the partition at `path`; false when there is none. Throws as `readPartition`. */
export async function isOfFirstVersion(path: string, type: RecordType): Promise<boolean> {
  using file = openIfThere(path);
  if (file === null) return false;
  return (await readDamageable(path, () => readDataFooter(file, type))).parquet.isOfFirstVersion;
}

/** The columns, as places in those of the type, that have a value in some row; none when there is no partition. Throws as `readPartition`. */
export async function filledColumns(path: string, type: RecordType): Promise<number[]> {
  using file = openIfThere(path);
  if (file === null) return [];
  const { parquet: { groups } } = await readDamageable(path, () => readDataFooter(file, type));
  return type.columns.keys().filter((column) => groups.some(({ chunks }) => !isNull(chunks[column])))
    .toArray();
}

/** The same as `readPartition`, with all its bytes checked against their digest: a proof that what its ledger names can be read. */
export async function checkPartition(path: string, type: RecordType): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const { rows, ledger, digest } = await openStored(path, file, type);
  return { rows, ledger, digest };
}

/** A partition whose bytes have been checked against their digest. */
export interface StoredPartition extends Partition {
  /** Its rows, a piece at a time, as long as its file is open. Throws `DamagedPartition`. */
  batches(): SortedSource;
}

/** Reads an open partition, `path` being its name for the message. Throws `DamagedPartition`. */
export async function openStored(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
): Promise<StoredPartition> {
  return await readDamageable(path, async () => {
    const footer = await readDataFooter(file, type);
    checkDigest(file, footer);
    return {
      ...partitionOf(footer),
      batches: () => guarded(batchesIn(file, footer), (read) => readDamageable(path, read)),
    };
  });
}

/** What `read` returns; what it throws becomes `DamagedPartition`, unless the disk does not answer. */
export async function readDamageable<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isDiskAway(error) ? withPath(path, error) : new DamagedPartition(path, error);
  }
}

function partitionOf({ rows, digest, parquet: { metadata } }: DataFooter): Partition {
  const ledger = metadata.get(LEDGER_KEY);
  if (ledger === undefined) throw new Error("its footer has no ledger: it was not written by this program");
  const proof = decodeProof(metadata.get(PROOF_KEY) ?? "");
  return { rows, ledger: decodeLedger(ledger), digest: proof === null ? digest : digestOfGroups(proof) };
}
