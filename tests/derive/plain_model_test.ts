import assert from "node:assert/strict";
import fc from "fast-check";
import { BARS_1M_ROWS } from "../../src/feed/records/bars.ts";
import { Layout } from "../../src/store/layout.ts";
import { BARS_1M } from "../../src/store/datasets.ts";
import { openBars } from "../../src/derive/stored_bars.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { type Row, rowsOf } from "../feed/trade_rows.ts";
import type { TradeInput } from "../store/trades.ts";
import { publishRows, refresh } from "./stores.ts";
import { instrumentRows, TRADING_DAYS } from "./stories.ts";

/** The plainest way to make bars of rows without corrections: by going through all of them for each bar. */
function plainBars(rows: readonly TradeInput[], day: string): Row[] {
  const ofDay = once(rows).filter((row) => momentOf(row) !== null && frankfurtDate(momentOf(row)!) === day)
    .sort(byStoredOrder);
  const keys = new Set(ofDay.map(keyOf));
  return [...keys].map((key) => plainBar(ofDay.filter((row) => keyOf(row) === key)));
}

/** Of rows with one identity the first. */
function once(rows: readonly TradeInput[]): TradeInput[] {
  const identity = ["isin", "trading_date_time", "transaction_id", "price", "quantity", "price_currency"];
  const contract = ["modification_flag", "contract_date", "strike_price", "option_category"];
  const keyOf = (row: TradeInput) =>
    JSON.stringify(
      row.transaction_id === undefined
        ? Object.entries(row).sort()
        : [...identity, ...contract].map((name) => row[name]),
    );
  return [...Map.groupBy(rows, keyOf).values()].map(([first]) => first);
}

function plainBar(rows: readonly TradeInput[]): Row {
  const forming = rows.filter((row) => !isOffBook(row));
  const prices = forming.map(({ price }) => Number(price));
  const trades = forming.filter(({ quantity }) => quantity !== undefined && quantity !== 0);
  const sum = (of: readonly TradeInput[], value: (row: TradeInput) => number) =>
    of.reduce((total, row) => total + value(row), 0);
  const amount = (row: TradeInput) => Number(row.price) * Number(row.quantity);
  const quantity = (row: TradeInput) => Number(row.quantity ?? 0);
  const volume = sum(trades, quantity);
  const [{ isin, price_currency, contract_date, option_category, strike_price }] = rows;
  return withoutMissing({
    isin: String(isin),
    price_currency: price_currency as string,
    contract_date: contract_date === undefined ? undefined : Date.parse(String(contract_date)) / 86_400_000,
    option_category: option_category as string,
    strike_price: strike_price as number,
    start: minuteOf(momentOf(rows[0])!) * 60_000_000n,
    open: prices[0],
    high: prices.length === 0 ? undefined : Math.max(...prices),
    low: prices.length === 0 ? undefined : Math.min(...prices),
    close: prices.at(-1),
    volume,
    turnover: sum(trades, (row) => row.price_notation === 2 ? amount(row) / 100 : amount(row)),
    vwap: volume === 0 ? undefined : sum(trades, amount) / volume,
    trades: trades.length,
    fixings: forming.length - trades.length,
    auction_volume: sum(trades.filter(({ trading_mode }) => "OKIU".includes(String(trading_mode))), quantity),
    off_book_volume: sum(rows.filter(isOffBook), quantity),
    off_book_trades: rows.length - forming.length,
  });
}

function isOffBook(row: TradeInput): boolean {
  const isNot = (value: unknown, ...usual: string[]) => value !== undefined && !usual.includes(String(value));
  return row.price === undefined || row.pending_price !== undefined || isNot(row.price_forming, "P") ||
    isNot(row.benchmark_flag, "-") || isNot(row.negotiated_flag, "-") ||
    isNot(row.transaction_category, "-") ||
    row.trading_mode === "5";
}

function momentOf(row: TradeInput): bigint | null {
  const time = row.trading_date_time ?? row.distribution_time;
  return time === undefined ? null : Temporal.Instant.from(String(time)).epochNanoseconds;
}

function minuteOf(nanos: bigint): bigint {
  return nanos / 60_000_000_000n;
}

function frankfurtDate(nanos: bigint): string {
  return new Temporal.Instant(nanos).toZonedDateTimeISO("Europe/Berlin").toPlainDate().toString();
}

function keyOf(row: TradeInput): string {
  const { price_currency, contract_date, option_category, strike_price } = row;
  return JSON.stringify([
    row.isin,
    price_currency,
    contract_date,
    option_category,
    strike_price,
    `${minuteOf(momentOf(row)!)}`,
  ]);
}

/** By moment, then as rows are stored: nulls last. */
function byStoredOrder(a: TradeInput, b: TradeInput): number {
  const [moment, other] = [momentOf(a)!, momentOf(b)!];
  if (moment !== other) return moment < other ? -1 : 1;
  for (const column of ["trading_date_time", "transaction_id", "price", "quantity"]) {
    const [value, otherValue] = [a[column], b[column]];
    if (value === otherValue) continue;
    if (value === undefined || otherValue === undefined) return value === undefined ? 1 : -1;
    return value < otherValue ? -1 : 1;
  }
  return 0;
}

function withoutMissing(row: Record<string, Row[string] | undefined>): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row;
}

async function storedBars(dir: string, day: string): Promise<Row[]> {
  const path = new Layout(dir).partition(BARS_1M, "DETR", day);
  using file = Deno.openSync(path);
  return (await Array.fromAsync((await openBars(path, file)).batches())).flatMap((batch) => rowsOf(batch));
}

Deno.test("bars of made-up instruments without corrections are those of a plain model", async () => {
  const isins = Array.from({ length: 8 }, (_, i) => `DE000000000${i}`);
  const anyRows = fc.tuple(...isins.map(instrumentRows)).map((rows) =>
    rows.flat().filter(({ row }) => row.modification_flag !== "A" && row.modification_flag !== "C")
  );
  let days = 0;
  await fc.assert(
    fc.asyncProperty(anyRows, async (rows) => {
      using dir = temporaryDirectory();
      await publishRows(dir.path, "DETR", rows);
      for (const { date, kind } of await refresh(dir.path, "DETR")) {
        assert.ok(TRADING_DAYS.includes(date));
        assert.equal(kind, "written");
        const oldestFirst = rows.toSorted((a, b) => a.date.localeCompare(b.date));
        const expected = plainBars(oldestFirst.map(({ row }) => row), date);
        assert.deepEqual(inOrder(await storedBars(dir.path, date)), inOrder(expected));
        days++;
      }
    }),
    { numRuns: 25 },
  );
  assert.ok(days > 20);
});

/** Rows as texts that can be compared, in any order. */
function inOrder(rows: readonly Row[]): string[] {
  const names = BARS_1M_ROWS.columns.map(({ name }) => name);
  return rows.map((row) => names.map((name) => `${name} ${row[name]}`).join(", ")).sort();
}
