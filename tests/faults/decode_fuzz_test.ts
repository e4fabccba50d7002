import assert from "node:assert/strict";
import fc from "fast-check";
import { FileDecoder } from "../../src/feed/decode/decode.ts";
import { RowScanner } from "../../src/feed/decode/row_scanner.ts";
import type { Batch } from "../../src/feed/records/batch.ts";
import { BatchBuilder } from "../../src/feed/decode/batch_builder.ts";
import { FEW, type Fewness } from "../../src/feed/decode/profiles.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { rowsOf } from "../feed/trade_rows.ts";
import { oddText } from "./odd_files.ts";
import { type PlainFile, plainlyDecoded } from "./plain_decoder.ts";
import { type Mutation, mutations, spoilt } from "./spoilt_bytes.ts";

/** Each run begins elsewhere and prints where; a number here instead repeats that one. */
const SEED: number | null = null;

const ROWS = 100_000;
const ROWS_A_FILE = 20;
const FILES_AT_ONCE = 100;
/** A difference is made smaller for so long; far more than these files take. */
const SHRINKING_MILLIS = 30_000;

/** Counts the rows that it has read without JSON.parse. */
class CountingScanner extends RowScanner {
  predicted = 0;

  override scan(start: number): number {
    const next = super.scan(start);
    if (next >= 0) this.predicted++;
    return next;
  }
}

/** How the bytes of a file come to the decoder. */
interface Delivery {
  readonly pieceBytes: number;
  readonly capacity: number;
  readonly few: Fewness;
}

/** So few that columns of few values turn out to have many within the file, one after the other. */
const fewer = fc.record({ values: fc.integer({ min: 1, max: 4 }), profiles: fc.integer({ min: 1, max: 8 }) });
const deliveries: fc.Arbitrary<Delivery> = fc.oneof(
  fc.constant({ pieceBytes: Infinity, capacity: 2 * ROWS_A_FILE, few: FEW }),
  fc.record({
    pieceBytes: fc.integer({ min: 100, max: 5000 }),
    capacity: fc.integer({ min: 1, max: 30 }),
    few: fc.oneof(fc.constant(FEW), fewer),
  }),
);

/** What the program's decoder makes of a file. */
function decoded(
  bytes: Uint8Array,
  { pieceBytes, capacity, few }: Delivery,
): PlainFile & { predicted: number } {
  const batches: Batch[] = [];
  const scanner = new CountingScanner(new BatchBuilder(TRADES, capacity, few));
  const decoder = new FileDecoder(scanner, (batch) => batches.push(batch));
  for (let at = 0; at < bytes.length; at += pieceBytes) decoder.push(bytes.subarray(at, at + pieceBytes));
  const file = decoder.finish();
  return { ...file, all: [...batches, scanner.builder.take()].flatMap(rowsOf), predicted: scanner.predicted };
}

/** Compares both decoders over so many rows; what is in them. */
function compared(rows: number, seed: number, befalls: fc.Arbitrary<readonly Mutation[]>) {
  const sum = { rows: 0, trades: 0, predicted: 0, rejected: 0 };
  const file = fc.tuple(oddText(ROWS_A_FILE), befalls, deliveries);
  for (let round = 0; sum.rows < rows; round++) {
    fc.assert(
      fc.property(file, ([text, befallen, delivery]) => {
        const bytes = spoilt(new TextEncoder().encode(text), befallen);
        const { predicted, ...file } = decoded(bytes, delivery);
        assert.deepEqual(file, plainlyDecoded(bytes));
        sum.rows += file.rows + file.rejected;
        sum.trades += file.rows;
        sum.rejected += file.rejected;
        sum.predicted += predicted;
      }),
      { numRuns: FILES_AT_ONCE, seed: seed + round, interruptAfterTimeLimit: SHRINKING_MILLIS },
    );
  }
  const counts = Object.entries(sum).map(([what, count]) => `${count.toLocaleString("en")} ${what}`);
  console.log(`seed ${seed}: ${counts.join(", ")}`);
  return sum;
}

Deno.test(`over ${ROWS.toLocaleString("en")} odd rows the decoder gives what JSON.parse and a plain table give, and refuses the rest`, () => {
  const seed = SEED ?? Date.now() % 2 ** 31;
  const { rows, trades, predicted } = compared(ROWS, seed, fc.constant([]));
  assert.ok(trades > rows / 3 && predicted > trades / 5, "most rows were not what the scanner is for");
});

Deno.test(`over ${(ROWS / 5).toLocaleString("en")} rows whose bytes are spoilt the decoder refuses what JSON.parse refuses, and never throws`, () => {
  const seed = SEED ?? Date.now() % 2 ** 31;
  const { rejected, predicted } = compared(ROWS / 5, seed, mutations);
  assert.ok(rejected > ROWS / 50 && predicted > ROWS / 50, "too little was spoilt, or too much");
});

Deno.test("pieces of a few bytes and batches of a few rows give the same rows as the whole", () => {
  const few = fc.record({
    pieceBytes: fc.integer({ min: 1, max: 100 }),
    capacity: fc.integer({ min: 1, max: 3 }),
    few: fc.oneof(fc.constant(FEW), fewer),
  });
  fc.assert(fc.property(oddText(4), few, (text, delivery) => {
    const bytes = new TextEncoder().encode(text);
    const { predicted: _, ...file } = decoded(bytes, delivery);
    assert.deepEqual(file, plainlyDecoded(bytes));
  }));
});
