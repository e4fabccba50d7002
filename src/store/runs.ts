import { join } from "node:path";
import { type Batch, release } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { removeIfThere } from "../system/atomic.ts";
import type { SortedSource } from "./merge.ts";
import { readRun, writeRun } from "./run_file.ts";
import { SortedBatch } from "./sorted_batch.ts";

/** Rows taken at a time of what goes to several runs, or comes from files of another program: 15 MB of columns. */
export const RUN_ROWS = 65_536;

/** Rows sorted at a time, more than a usual day has: some 60 MB of columns, but what no row fills takes no memory. */
export const SORTED_ROWS = 524_288;

/**
 * Rows of one type in no order, turned into sorted runs. Where there are several, they go to temporary files, so that the
 * memory is bounded by a run, whatever the number of rows. Dispose it to remove the files.
 */
export class Runs implements Disposable {
  readonly #directory: string;
  #files: { readonly path: string; readonly type: RecordType }[] = [];
  #last: Batch | null = null;
  /** The same in order, when it is the only one. */
  #sorted: SortedBatch | null = null;

  /** `directory` must belong to these runs alone; it is made when it is needed. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes a batch over, which may not be used any more; none may be added once `sources` has been called. */
  add(batch: Batch): void {
    if (batch.rows === 0) return;
    if (this.#last !== null) this.#spill(this.#last);
    this.#last = null;
    // More will follow one that is full, and two of them would be too much to hold.
    if (batch.rows >= SORTED_ROWS) this.#spill(batch);
    else this.#last = batch;
  }

  /** The runs, in the order in which they were added; as often as they are asked for. */
  sources(): SortedSource[] {
    if (this.#files.length === 0) {
      if (this.#last !== null) this.#sorted ??= new SortedBatch(this.#last);
      return this.#sorted === null ? [] : [this.#sorted];
    }
    // A merge holds pieces of the others: so many rows beside them would be most of its memory.
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
