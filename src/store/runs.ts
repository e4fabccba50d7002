import { join } from "node:path";
import type { Batch } from "../feed/records/batch.ts";
import { removeIfThere } from "../system/atomic.ts";
import type { SortedSource } from "./merge.ts";
import { sortBatch } from "./order.ts";
import { readRun, writeRun } from "./run_file.ts";

/** Rows sorted at a time: about 15 MB of columns. */
export const RUN_ROWS = 65_536;

/**
 * Rows of one type in no order, turned into sorted runs. All but the last run go to temporary files, so that the memory is
 * bounded by a run, whatever the number of rows. Dispose it to remove the files.
 */
export class Runs implements Disposable {
  readonly #directory: string;
  #files: string[] = [];
  #last: Batch | null = null;

  /** `directory` must belong to these runs alone; it is made when it is needed. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Adds a batch; nothing may be added once `sources` has been called. */
  add(batch: Batch): void {
    if (batch.rows === 0) return;
    if (this.#last !== null) this.#spill(this.#last);
    this.#last = sortBatch(batch);
  }

  /** The runs, in the order in which they were added. */
  sources(): SortedSource[] {
    const last = this.#last;
    if (last === null) return [];
    return [...this.#files.map((path) => readRun(path, last.type)), single(last)];
  }

  [Symbol.dispose](): void {
    if (this.#files.length > 0) removeIfThere(this.#directory);
  }

  #spill(run: Batch): void {
    const path = join(this.#directory, String(this.#files.length));
    this.#files.push(path);
    writeRun(path, run);
  }
}

async function* single(batch: Batch): SortedSource {
  yield batch;
}
