import assert from "node:assert/strict";
import { plainRows, timeText } from "../../src/derive/plain_rows.ts";
import { groupOf, pickedRows, type RowGroup } from "../../src/store/row_group.ts";
import { trade, tradesOf } from "../store/trades.ts";

/** Three trades as a row group, and the names of the columns that were requested from it. */
function observedGroup(): { group: RowGroup; requested: string[] } {
  const rows = [1, 2, 3].map((price) => trade({ price, price_currency: "EUR", transaction_id: `${price}` }));
  const group = groupOf(tradesOf(rows));
  const requested: string[] = [];
  const column = (index: number) => {
    requested.push(group.type.columns[index].name);
    return group.column(index);
  };
  return { group: { ...group, column }, requested };
}

Deno.test("rows have the columns that are asked for, and no other column is read", () => {
  const { group, requested } = observedGroup();
  const rows = [...plainRows(group, new Set(["isin", "price"]))];
  assert.deepEqual(rows.map((row) => Object.values(row)), [1, 2, 3].map((price) => ["DE0007164600", price]));
  assert.deepEqual(requested, ["isin", "price"]);
});

Deno.test("of picked rows too, each column is read when it is asked for, and once", () => {
  const { group, requested } = observedGroup();
  const picked = pickedRows(group, Uint32Array.of(2, 0));
  assert.deepEqual(requested, []);
  const names = new Set(["transaction_id", "price", "price_currency"]);
  for (let time = 0; time < 2; time++) {
    assert.deepEqual([...plainRows(picked, names)].map((row) => [row.price, row.transaction_id]), [
      [3, "3"],
      [1, "1"],
    ]);
  }
  assert.deepEqual(requested.sort(), [...names].sort());
});

Deno.test("rows begin with what is put before them, also where a column has no value", () => {
  const { group } = observedGroup();
  const [row] = plainRows(group, new Set(["isin", "strike_price"]), { venue: "DETR" });
  assert.deepEqual(Object.entries(row), [["venue", "DETR"], ["isin", "DE0007164600"], [
    "strike_price",
    null,
  ]]);
});

Deno.test("a time has a fraction only if that is not zero, in all centuries that a time can be of", () => {
  const times = [0n, 1n, 999_999_999n, -1n, 10n ** 9n, -(10n ** 9n), 1_788_249_240_000_000_000n];
  const odd = [253_402_300_800n, -62_198_755_200n].map((seconds) => seconds * 10n ** 9n); // years 10000 and -1
  for (const nanos of [...times, ...odd]) {
    assert.equal(timeText(nanos), new Temporal.Instant(nanos).toString());
  }
});
