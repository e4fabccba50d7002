import type { RecordType } from "../feed/records/record_type.ts";
import { type DamagedFile, damageOr, readDamageable } from "./damage.ts";
import type { SortedSource } from "./merge.ts";
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

/** A kind of file of rows, a day's or a month's. */
export interface StoredKind<T> {
  /** What the footer says of the file. Throws `NotAsWritten` when that is not of this kind. */
  readonly describe: (facts: DataFacts) => T;
  readonly Damaged: new (path: string, cause: unknown) => DamagedFile;
}

/** A file whose bytes have been checked against their digest. */
export type Stored<T> = T & {
  /**
   * Its rows, a piece at a time, as long as its file is open. A failure to read them is no damage: it is thrown as
   * what it is.
   */
  batches(): SortedSource;
  /** The same by row groups, for who needs few of its columns; a column that cannot be read throws as `batches`. */
  groups(): Iterable<RowGroup>;
};

/** What the footer of the file at `path` says; null when there is none. Throws `Damaged` of its kind, and what the disk throws. */
export async function readStored<T>(
  path: string,
  type: RecordType,
  { describe, Damaged }: StoredKind<T>,
): Promise<T | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  return await readDamageable(path, Damaged, async () => describe(await readDataFacts(file, type)));
}

/** All of that footer, with the places of the columns; null when there is no file. Throws as `readStored`. */
export async function readStoredFooter(
  path: string,
  type: RecordType,
  { Damaged }: StoredKind<unknown>,
): Promise<DataFooter | null> {
  using file = openIfThere(path);
  return file === null ? null : await readDamageable(path, Damaged, () => readDataFooter(file, type));
}

/** Reads an open file, `path` being its name for the message. Throws as `readStored`. */
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
