/** Trades with all values that a column may hold, including the extremes at which formats break. */
import fc from "fast-check";
import type { ColumnKind } from "../../../src/feed/records/record_type.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import type { TradeInput } from "../trades.ts";

export const instant = (nanos: bigint) => Temporal.Instant.fromEpochNanoseconds(nanos).toString();
export const LAST_NANO = 2n ** 63n - 1n;
/** The first instant that DuckDB writes as text, as it does with statistics. */
export const FIRST_NANO = Temporal.Instant.from("1677-09-22T00:00:00Z").epochNanoseconds;

/** The values at which formats break, by kind of column. */
export const EXTREMES: Record<ColumnKind, readonly (string | number)[]> = {
  text: [" ", "\u0000", "ÄÖÜ", "😀", "\u{10ffff}", "\uffff", "a\nb\"c'", "x".repeat(300)],
  id: ["0".repeat(52), "1".repeat(52), "😀😀", "é", "\u{10ffff}x", "", "x".repeat(5_000)],
  micros: [], // no trade has one
  int16: [], // nor this
  time: [instant(FIRST_NANO), instant(-1n), instant(0n), instant(1n), instant(LAST_NANO)],
  double: [0, -0, 1e308, -1e308, 5e-324, -5e-324, 0.1, 2 ** 53 + 2, 1 / 3],
  int64: [0, 1, -1, 2 ** 53 - 1, -(2 ** 53) + 1],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  flag: ["H", "-"],
  date: ["1970-01-01", "1969-12-31", "2026-12-18", "0100-01-01", "9999-12-31"],
};

const ANY: Record<ColumnKind, fc.Arbitrary<string | number>> = {
  text: fc.string({ unit: "binary" }),
  id: fc.string({ unit: "binary", maxLength: 60 }),
  micros: fc.constant(0), // no trade has one
  int16: fc.constant(0), // nor this
  time: fc.bigInt({ min: FIRST_NANO, max: LAST_NANO }).map(instant),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  int64: fc.maxSafeInteger(),
  int32: fc.integer(),
  flag: fc.constantFrom("H", "-"),
  date: fc.date({ min: new Date("0100-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
};

/** A row in which any nullable column is null at times; a third of the values are extremes. */
export const anyRow: fc.Arbitrary<TradeInput> = fc.record(
  Object.fromEntries(TRADES.columns.map(({ name, kind }) => [
    name,
    fc.oneof({ weight: 2, arbitrary: ANY[kind] }, fc.constantFrom(...EXTREMES[kind])),
  ])),
  {
    requiredKeys: TRADES.columns.filter(({ required }) => required).map(({ name }) => name),
    noNullPrototype: true,
  },
);

/** Makes each row a separate trade, so that none is left out as a duplicate; rows without an id by their isin. */
export function distinct(rows: readonly TradeInput[]): TradeInput[] {
  return rows.map((row, i) =>
    row.transaction_id === undefined
      ? { ...row, isin: `${i} ${row.isin}` }
      : { ...row, isin: `${i % 3}${row.isin}`, transaction_id: `${row.transaction_id} ${i}` }
  );
}
