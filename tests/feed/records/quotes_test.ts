import assert from "node:assert/strict";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { FileDecoder } from "../../../src/feed/decode/decode.ts";
import { RowScanner } from "../../../src/feed/decode/row_scanner.ts";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { columnIndex } from "../../../src/feed/records/record_type.ts";
import { type Row, rowsOf } from "../trade_rows.ts";

function decoded(...rows: Record<string, unknown>[]): Row[] {
  const scanner = new RowScanner(new BatchBuilder(QUOTES, 100));
  const decoder = new FileDecoder(scanner, () => {});
  decoder.push(new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join("")));
  assert.equal(decoder.finish().rejected, 0);
  return rowsOf(scanner.builder.take());
}

const ISIN = { instrumentIdentificationCode: "DE0007100000" };

Deno.test("both names of a side of the book fill the same column, and null is no withdrawal", () => {
  assert.deepEqual(
    decoded(
      { ...ISIN, bid: 99.9, bidQty: 500, ask: 100.1, askQty: 400 },
      { ...ISIN, bestBid: 0, bestBidQty: 0, bestAsk: null },
    ),
    [
      { isin: "DE0007100000", bid: 99.9, bid_quantity: 500, ask: 100.1, ask_quantity: 400 },
      { isin: "DE0007100000", bid: 0, bid_quantity: 0 },
    ].map((row) => ({ ...row, schema_version: "2026-mifid" })),
  );
});

Deno.test("of two names for one side in a row, the second is kept beside the columns", () => {
  const [row] = decoded({ ...ISIN, bid: 1, bestBid: 2.50 });
  assert.deepEqual([row.bid, row.extra], [1, '{"bestBid":2.5}']);
});

Deno.test("the phase is a number, as a number or as a text; another text is kept beside the columns", () => {
  const rows = [203, "203", "CO"].map((tradingSystemPhase) => ({ ...ISIN, tradingSystemPhase }));
  assert.deepEqual(decoded(...rows).map(({ phase, extra }) => [phase, extra]), [
    [203, undefined],
    [203, undefined],
    [undefined, '{"tradingSystemPhase":"CO"}'],
  ]);
});

Deno.test("quotes are one only if they agree in all columns, and those of one time are in the order of publication", () => {
  const inOrder = ["isin", "time", "distribution_time"].map((name) => columnIndex(QUOTES, name));
  assert.deepEqual(QUOTES.identity.slice(0, 3), inOrder);
  assert.deepEqual(QUOTES.identity.toSorted((a, b) => a - b), [...QUOTES.columns.keys()]);
});
