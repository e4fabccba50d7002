import type { Batch } from "../feed/records/batch.ts";
import { take } from "../feed/records/gather.ts";
import { sortedRows } from "./order.ts";

/** Rows that are handed on at a time. */
const PIECE_ROWS = 8_192;

/** Rows in memory and their order: they are moved once, to where they are wanted. */
export class SortedBatch implements AsyncIterable<Batch> {
  /** The places of the rows, in their stored order; of equal ones, the earlier stays earlier. */
  readonly order: Uint32Array;

  constructor(readonly batch: Batch) {
    this.order = sortedRows(batch);
  }

  /** The rows in their order, in pieces whose ids lie in it as well. */
  *pieces(): Generator<Batch> {
    for (let start = 0; start < this.order.length; start += PIECE_ROWS) {
      yield take(this.batch, this.order.subarray(start, start + PIECE_ROWS));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
    yield* this.pieces();
  }
}
