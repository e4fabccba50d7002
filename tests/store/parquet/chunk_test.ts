import assert from "node:assert/strict";
import { ByteWriter } from "hyparquet-writer";
import type { ColumnData } from "../../../src/feed/records/batch.ts";
import { nullNumbers, uniformText } from "../../../src/feed/records/repeated.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { ChunkWriter } from "../../../src/store/parquet/chunk.ts";
import { COMPACT } from "../../../src/store/parquet/form.ts";
import { schemaOf } from "../../../src/store/parquet/schema.ts";

const mixed: ColumnData = { kind: "text", codes: Uint32Array.of(1, 2, 1), values: [null, "EUR", "USD"] };
const numbers: ColumnData = { kind: "number", values: Float64Array.of(1, NaN, 2) };

/** Row groups of each column: the same again, another value, other rows, no rows, and different ones in between. */
const GROUPS: Record<string, readonly ColumnData[]> = {
  price_currency: [
    ...["EUR", "EUR", "USD", "EUR"].map((currency) => uniformText(currency, 3)),
    uniformText("EUR", 2),
    uniformText(null, 2),
    uniformText(null, 2),
    mixed,
    uniformText(null, 2),
    uniformText("EUR", 0),
  ],
  isin: [uniformText("DE0007164600", 3), uniformText("DE0007164600", 3), uniformText("DE0007100000", 3)],
  price: [nullNumbers(3), nullNumbers(3), numbers, nullNumbers(3), nullNumbers(2)],
  tick_id: [nullNumbers(3), nullNumbers(3), numbers, nullNumbers(3), nullNumbers(2)],
  algo_indicator: [nullNumbers(3), nullNumbers(3), nullNumbers(2)],
};

Deno.test("a chunk that repeats the one before has the bytes and the footer that it would have by itself", () => {
  for (const [name, groups] of Object.entries(GROUPS)) {
    const index = TRADES.columnOfName.get(name)!;
    const newWriter = () => new ChunkWriter(schemaOf(TRADES), index, TRADES.columns[index], COMPACT);
    const [one, others] = [new ByteWriter(), new ByteWriter()];
    const writer = newWriter();
    for (const data of groups) {
      assert.deepEqual(writer.write(one, data), newWriter().write(others, data), name);
    }
    assert.deepEqual(one.getBytes(), others.getBytes(), name);
  }
});
