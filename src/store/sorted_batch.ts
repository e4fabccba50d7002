import type { Batch } from "../feed/records/batch.ts";
import { take } from "../feed/records/gather.ts";
import { type SortedRows, sortedRows } from "./order.ts";

/** Rows that are returned at a time. */
const PIECE_ROWS = 8_192;

/** Rows in memory together with their order: each row is moved only once, to where it is needed. */
export class SortedBatch implements AsyncIterable<Batch> {
  /** The places of the rows in their stored order; equal rows keep their order. */
  readonly order: Uint32Array;
  readonly #sorted: SortedRows;

  constructor(readonly batch: Batch) {
    this.#sorted = sortedRows(batch);
    this.order = this.#sorted.rows;
  }

  /** Whether the rows at two places of the order have the same instant; others certainly differ in identity. */
  areSimultaneous(place: number, other: number): boolean {
    return this.#sorted.areSimultaneous(place, other);
  }

  /** The rows in order, in pieces whose ids are stored in that order too. */
  *pieces(): Generator<Batch> {
    for (let start = 0; start < this.order.length; start += PIECE_ROWS) {
      yield take(this.batch, this.order.subarray(start, start + PIECE_ROWS));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
    yield* this.pieces();
  }
}
