import assert from "node:assert/strict";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { type DecodedFile, FileDecoder } from "../../../src/feed/decode/decode.ts";
import { KernelScanner } from "../../../src/feed/decode/kernel/kernel_scanner.ts";
import { RowScanner } from "../../../src/feed/decode/row_scanner.ts";
import type { Scanner } from "../../../src/feed/decode/scanner.ts";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { columnIndex } from "../../../src/feed/records/record_type.ts";
import { sample, samplesAreHere } from "../../samples.ts";
import { type Row, rowsOf } from "../trade_rows.ts";

/** By both scanners, which must agree. */
function fileOf(...rows: Record<string, unknown>[]): { file: DecodedFile; rows: Row[] } {
  const scanners = [RowScanner, KernelScanner].map((Type) => new Type(new BatchBuilder(QUOTES, 100)));
  const [decoded, byKernel] = scanners.map((scanner) => fileBy(scanner, rows));
  assert.deepEqual(byKernel, decoded);
  return decoded;
}

function fileBy(scanner: Scanner, rows: Record<string, unknown>[]): { file: DecodedFile; rows: Row[] } {
  const decoder = new FileDecoder(scanner, () => {});
  decoder.push(new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join("")));
  return { file: decoder.finish(), rows: rowsOf(scanner.builder.take()) };
}

function decoded(...rows: Record<string, unknown>[]): Row[] {
  const { file, rows: decoded } = fileOf(...rows);
  assert.equal(file.rejected, 0);
  return decoded;
}

const ISIN = { instrumentIdentificationCode: "DE0007100000" };

Deno.test("both names of a side of the book fill the same column, and null is not a withdrawal", () => {
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

Deno.test("when a row has both names for one side, the second goes to extra", () => {
  const [row] = decoded({ ...ISIN, bid: 1, bestBid: 2.50 });
  assert.deepEqual([row.bid, row.extra], [1, '{"bestBid":2.5}']);
});

Deno.test("the phase is read from a number or a text of digits; any other text goes to extra", () => {
  const rows = [203, "203", "CO"].map((tradingSystemPhase) => ({ ...ISIN, tradingSystemPhase }));
  assert.deepEqual(decoded(...rows).map(({ phase, extra }) => [phase, extra]), [
    [203, undefined],
    [203, undefined],
    [undefined, '{"tradingSystemPhase":"CO"}'],
  ]);
});

Deno.test("two quotes are the same only if they agree in all columns, and quotes of one time are in the order of publication", () => {
  const inOrder = ["isin", "time", "distribution_time"].map((name) => columnIndex(QUOTES, name));
  assert.deepEqual(QUOTES.identity.slice(0, 3), inOrder);
  assert.deepEqual(QUOTES.identity.toSorted((a, b) => a - b), [...QUOTES.columns.keys()]);
});

Deno.test("rows of the book's depth are counted and not stored, unless they have its top as well", () => {
  const depth = {
    ...ISIN,
    mdupdateDateAndTime: "2026-09-01T08:00:00Z",
    mdBidMktDepthGroup1: [{ price: 1, quantity: 2 }],
  };
  const { file, rows } = fileOf(depth, depth, { ...depth, bestBid: 1.5 }, { ...depth, bestBid: null });
  assert.deepEqual([file.rows, file.unstored, file.rejected], [1, 3, 0]);
  assert.equal(rows[0].bid, 1.5);
  assert.match(String(rows[0].extra), /mdBidMktDepthGroup1/);
});

Deno.test("a file with only depth rows is understood; a depth row without an instrument is a bad line", () => {
  const depth = { mdAskMktDepthGroup1: [] };
  assert.equal(fileOf({ ...ISIN, ...depth }).file.unrecognizedKeys, null);
  const { file } = fileOf(depth);
  assert.deepEqual([file.rejected, file.unrecognizedKeys], [1, ["mdAskMktDepthGroup1"]]);
});

for (
  const name of ["DETR-pretrade", "DGAT-pretrade", "DFRA-pretrade", "DEUR-pretradeOthers", "DXSC-pretrade"]
) {
  Deno.test({
    name: `each row of ${name} as witnesses read it is a quote or depth, and only a made-up key is unknown`,
    ignore: !samplesAreHere(),
    fn() {
      const lines = new TextDecoder().decode(sample(`${name}.lookalike.ndjson`)).trim().split("\n");
      const { file, rows } = fileOf(...lines.map((line) => JSON.parse(line)));
      assert.deepEqual([file.rows + file.unstored, file.rejected], [lines.length, 0]);
      assert.deepEqual(
        [...file.unknownKeys.keys()],
        name === "DXSC-pretrade" ? ["unknownProviderField"] : [],
      );
      assert.ok(rows.every((row) => "bid" in row || "ask" in row));
    },
  });
}
