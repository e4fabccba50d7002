import { join } from "node:path";
import type { Trades } from "../feed/records/trades.ts";
import { removeIfThere } from "../system/atomic.ts";
import type { SortedSource } from "./merge.ts";
import { sortTrades } from "./order.ts";
import { readRun, writeRun } from "./run_file.ts";

/** Rows sorted at a time: about 15 MB of columns. */
export const RUN_ROWS = 65_536;

/**
 * Trades in no order, turned into sorted runs. All but the last run go to temporary files, so that the memory is
 * bounded by a run, whatever the number of trades. Dispose it to remove the files.
 */
export class Runs implements Disposable {
  readonly #directory: string;
  #files: string[] = [];
  #last: Trades | null = null;

  /** `directory` must belong to these runs alone; it is made when it is needed. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Adds a batch; nothing may be added once `sources` has been called. */
  add(batch: Trades): void {
    if (batch.rows === 0) return;
    if (this.#last !== null) this.#spill(this.#last);
    this.#last = sortTrades(batch);
  }

  /** The runs, in the order in which they were added. */
  sources(): SortedSource[] {
    const last = this.#last;
    return [...this.#files.map(readRun), ...(last === null ? [] : [single(last)])];
  }

  [Symbol.dispose](): void {
    if (this.#files.length > 0) removeIfThere(this.#directory);
  }

  #spill(run: Trades): void {
    const path = join(this.#directory, String(this.#files.length));
    this.#files.push(path);
    writeRun(path, run);
  }
}

async function* single(trades: Trades): SortedSource {
  yield trades;
}
