import assert from "node:assert/strict";
import fc from "fast-check";
import { TRADES } from "../../src/feed/records/trades.ts";
import { everyRound } from "./extent.ts";
import { delivered, deliveries, smallDeliveries } from "./delivered.ts";
import { oddText } from "./odd_files.ts";
import { plainlyDecoded } from "./plain_decoder.ts";
import { type Mutation, mutations, spoilt } from "./spoilt_bytes.ts";

/** Each run uses a new seed and prints it; a number here instead repeats that run. */
const SEED: number | null = null;

const ROWS = everyRound ? 1_000_000 : 50_000;
const ROWS_A_FILE = 20;
const FILES_AT_ONCE = 100;
/** How long a difference is made smaller; far more than these files take. */
const SHRINKING_MILLIS = 30_000;

/** Compares both decoders over this many rows; returns what is in them. */
function compared(rows: number, seed: number, befalls: fc.Arbitrary<readonly Mutation[]>) {
  const sum = { rows: 0, trades: 0, predicted: 0, rejected: 0 };
  const file = fc.tuple(oddText(ROWS_A_FILE), befalls, deliveries(ROWS_A_FILE));
  for (let round = 0; sum.rows < rows; round++) {
    fc.assert(
      fc.property(file, ([text, befallen, delivery]) => {
        const bytes = spoilt(new TextEncoder().encode(text), befallen);
        const { predicted, ...file } = delivered(bytes, delivery, TRADES);
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

Deno.test(`over ${ROWS.toLocaleString("en")} odd rows the decoder returns what JSON.parse and a plain table return, and refuses the rest`, () => {
  const seed = SEED ?? Date.now() % 2 ** 31;
  const { rows, trades, predicted } = compared(ROWS, seed, fc.constant([]));
  assert.ok(trades > rows / 3 && predicted > trades / 5, "most rows were not what the scanner is for");
});

Deno.test(`over ${(ROWS / 5).toLocaleString("en")} rows with corrupted bytes the decoder refuses what JSON.parse refuses, and never throws`, () => {
  const seed = SEED ?? Date.now() % 2 ** 31;
  const { rejected, predicted } = compared(ROWS / 5, seed, mutations);
  assert.ok(rejected > ROWS / 50 && predicted > ROWS / 50, "too little was spoilt, or too much");
});

Deno.test("pieces of a few bytes and batches of a few rows give the same rows as the whole", () => {
  fc.assert(fc.property(oddText(4), smallDeliveries, (text, delivery) => {
    const bytes = new TextEncoder().encode(text);
    const { predicted: _, ...file } = delivered(bytes, delivery, TRADES);
    assert.deepEqual(file, plainlyDecoded(bytes));
  }));
});
