import assert from "node:assert/strict";
import fc from "fast-check";
import { emptyBatch, gather, take } from "../../../src/feed/records/gather.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { IdBuffer } from "../../../src/feed/records/id_buffer.ts";
import { anyTrade, tradesOf } from "../../store/trades.ts";
import { rowsOf } from "../trade_rows.ts";

/** Trades whose ids may be long, have characters of several bytes, or be missing. */
const tradeWithId = fc.tuple(
  anyTrade,
  fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 })),
)
  .map(([trade, id]) => id === null ? trade : { ...trade, transaction_id: id });

Deno.test("gather() returns the picked rows in their order, from any number of batches", () => {
  const batches = fc.array(fc.array(tradeWithId, { minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(batches, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }), (inputs, picks) => {
      const places = picks.map(([b, r]) => [b % inputs.length, r % inputs[b % inputs.length].length]);
      const picked = gather(TRADES, {
        batches: inputs.map(tradesOf),
        batch: Uint32Array.from(places, ([batch]) => batch),
        row: Uint32Array.from(places, ([, row]) => row),
      });
      const all = inputs.map((rows) => rowsOf(tradesOf(rows)));
      assert.deepEqual(rowsOf(picked), places.map(([batch, row]) => all[batch][row]));
    }),
  );
});

Deno.test("take() returns rows of one batch in the requested order, each as often as requested", () => {
  const rows = fc.array(tradeWithId, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat(), { maxLength: 40 }), (input, picks) => {
      const places = picks.map((row) => row % input.length);
      const all = rowsOf(tradesOf(input));
      const taken = take(tradesOf(input), Uint32Array.from(places));
      assert.deepEqual(rowsOf(taken), places.map((row) => all[row]));
    }),
  );
});

Deno.test("an empty batch has all columns of its type, and no rows", () => {
  const { type, rows, columns } = emptyBatch(TRADES);
  assert.deepEqual([type, rows, columns.length], [TRADES, 0, TRADES.columns.length]);
});

Deno.test("an id buffer makes room for ids that are longer than usual, and can be cleared", () => {
  const ids = new IdBuffer(3);
  for (const [row, length] of [1, 1_000, 40].entries()) ids.putText(row, "x".repeat(length));
  ids.clear(2);
  const { starts, lengths, bytes } = ids.take(3);
  assert.deepEqual([...lengths], [1, 1_000, 0]);
  assert.equal(
    new TextDecoder().decode(bytes.subarray(starts[1], starts[1] + lengths[1])),
    "x".repeat(1_000),
  );
});
