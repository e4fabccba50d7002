import { dirname } from "node:path";
import { type Batch, release } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { type Fill, infoOf, removeUnfinished, writeAtomically } from "../system/atomic.ts";
import { fromDisk } from "../system/disk_error.ts";
import { newHash } from "./digest.ts";
import { DIGEST_KEY, ROWS_KEY } from "./footer_keys.ts";
import type { ColumnForm } from "./parquet/form.ts";
import type { GroupChecksum } from "./parquet/group_checksums.ts";
import { HEAD_BYTES, zerosAfter } from "./parquet/padding.ts";
import { BatchWriter } from "./parquet/writer.ts";

/** How a file is written. */
export interface WriteOptions {
  /** What its rows are. */
  readonly type: RecordType;
  /** The program and version that the footer names as its writer. */
  readonly createdBy: string;
  /** Awaited after each row group, so that other work gets a turn; an error from it ends the publication. */
  readonly breathe: () => Promise<void>;
  /**
   * The folder in which the file lies until it is finished, on the same disk as its own folder; default its own folder.
   */
  readonly workshop?: string;
  /** How its columns are encoded; default in as few bytes as we can. */
  readonly form?: ColumnForm;
}

/**
 * Writes sorted rows as one file by the publish ritual: a row group for each of `groups`, their digest, and a checksum
 * of the footer. Each group is released once it is written. `keep` returns what else the footer holds, given the
 * checksums of all groups. Returns the number of rows. Throws `CannotWrite`, and what `groups` and `breathe` throw; then nothing has changed.
 */
export async function writeBatches(
  path: string,
  groups: AsyncIterable<Batch>,
  keep: (groups: readonly GroupChecksum[]) => ReadonlyMap<string, string>,
  { type, createdBy, breathe, workshop = dirname(path), form }: WriteOptions,
): Promise<number> {
  for (const folder of new Set([workshop, dirname(path)])) removeUnfinished(folder);
  let rows = 0;
  const fill: Fill = async (append) => {
    const hash = newHash();
    const writer = new BatchWriter(
      (bytes) => {
        hash.update(bytes);
        append(bytes);
      },
      type,
      createdBy,
      zerosAfter(headOf(path)),
      form,
    );
    for await (const group of groups) {
      writer.write(group);
      rows += group.rows;
      release(group);
      await breathe();
    }
    writer.finish(() =>
      new Map([
        ...keep(writer.groups),
        [ROWS_KEY, String(rows)],
        [DIGEST_KEY, hash.copy().digest("hex")],
      ])
    );
  };
  await writeAtomically(path, fill, workshop);
  return rows;
}

/** The beginning of the file at `path`; empty when there is none, or it is a folder. */
function headOf(path: string): Uint8Array {
  if (infoOf(path)?.isFile !== true) return new Uint8Array();
  using file = fromDisk(path, () => Deno.openSync(path));
  const head = new Uint8Array(HEAD_BYTES);
  return head.subarray(0, fromDisk(path, () => file.readSync(head)) ?? 0);
}
