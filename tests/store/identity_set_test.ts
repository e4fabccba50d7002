import assert from "node:assert/strict";
import fc from "fast-check";
import { columnIndex } from "../../src/feed/records/record_type.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { IdentitySet } from "../../src/store/identity_set.ts";
import { compareRows } from "../../src/store/order.ts";
import { anyTrade, trade, type TradeInput, tradesOf } from "./trades.ts";

Deno.test("a trade is in the set exactly if one with the same identity was added, whatever the rows hold", async () => {
  const rows = fc.array(anyTrade, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(rows, rows, async (stored, asked) => {
      const [a, b] = [tradesOf(stored), tradesOf(asked)];
      const others = asked.filter((_, j) => !stored.some((_, i) => compareRows(a, i, b, j) === 0));
      assert.equal((await setOf(stored)).countOthers(b), others.length);
    }),
    { numRuns: 200 },
  );
});

Deno.test("a hundred thousand similar trades are distinguished", async () => {
  const rows = (from: number) =>
    Array.from(
      { length: 100_000 },
      (_, i) => trade({ transaction_id: `${from + i}`, price: 1 + i % 7, quantity: 1 + i % 3 }),
    );
  const set = await setOf(rows(0));
  assert.equal(set.countOthers(tradesOf(rows(0))), 0);
  assert.equal(set.countOthers(tradesOf(rows(100_000))), 100_000);
});

Deno.test("trades with only some known columns are distinguished by these", async () => {
  async function* batches() {
    yield tradesOf([trade(), trade({ price: 7, message_id: "m" })]);
  }
  const set = await IdentitySet.of(batches(), ["isin", "price"].map((name) => columnIndex(TRADES, name)));
  const asked = [trade({ transaction_id: "other" }), trade({ price: 7 }), trade({ price: 8 })];
  assert.deepEqual([...set.contain(tradesOf(asked))], [1, 1, 0]);
});

Deno.test("nothing is in an empty set", async () => {
  assert.equal((await setOf([])).countOthers(tradesOf([trade()])), 1);
});

function setOf(rows: readonly TradeInput[]): Promise<IdentitySet> {
  async function* batches() {
    yield tradesOf(rows);
  }
  return IdentitySet.of(batches());
}
