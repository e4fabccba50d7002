import assert from "node:assert/strict";
import fc from "fast-check";
import { TRADES } from "../../src/feed/records/trades.ts";
import { plainRows } from "../../src/derive/plain_rows.ts";
import { rowsWithin } from "../../src/store/row_group.ts";
import { partitionGroups } from "../../src/store/stored_partition.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { anyRow, distinct } from "./parquet/any_row.ts";
import { publish } from "./parquet_files.ts";
import { trade, type TradeInput } from "./trades.ts";

Deno.test("some rows of a group are the same as when all are read, whatever is passed over", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const rows = fc.tuple(fc.array(anyRow, { minLength: 1, maxLength: 40 }), fc.nat(40), fc.nat(40));
  await fc.assert(
    fc.asyncProperty(rows, async ([rows, a, b]) => {
      await publish(path, "08_34", distinct(rows));
      await assertSameWithin(path, Math.min(a, b, rows.length), Math.min(Math.max(a, b), rows.length));
    }),
    { numRuns: 30 },
  );
});

Deno.test("rows are passed over in runs, and in packed values of any width", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  for (const values of [2, 7, 1_000]) {
    const rows = Array.from({ length: 3_000 }, (_, i) => {
      // first a run, then changing values
      const value = i < 500 ? 1 : (i * 7_919) % values;
      const currency: TradeInput = i % 11 === 0 ? {} : { price_currency: `C${value}` };
      return trade({ transaction_id: String(i).padStart(6, "0"), quantity: value, ...currency });
    });
    await publish(path, "08_34", rows);
    for (const [from, to] of [[499, 502], [613, 901], [2_999, 3_000]]) {
      await assertSameWithin(path, from, to);
    }
  }
});

async function assertSameWithin(path: string, from: number, to: number): Promise<void> {
  using file = Deno.openSync(path);
  const [group] = await partitionGroups(path, file, TRADES);
  const some = rowsWithin(group, { from, to });
  const within = [...plainRows(some)];
  assert.deepEqual(within, [...plainRows(group)].slice(from, to));
  // also of a group that has been read, and of some rows of some
  assert.deepEqual([...plainRows(rowsWithin(group, { from, to }))], within);
  if (to - from > 2) {
    const inner = { from: 1, to: to - from - 1 };
    assert.deepEqual([...plainRows(rowsWithin(some, inner))], within.slice(1, -1));
  }
}
