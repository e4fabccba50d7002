import type { RecordType } from "../feed/records/record_type.ts";
import { errorCode } from "../system/disk_error.ts";
import { type DamagedFile, damageOr, readDamageable } from "./damage.ts";
import type { SortedSource } from "./merge_sorted.ts";
import type { IsWanted } from "./parquet/footer.ts";
import { type RowGroup, rowGroupsIn } from "./row_group.ts";
import {
  batchesIn,
  checkDigest,
  type DataFacts,
  type DataFooter,
  guarded,
  openIfThere,
  readDataFacts,
  readDataFooter,
} from "./data_file.ts";

/** A kind of file with rows, such as that of a day or a month. */
export interface StoredKind<T> {
  /** Interprets the footer's facts. Throws `NotAsWritten` when they are not of this kind. */
  readonly describe: (facts: DataFacts) => T;
  readonly Damaged: new (path: string, cause: unknown) => DamagedFile;
}

/** A file whose bytes match their digest. */
export type Stored<T> = T & Grouped & {
  /**
   * Its rows, in pieces, as long as its file is open. A failure to read them is not damage, and is thrown unchanged.
   */
  batches(): SortedSource;
};

/** The rows of an open file by row groups, for callers that need only a few columns. */
export interface Grouped {
  /** As long as the file is open. A failure to read a column is thrown when the column is asked for. */
  groups(): Iterable<RowGroup>;
}

/**
 * What the footer of the file at `path` says; null when there is none. Throws the kind's `Damaged` error, and the
 * disk's errors.
 */
export async function readStored<T>(
  path: string,
  type: RecordType,
  { describe, Damaged }: StoredKind<T>,
): Promise<T | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  return await readDamageable(path, Damaged, async () => describe(await readDataFacts(file, type)));
}

/** The whole footer, including the places of the columns; null when there is no file. Throws as `readStored`. */
export async function readStoredFooter(
  path: string,
  type: RecordType,
  { Damaged }: StoredKind<unknown>,
): Promise<DataFooter | null> {
  using file = openIfThere(path);
  return file === null ? null : await readDamageable(path, Damaged, () => readDataFooter(file, type));
}

/** Reads an open file; `path` is its name for messages. Throws as `readStored`. */
export async function openStoredFile<T extends object>(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
  { describe, Damaged }: StoredKind<T>,
): Promise<Stored<T>> {
  return await readDamageable(path, Damaged, async () => {
    const footer = await readDataFooter(file, type);
    checkDigest(file, footer);
    return {
      ...describe(footer),
      batches: () => guarded(batchesIn(file, footer), (read) => readDamageable(path, Damaged, read)),
      groups: () => rowGroupsIn(file, footer, (error) => damageOr(path, Damaged, error)),
    };
  });
}

/**
 * The row groups of an open file, or those that are wanted, of which only what is asked for is read: bytes are not compared
 * with their digest, and flipped ones may go unnoticed. Throws the kind's `Damaged` error if the footer is not ours, and later if a column cannot
 * be read; what the disk throws is passed on unchanged.
 */
export async function groupsUnchecked(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
  { Damaged }: Pick<StoredKind<unknown>, "Damaged">,
  isWanted?: IsWanted,
): Promise<IteratorObject<RowGroup>> {
  const footer = await readDamageable(path, Damaged, () => readDataFooter(file, type, isWanted));
  return groupsOf(path, file, footer, Damaged);
}

/** The same, and what the footer says, which is read once for both. */
export async function openUnchecked<T extends object>(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
  { describe, Damaged }: StoredKind<T>,
  isWanted?: IsWanted,
): Promise<T & Grouped> {
  return await readDamageable(path, Damaged, async () => {
    const footer = await readDataFooter(file, type, isWanted);
    return { ...describe(footer), groups: () => groupsOf(path, file, footer, Damaged) };
  });
}

function groupsOf(
  path: string,
  file: Deno.FsFile,
  footer: DataFooter,
  Damaged: StoredKind<unknown>["Damaged"],
): IteratorObject<RowGroup> {
  return rowGroupsIn(
    file,
    footer,
    (error) => errorCode(error) === undefined ? new Damaged(path, error) : damageOr(path, Damaged, error),
  );
}
