import assert from "node:assert/strict";
import fc from "fast-check";
import type { Batch } from "../../src/feed/records/batch.ts";
import { mergeBatches, type MergeTally, type SortedSource } from "../../src/store/merge_sorted.ts";
import { compareRows } from "../../src/store/order.ts";
import { rowsOf } from "../feed/trade_rows.ts";
import { anyTrade, sortBatch, trade, type TradeInput, tradesOf } from "./trades.ts";

async function merge(sources: readonly TradeInput[][], rowsPerGroup = 1000, batchRows = 1000) {
  const tally: MergeTally = { kept: [], duplicates: 0, conflicts: 0 };
  const groups: Batch[] = [];
  const sorted = sources.map((rows) => batches(sortBatch(tradesOf(rows)), batchRows));
  for await (const group of mergeBatches(sorted, rowsPerGroup, tally)) groups.push(group);
  return { groups, tally, rows: groups.flatMap(rowsOf) };
}

async function* batches(trades: Batch, size: number): SortedSource {
  const rows = rowsOf(trades).map((row) => row as TradeInput);
  for (let at = 0; at < rows.length; at += size) yield tradesOf(rows.slice(at, at + size).map(asInput));
}

/** Converts stored values back to what the exchange would write. */
function asInput(row: TradeInput): TradeInput {
  const time = (nanos: unknown) =>
    Temporal.Instant.fromEpochNanoseconds?.call(null, nanos as bigint)?.toString();
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name.endsWith("_time")) return [name, time(value)];
      if (name === "contract_date") {
        return [name, new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)];
      }
      return [name, name === "algo_indicator" ? (value === 1 ? "H" : "-") : value];
    }),
  );
}

Deno.test("sortedRows() orders by isin, then trading time, and keeps equal trades in their order", () => {
  const late = trade({ isin: "A", trading_date_time: "2026-09-01T08:34:00.000000002Z" });
  const first = trade({ isin: "A", execution_venue: "XETA" });
  const second = trade({ isin: "A", execution_venue: "XETB" });
  const sorted = rowsOf(sortBatch(tradesOf([trade({ isin: "B" }), late, first, second])));
  assert.deepEqual(sorted.map(({ isin }) => isin), ["A", "A", "A", "B"]);
  assert.deepEqual(sorted.map(({ execution_venue }) => execution_venue), [
    "XETA",
    "XETB",
    undefined,
    undefined,
  ]);
});

Deno.test("compareRows() is an order: antisymmetric, transitive, and 0 only within one identity", () => {
  fc.assert(fc.property(fc.array(anyTrade, { minLength: 3, maxLength: 3 }), (rows) => {
    const trades = tradesOf(rows);
    const sign = (i: number, j: number) => Math.sign(compareRows(trades, i, trades, j));
    assert.equal(sign(0, 1), -sign(1, 0) || 0);
    if (sign(0, 1) <= 0 && sign(1, 2) <= 0) assert.ok(sign(0, 2) <= 0);
  }));
});

Deno.test("mergeBatches() keeps each trade once, whatever the sources, groups and batches", async () => {
  const sources = fc.array(fc.array(anyTrade, { maxLength: 20 }), { maxLength: 4 });
  const size = fc.integer({ min: 1, max: 7 });
  await fc.assert(fc.asyncProperty(sources, size, size, async (sources, rowsPerGroup, batchRows) => {
    const { groups, rows, tally } = await merge(sources, rowsPerGroup, batchRows);
    const identities = (rows: readonly TradeInput[]) => new Set(rows.map(identityOf));
    assert.deepEqual(identities(rows as TradeInput[]), identities(sources.flat().map(stored)));
    assert.equal(rows.length, identities(rows as TradeInput[]).size);
    assert.ok(groups.slice(0, -1).every(({ rows }) => rows === rowsPerGroup));
    assert.equal(tally.kept.reduce((sum, n) => sum + n, 0), rows.length);
    assert.equal(rows.length + tally.duplicates, sources.flat().length);
    const all = sortBatch(tradesOf((rows as TradeInput[]).map(asInput)));
    assert.deepEqual(rowsOf(all), rows);
  }));
});

Deno.test("of two rows with one identity that of the earlier source is kept, and a difference in other columns is counted", async () => {
  const stored = trade({ execution_venue: "XETA" });
  const { rows, tally } = await merge([[stored], [trade({ execution_venue: "XETB" }), stored]]);
  assert.deepEqual(rows.map(({ execution_venue }) => execution_venue), ["XETA"]);
  assert.deepEqual(tally, { kept: [1, 0], duplicates: 2, conflicts: 1 });
});

Deno.test("a cancellation, the legs of one Eurex id, and a row in another currency are separate trades", async () => {
  const leg = trade({ contract_date: "2026-12-18", strike_price: 100, option_category: "C" });
  const distinct = [
    leg,
    { ...leg, isin: "DE000F000001" },
    { ...leg, contract_date: "2027-03-19" },
    { ...leg, strike_price: 200 },
    { ...leg, option_category: "P" },
    { ...leg, price: 1 },
    { ...leg, quantity: 9 },
    { ...leg, modification_flag: "C" },
    { ...leg, price_currency: "USD" },
  ];
  const { rows, tally } = await merge([distinct, distinct]);
  assert.equal(rows.length, distinct.length);
  assert.equal(tally.duplicates, distinct.length);
});

Deno.test("rows without a transaction id are one trade only if they agree in every column", async () => {
  const { transaction_id: _, ...nameless } = trade();
  const { rows } = await merge([[nameless, { ...nameless, execution_venue: "XETB" }], [nameless]]);
  assert.equal(rows.length, 2);
});

const IDENTITY = [
  "isin",
  "trading_date_time",
  "transaction_id",
  "price",
  "quantity",
  "price_currency",
  "modification_flag",
  "contract_date",
  "strike_price",
  "option_category",
];

/** The identity of a stored row, written independently of the program. */
function identityOf(row: TradeInput): string {
  const columns = row.transaction_id === undefined ? Object.keys(row).sort() : IDENTITY;
  return columns.map((name) => `${name}=${row[name] === 0 ? 0 : row[name]}`).join(" ");
}

function stored(row: TradeInput): TradeInput {
  return rowsOf(tradesOf([row]))[0] as TradeInput;
}
