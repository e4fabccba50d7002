/** Files as they come to the program's decoder, in pieces and batches of any size, and what it makes of them. */
import fc from "fast-check";
import { BatchBuilder } from "../../src/feed/decode/batch_builder.ts";
import { FileDecoder } from "../../src/feed/decode/decode.ts";
import { FEW, type Fewness } from "../../src/feed/decode/profiles.ts";
import { newScanner } from "../../src/feed/decode/new_scanner.ts";
import type { Scanner } from "../../src/feed/decode/scanner.ts";
import type { Batch } from "../../src/feed/records/batch.ts";
import type { PublishedType } from "../../src/feed/records/record_type.ts";
import { rowsOf } from "../feed/trade_rows.ts";
import type { PlainFile } from "./plain_decoder.ts";

/** How the bytes of a file come to the decoder. */
export interface Delivery {
  readonly pieceBytes: number;
  readonly capacity: number;
  readonly few: Fewness;
}

/** So small that columns of few values turn out to have many within the file, one after the other. */
const fewer = fc.record({ values: fc.integer({ min: 1, max: 4 }), profiles: fc.integer({ min: 1, max: 8 }) });
const anyFew: fc.Arbitrary<Fewness> = fc.oneof(fc.constant(FEW), fewer);

/** For files with this many rows. */
export function deliveries(rows: number): fc.Arbitrary<Delivery> {
  return fc.oneof(
    fc.constant({ pieceBytes: Infinity, capacity: 2 * rows, few: FEW }),
    fc.record({
      pieceBytes: fc.integer({ min: 100, max: 5000 }),
      capacity: fc.integer({ min: 1, max: 30 }),
      few: anyFew,
    }),
  );
}

/** In pieces of a few bytes and batches of a few rows. */
export const smallDeliveries: fc.Arbitrary<Delivery> = fc.record({
  pieceBytes: fc.integer({ min: 1, max: 100 }),
  capacity: fc.integer({ min: 1, max: 3 }),
  few: anyFew,
});

/** The program's scanner; counts the rows that it has read without JSON.parse. */
class CountingScanner implements Scanner {
  predicted = 0;
  rows = 0;
  unstored = 0;
  readonly #scanner: Scanner;

  constructor(readonly builder: BatchBuilder<PublishedType>) {
    this.#scanner = newScanner(builder);
  }

  enter(bytes: Uint8Array): void {
    this.#scanner.enter(bytes);
  }

  scan(start: number): number {
    const next = this.#scanner.scan(start);
    this.rows = this.#scanner.rows;
    this.unstored = this.#scanner.unstored;
    this.predicted += this.rows + this.unstored;
    return next;
  }

  learn(line: Uint8Array): void {
    this.#scanner.learn(line);
  }

  learnUnstored(line: Uint8Array): void {
    this.#scanner.learnUnstored(line);
  }
}

/** What the program's decoder returns for a file, and how many of its rows were predicted. */
export function delivered(
  bytes: Uint8Array,
  { pieceBytes, capacity, few }: Delivery,
  type: PublishedType,
): PlainFile & { predicted: number } {
  const batches: Batch[] = [];
  const scanner = new CountingScanner(new BatchBuilder(type, capacity, few));
  const decoder = new FileDecoder(scanner, (batch) => batches.push(batch));
  for (let at = 0; at < bytes.length; at += pieceBytes) decoder.push(bytes.subarray(at, at + pieceBytes));
  const file = decoder.finish();
  return { ...file, all: [...batches, scanner.builder.take()].flatMap(rowsOf), predicted: scanner.predicted };
}
