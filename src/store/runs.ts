import { join } from "node:path";
import { type Batch, release } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { removeIfThere } from "../system/atomic.ts";
import type { SortedSource } from "./merge_sorted.ts";
import { readRun, writeRun } from "./run_file.ts";
import { SortedBatch } from "./sorted_batch.ts";

/** Rows taken at a time when they go to several runs or come from another program's file: 15 MB of columns. */
export const RUN_ROWS = 65_536;

/**
 * Rows sorted at a time, and held until they are merged: more than a usual day has. Some 60 MB of columns; columns
 * without values take no memory.
 */
export const SORTED_ROWS = 524_288;

/**
 * Turns unsorted rows of one type into sorted runs. If there are too many rows, all runs go to temporary files, so that the
 * memory is limited, however many there are. Dispose it to delete the files.
 */
export class Runs implements Disposable {
  #files: { readonly path: string; readonly type: RecordType }[] = [];
  readonly #held: Batch[] = [];
  #heldRows = 0;
  /** The held batches in sorted order, once they were asked for. */
  #sorted: SortedBatch[] | null = null;

  /**
   * `directory` must be used by these runs alone; it is created when needed. Fewer than `mostRows` rows stay in memory; to
   * be left out, except in tests.
   */
  constructor(readonly directory: string, readonly mostRows = SORTED_ROWS) {}

  /** Takes ownership of a batch. Nothing may be added once `sources` has been called. */
  add(batch: Batch): void {
    if (batch.rows === 0) return;
    this.#held.push(batch);
    this.#heldRows += batch.rows;
    // After so many rows more will follow, and a merge holds pieces of the runs in files beside those in memory.
    if (this.#files.length > 0 || this.#heldRows >= this.mostRows) this.#spill();
  }

  /** The files of the runs, once these went to files. */
  get paths(): string[] {
    return this.#files.map(({ path }) => path);
  }

  /** Takes over files of runs that were made elsewhere, below this `directory`, of rows of this type. */
  adopt(paths: readonly string[], type: RecordType): void {
    this.#files.push(...paths.map((path) => ({ path, type })));
    if (this.#files.length > 0) this.#spill();
  }

  /** The runs, in the order in which they were added; may be called several times. */
  sources(): SortedSource[] {
    if (this.#files.length > 0) return this.#files.map(({ path, type }) => readRun(path, type));
    this.#sorted ??= this.#held.map((batch) => new SortedBatch(batch));
    return [...this.#sorted];
  }

  [Symbol.dispose](): void {
    if (this.#files.length > 0) removeIfThere(this.directory);
  }

  #spill(): void {
    for (const batch of this.#held.splice(0)) {
      const path = join(this.directory, String(this.#files.length));
      this.#files.push({ path, type: batch.type });
      writeRun(path, new SortedBatch(batch).pieces());
      release(batch);
    }
    this.#heldRows = 0;
  }
}
