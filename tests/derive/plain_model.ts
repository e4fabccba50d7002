/** The simplest model of bars, for rows without corrections: it goes through all of them for each bar. */
import type { Row } from "../feed/trade_rows.ts";
import type { TradeInput } from "../store/trades.ts";

/** The bars of a minute of a day. */
export function plainBars(rows: readonly TradeInput[], day: string): Row[] {
  const stretches = Map.groupBy(rowsOfDay(rows, day), (row) => `${lineOf(row)} ${minuteOf(momentOf(row)!)}`);
  return [...stretches.values()].map((rows) => withoutMissing({ ...figuresOf(rows), ...startOf(rows) }));
}

/** The bars of these days, the oldest first. */
export function plainDayBars(rows: readonly TradeInput[], days: readonly string[]): Row[] {
  const previous = new Map<string, number>();
  return days.flatMap((day) =>
    [...Map.groupBy(rowsOfDay(rows, day), lineOf)].map(([line, rows]) => {
      const close = officialClose(rows);
      const bar = {
        ...figuresOf(rows),
        ...sessionPrices(rows),
        ...close,
        previous_close: previous.get(line),
      };
      if (close.official_close !== undefined) previous.set(line, close.official_close);
      return withoutMissing({ ...bar, trading_day: Date.parse(day) / 86_400_000 });
    })
  );
}

function rowsOfDay(rows: readonly TradeInput[], day: string): TradeInput[] {
  return once(rows).filter((row) => momentOf(row) !== null && frankfurtDate(momentOf(row)!) === day)
    .sort(byStoredOrder);
}

/** The official close, its kind and time: the last row of the first of these groups that has any. */
function officialClose(rows: readonly TradeInput[]) {
  const priced = rows.filter(({ price }) => price !== undefined);
  const forming = priced.filter((row) => !isOffBook(row));
  const candidates: [kind: string, rows: TradeInput[]][] = [
    ["auction", forming.filter(({ last_trade_indicator }) => last_trade_indicator === "C")],
    ["auction", forming.filter(({ trading_mode }) => trading_mode === "K")],
    ["last", forming.filter(({ trading_mode }) => trading_mode !== "4")],
    ["last", forming],
    ["off_book", priced],
  ];
  const [kind, chosen] = candidates.find(([, rows]) => rows.length > 0) ?? [];
  const row = chosen?.at(-1);
  return row === undefined ? {} : {
    official_close: Number(row.price),
    official_close_kind: kind,
    official_close_time: momentOf(row)! / 1000n,
  };
}

function sessionPrices(rows: readonly TradeInput[]) {
  return pricesOf(rows.filter((row) => !isOffBook(row) && row.trading_mode !== "4"));
}

function startOf(rows: readonly TradeInput[]) {
  return { start: minuteOf(momentOf(rows[0])!) * 60_000_000n };
}

function pricesOf(forming: readonly TradeInput[]) {
  const prices = forming.map(({ price }) => Number(price));
  return {
    open: prices[0],
    high: prices.length === 0 ? undefined : Math.max(...prices),
    low: prices.length === 0 ? undefined : Math.min(...prices),
    close: prices.at(-1),
  };
}

/** The first of rows with the same identity. */
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

/** What bars of any length have in common. */
function figuresOf(rows: readonly TradeInput[]) {
  const forming = rows.filter((row) => !isOffBook(row));
  const trades = forming.filter(({ quantity }) => quantity !== undefined && quantity !== 0);
  const sum = (of: readonly TradeInput[], value: (row: TradeInput) => number) =>
    of.reduce((total, row) => total + value(row), 0);
  const amount = (row: TradeInput) => Number(row.price) * Number(row.quantity);
  const quantity = (row: TradeInput) => Number(row.quantity ?? 0);
  const volume = sum(trades, quantity);
  const [{ isin, price_currency, contract_date, option_category, strike_price }] = rows;
  return {
    isin: String(isin),
    price_currency: price_currency as string,
    contract_date: contract_date === undefined ? undefined : Date.parse(String(contract_date)) / 86_400_000,
    option_category: option_category as string,
    strike_price: strike_price as number,
    ...pricesOf(forming),
    volume,
    turnover: sum(trades, (row) => row.price_notation === 2 ? amount(row) / 100 : amount(row)),
    vwap: volume === 0 ? undefined : sum(trades, amount) / volume,
    trades: trades.length,
    fixings: forming.length - trades.length,
    auction_volume: sum(trades.filter(({ trading_mode }) => "OKIU".includes(String(trading_mode))), quantity),
    off_book_volume: sum(rows.filter(isOffBook), quantity),
    off_book_trades: rows.length - forming.length,
  };
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

function lineOf({ isin, price_currency, contract_date, option_category, strike_price }: TradeInput): string {
  return JSON.stringify([isin, price_currency, contract_date, option_category, strike_price]);
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
