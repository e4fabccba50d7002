import assert from "node:assert/strict";
import fc from "fast-check";
import { QUOTES } from "../../src/feed/records/quotes.ts";
import { busy } from "../busy.ts";
import { delivered, deliveries, smallDeliveries } from "./delivered.ts";
import { everyRound } from "./extent.ts";
import { DEPTH_FORMS, oddText, QUOTE_FORMS } from "./odd_files.ts";
import { PLAIN_QUOTES, type PlainFile, plainlyDecoded } from "./plain_decoder.ts";
import { mutations, spoilt } from "./spoilt_bytes.ts";

/** Each run begins elsewhere and prints where; a number here instead repeats that one. */
const SEED: number | null = null;

const ROWS_A_FILE = 20;
const FILES = everyRound ? 2_500 : 1_000;
const ROWS = FILES * ROWS_A_FILE;
const SHRINKING_MILLIS = 30_000;

/** A file with rows of the top of the book and of its depth, one after the other, as Xetra and Eurex have them. */
function minute(rows: number): fc.Arbitrary<string> {
  const both = fc.tuple(oddText(rows / 2, QUOTE_FORMS), oddText(rows / 2, DEPTH_FORMS));
  return both.map((texts) => {
    const [tops, depths] = texts.map((text) => text.split("\n"));
    return tops.flatMap((line, i) => [line, depths[i] ?? ""]).join("\n");
  });
}

/**
 * Asserts that a file was decoded as JSON.parse and a plain table have it, but for depth rows that are known by their
 * keys: what their lists hold is not looked at, so that one of these may be no JSON.
 */
function assertAgree(ours: PlainFile, plain: PlainFile): void {
  const passed = ours.unstored - plain.unstored;
  if (passed === 0) return assert.deepEqual(ours, plain);
  assert.ok(passed > 0);
  const { rows, unfilled, unknownKeys, substitutes, all } = plain;
  assert.deepEqual(
    { ...ours, examples: [], unrecognizedKeys: null },
    {
      ...{ rows, unfilled, unknownKeys, substitutes, all, examples: [], unrecognizedKeys: null },
      ...{ unstored: plain.unstored + passed, rejected: plain.rejected - passed },
    },
  );
}

function parameters(seed: number): fc.Parameters<unknown> {
  return { numRuns: FILES, seed, interruptAfterTimeLimit: busy() * SHRINKING_MILLIS };
}

Deno.test(`over ${ROWS.toLocaleString("en")} odd rows of quotes and depth the decoder gives what JSON.parse and a plain table give`, () => {
  const seed = SEED ?? Date.now() % 2 ** 31;
  const sum = { rows: 0, unstored: 0, predicted: 0, rejected: 0 };
  const file = fc.tuple(minute(ROWS_A_FILE), deliveries(ROWS_A_FILE));
  fc.assert(
    fc.property(file, ([text, delivery]) => {
      const bytes = new TextEncoder().encode(text);
      const { predicted, ...file } = delivered(bytes, delivery, QUOTES);
      assertAgree(file, plainlyDecoded(bytes, PLAIN_QUOTES));
      sum.rows += file.rows;
      sum.unstored += file.unstored;
      sum.rejected += file.rejected;
      sum.predicted += predicted;
    }),
    parameters(seed),
  );
  console.log(`seed ${seed}: ${JSON.stringify(sum)}`);
  assert.ok(Math.min(sum.rows, sum.unstored, sum.predicted) > ROWS / 5, "most rows were others");
});

Deno.test("whatever befalls the bytes, no quote is lost or made up: a depth row is told by its keys, and what its lists hold is not looked at", () => {
  const seed = SEED ?? Date.now() % 2 ** 31;
  let rejected = 0;
  const file = fc.tuple(minute(ROWS_A_FILE), mutations, deliveries(ROWS_A_FILE));
  fc.assert(
    fc.property(file, ([text, befallen, delivery]) => {
      const bytes = spoilt(new TextEncoder().encode(text), befallen);
      const { predicted: _, ...ours } = delivered(bytes, delivery, QUOTES);
      assertAgree(ours, plainlyDecoded(bytes, PLAIN_QUOTES));
      rejected += ours.rejected;
    }),
    parameters(seed),
  );
  console.log(`seed ${seed}: ${rejected} rejected`);
  assert.ok(rejected > ROWS / 50, "too little was spoilt");
});

Deno.test("pieces of a few bytes and batches of a few rows give the same quotes as the whole", () => {
  fc.assert(fc.property(minute(6), smallDeliveries, (text, delivery) => {
    const bytes = new TextEncoder().encode(text);
    const { predicted: _, ...file } = delivered(bytes, delivery, QUOTES);
    assertAgree(file, plainlyDecoded(bytes, PLAIN_QUOTES));
  }));
});
