import type { Batch } from "../../src/feed/records/batch.ts";
import { BatchBuilder } from "../../src/feed/decode/batch_builder.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { take } from "../../src/feed/records/gather.ts";
import { sortedRows } from "../../src/store/order.ts";
import fc from "fast-check";

/** A trade as a test writes it: column names to JSON values. */
export type TradeInput = Readonly<Record<string, string | number>>;

/** Trades of these rows, in this order. */
export function tradesOf(rows: readonly TradeInput[]): Batch {
  const builder = new BatchBuilder(TRADES, Math.max(1, rows.length));
  for (const row of rows) {
    builder.clearRow();
    TRADES.columns.forEach(({ name }, index) => {
      const value = row[name];
      if (value !== undefined && !builder.put(index, value)) throw new Error(`${name} cannot hold ${value}`);
    });
    builder.endRow();
  }
  return builder.take();
}

/** The rows in their stored order. */
export function sortBatch(batch: Batch): Batch {
  return take(batch, sortedRows(batch).rows);
}

/** A usual trade, with the given columns replaced. */
export function trade(columns: TradeInput = {}): TradeInput {
  return {
    isin: "DE0007164600",
    trading_date_time: "2026-09-01T08:34:00.000000001Z",
    price: 100.5,
    quantity: 3,
    transaction_id: "1",
    ...columns,
  };
}

/** Trades of few instruments, times and ids, so that many have the same identity or nearly so. */
export const anyTrade: fc.Arbitrary<TradeInput> = fc.record({
  isin: fc.constantFrom("AT0000000001", "DE0007164600", "US0378331005"),
  trading_date_time: fc.integer({ min: 0, max: 3 }).map((nanos) => `2026-09-01T08:34:00.00000000${nanos}Z`),
  price: fc.constantFrom(-1, 0, 1.5),
  quantity: fc.constantFrom(0, 1),
  price_currency: fc.constantFrom("EUR", "USD"),
  transaction_id: fc.constantFrom("a", "b"),
  modification_flag: fc.constantFrom("-", "C"),
  contract_date: fc.constantFrom("2026-12-18", "2027-03-19"),
  strike_price: fc.constantFrom(100, 200),
  option_category: fc.constantFrom("C", "P"),
  distribution_time: fc.constantFrom("2026-09-01T08:34:01Z", "2026-09-01T08:34:02Z"),
  execution_venue: fc.constantFrom("XETA", "XETB"),
  algo_indicator: fc.constantFrom("H", "-"),
  tick_id: fc.integer({ min: 0, max: 2 }),
  notional_amount: fc.double({ noNaN: true, noDefaultInfinity: true }),
  extra: fc.constantFrom('{"a":1}'),
}, { requiredKeys: ["isin"] });
