import { join } from "node:path";
import { type Batch, release } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { removeIfThere } from "../system/atomic.ts";
import type { SortedSource } from "./merge_sorted.ts";
import { readRun, writeRun } from "./run_file.ts";
import { SortedBatch } from "./sorted_batch.ts";

/**
 * Rows taken at a time when they go to several runs or come from another program's file: 15 MB of columns.
 */
export const RUN_ROWS = 65_536;

/**
 * Rows sorted at a time, more than a usual day has: some 60 MB of columns; columns without values take no memory.
 */
export const SORTED_ROWS = 524_288;

/**
 * Turns unsorted rows of one type into sorted runs. If there are several, they go to temporary files, so that the
 * memory is limited to one run, however many rows there are. Dispose it to delete the files.
 */
export class Runs implements Disposable {
  readonly #directory: string;
  #files: { readonly path: string; readonly type: RecordType }[] = [];
  #last: Batch | null = null;
  /** The last batch in sorted order, if it is the only one. */
  #sorted: SortedBatch | null = null;

  /** `directory` must be used by these runs alone; it is created when needed. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes ownership of a batch. Nothing may be added once `sources` has been called. */
  add(batch: Batch): void {
    if (batch.rows === 0) return;
    if (this.#last !== null) this.#spill(this.#last);
    this.#last = null;
    // After a full batch more will follow, and two of them would take too much memory.
    if (batch.rows >= SORTED_ROWS) this.#spill(batch);
    else this.#last = batch;
  }

  /** The runs, in the order in which they were added; may be called several times. */
  sources(): SortedSource[] {
    if (this.#files.length === 0) {
      if (this.#last !== null) this.#sorted ??= new SortedBatch(this.#last);
      return this.#sorted === null ? [] : [this.#sorted];
    }
    // A merge holds only pieces of the other runs: a whole batch beside them would be most of its memory.
    if (this.#last !== null) this.#spill(this.#last);
    this.#last = null;
    return this.#files.map(({ path, type }) => readRun(path, type));
  }

  [Symbol.dispose](): void {
    if (this.#files.length > 0) removeIfThere(this.#directory);
  }

  #spill(batch: Batch): void {
    const path = join(this.#directory, String(this.#files.length));
    this.#files.push({ path, type: batch.type });
    writeRun(path, new SortedBatch(batch).pieces());
    release(batch);
  }
}
