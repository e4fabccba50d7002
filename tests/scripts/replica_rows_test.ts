import assert from "node:assert/strict";
import { type DaySpec, generateDay, type MinuteFile } from "../../scripts/replica/day.ts";
import { identityOf, type Trade } from "../../scripts/replica/trade.ts";
import { ODD, REAL, type Untidiness } from "../../scripts/replica/untidy.ts";

/** Keys of real rows of Eurex of 2026-09-17 in their order: a future, and a package without a price. */
const FUTURE =
  "messageId instrumentIdentificationCode contractDate contractType settlementMethod instrumentIdCode clearingFlag " +
  "tradingSystem mmtTradingMode mmtTransactionCategory mmtModificationInd mmtPubModeDefReason mmtPriceFormingInd " +
  "mmtDefTypeIlqd priceNotation quantity notionalAmount price tradingDateAndTime publicationDateAndTime " +
  "priceCurrency transactionIdentificationCode venueOfExecution notionalCurrency";
const PACKAGE =
  "messageId instrumentIdentificationCode contractDate contractType settlementMethod instrumentIdCode " +
  "pendingPriceIndicator clearingFlag lastTradeIndicator tradingSystem mmtTradingMode mmtTransactionCategory " +
  "mmtModificationInd mmtPubModeDefReason mmtPriceFormingInd mmtDefTypeIlqd priceNotation quantity " +
  "tradingDateAndTime publicationDateAndTime priceCurrency transactionIdentificationCode venueOfExecution " +
  "notionalCurrency";
const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];

Deno.test("a future of Eurex and a package without a price have the keys of the real rows, in their order", () => {
  const forms = new Set(linesOf(day("DEUR", REAL)).map((row) => Object.keys(row).join(" ")));
  assert.ok(forms.has(FUTURE));
  assert.ok(forms.has(PACKAGE));
});

Deno.test("rows of Eurex have the values of the real ones, and quantity × price in place of an amount of money", () => {
  const trades = tradesOf(day("DEUR", REAL));
  for (const trade of trades) {
    assert.equal(
      [trade.contract_type, trade.instrument_code, trade.clearing_flag, trade.deferral_type].join(),
      "S,I,C,-",
    );
    assert.deepEqual([trade.venue_publication, trade.benchmark_flag, trade.algo_indicator], [
      null,
      null,
      null,
    ]);
    assert.equal(trade.settlement_method, trade.price_notation === 2 ? "P" : "C");
    if (trade.price === null) {
      assert.equal([trade.pending_price, trade.transaction_category].join(), "U,Z");
      assert.deepEqual([trade.notional_amount, typeof trade.quantity], [null, "number"]);
      continue;
    }
    assert.equal(trade.pending_price, null);
    const amount = trade.price_notation === 2 ? trade.quantity! : trade.price * trade.quantity!;
    assert.ok(Math.abs(trade.notional_amount! - amount) < 0.006, `${amount}`);
  }
  const share = trades.filter(({ price }) => price === null).length / trades.length;
  assert.ok(share > 0.1 && share < 0.2, `${share} without a price`);
  for (const column of ["generation_number", "exercise_style"] as const) {
    const options = trades.filter((trade) => trade[column] !== null);
    assert.ok(options.length > 0 && options.every(({ option_category }) => option_category !== null));
  }
});

Deno.test("six of ten rows of Frankfurt, and few of Xetra, are fixings: their quantity is 0 or missing", () => {
  for (const [venue, least, most] of [["DFRA", 0.55, 0.65], ["DETR", 0.0005, 0.01]] as const) {
    const trades = tradesOf(day(venue, REAL));
    const zero = trades.filter(({ quantity }) => quantity === 0).length;
    const missing = trades.filter(({ quantity }) => quantity === null).length;
    assert.ok(zero > 0 && missing > 0);
    const share = (zero + missing) / trades.length;
    assert.ok(share > least && share < most, `${venue}: ${share}`);
  }
});

Deno.test("Tradegate sends rows with a null time of trading and a price of 0, also alone in their minute", () => {
  const files = [...generateDay(day("DGAT", ODD))];
  const lines = files.flatMap(rowsIn).filter((row) => row.tradingDateAndTime === null && row.price === 0);
  assert.ok(lines.length > 20);
  const alone = files.filter(({ trades }) => trades.length === 1 && trades[0].trading_date_time === null);
  assert.ok(alone.length > 5);
});

Deno.test("Xetra's ISINs trade in two currencies, at times with nothing else to tell two trades apart", () => {
  const trades = tradesOf(day("DETR", ODD));
  const currencies = Map.groupBy(trades, ({ isin }) => isin).values().map(
    (group) => new Set(group.map(({ price_currency }) => price_currency)),
  );
  assert.ok(currencies.filter((found) => found.has("EUR") && found.has("USD")).toArray().length > 10);
  assert.ok(twins(trades, "price_currency") > 10);
});

Deno.test("ids of Eurex are shared: by other trades, by legs, and by legs that differ in the contract only", () => {
  const trades = tradesOf(day("DEUR", ODD)).filter((trade) => trade.modification_flag === "-");
  const sharing = Map.groupBy(trades, ({ transaction_id }) => transaction_id).entries()
    .filter(([id, group]) => id !== null && new Set(group.map(identityOf)).size > 1)
    .map(([, group]) => group).toArray();
  assert.ok(sharing.some((group) => new Set(group.map((trade) => trade.trading_date_time)).size > 1));
  assert.ok(twins(trades, "contract_date") > 10);
  const few = tradesOf({ ...day("DEUR", { ...REAL, cancellations: 0 }), trades: 30_000 });
  const repeated = few.length -
    new Set(few.map((trade) => `${trade.transaction_id} ${trade.contract_date}`)).size;
  assert.ok(repeated > 0, "no id collides");
});

Deno.test("cancellations and amendments repeat the id of a trade, also of one without quantity or price", () => {
  for (const [venue, lacks] of [["DFRA", "quantity"], ["DEUR", "price"]] as const) {
    const trades = tradesOf(day(venue, ODD));
    for (const flag of ["C", "A"]) {
      const corrections = trades.filter((trade) => trade.modification_flag === flag);
      const ids = new Set(
        trades.filter((trade) => trade.modification_flag !== flag).map((t) => t.transaction_id),
      );
      assert.ok(corrections.some((trade) => trade[lacks] === null), `${venue} ${flag}`);
      assert.ok(corrections.every(({ transaction_id }) => ids.has(transaction_id)));
    }
  }
});

Deno.test("an odd day lacks values of every kind: the key is missing, null, or an empty text", () => {
  const files = VENUES.flatMap((venue) => [...generateDay(day(venue, ODD))]);
  const trades = files.flatMap((file) => file.trades);
  const text = files.map((file) => new TextDecoder().decode(file.ndjson)).join("");
  const lacking = [
    ...["trading_date_time", "price", "quantity", "price_currency", "distribution_time", "price_notation"],
    ...["modification_flag", "execution_venue", "transaction_id"],
  ] as const;
  for (const column of lacking) {
    assert.ok(trades.some((trade) => trade[column as keyof Trade] === null), column);
  }
  assert.ok(trades.some((trade) => trade.trading_date_time === null && trade.distribution_time === null));
  for (
    const spelling of ['"price":null', '"quantity":""', '"priceCurrency":null', '"tradingDateAndTime":""']
  ) {
    assert.ok(text.includes(spelling), spelling);
  }
  assert.ok(trades.every(({ isin }) => isin.length === 12));
});

for (const venue of VENUES) {
  Deno.test(`the truth of an odd day of ${venue} is what its lines say, and one identity is one trade`, () => {
    const files = [...generateDay(day(venue, ODD))];
    for (const file of files) {
      assert.deepEqual(rowsIn(file).map(essence), file.trades.map(essenceOfTrade), file.name);
    }
    const trades = files.flatMap((file) => file.trades);
    for (const same of Map.groupBy(trades, identityOf).values()) {
      assert.equal(new Set(same.map((trade) => JSON.stringify(trade))).size, 1, JSON.stringify(same));
    }
  });

  Deno.test(`rows of ${venue} without a time of trading, of publication or both lie in the file of their date`, () => {
    for (const { date, trades } of generateDay(day(venue, ODD))) {
      for (const { trading_date_time, distribution_time } of trades) {
        const time = distribution_time ?? trading_date_time;
        assert.equal(time?.slice(0, 10) ?? "2026-09-01", date);
      }
    }
  });
}

function day(venue: string, untidiness: Untidiness): DaySpec {
  return { venue, date: "2026-09-01", trades: 6000, minutes: { from: 480, until: 540 }, untidiness };
}

function tradesOf(spec: DaySpec): Trade[] {
  return generateDay(spec).flatMap((file) => file.trades).toArray();
}

function linesOf(spec: DaySpec): Record<string, unknown>[] {
  return generateDay(spec).flatMap(rowsIn).toArray();
}

function rowsIn({ ndjson }: MinuteFile): Record<string, unknown>[] {
  const lines = new TextDecoder().decode(ndjson).split(/\r?\n/).filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line));
}

/** How many trades equal one before them but for this column and when they were published. */
function twins(trades: readonly Trade[], column: keyof Trade): number {
  const rest = (trade: Trade) => JSON.stringify({ ...trade, [column]: null, distribution_time: null });
  return Map.groupBy(trades, rest).values().filter((group) =>
    new Set(group.map((trade) => trade[column])).size > 1
  ).toArray().length;
}

/** The identity of a line's trade: numbers may be texts; null, missing and empty are the same. */
function essence(row: Record<string, unknown>): unknown[] {
  const number = (key: string) => filled(row[key]) === null ? null : Number(row[key]);
  const date = filled(row.contractDate);
  return [
    row.instrumentIdentificationCode,
    nanos(row.tradingDateAndTime),
    number("price"),
    number("quantity"),
    filled(row.priceCurrency),
    filled(row.transactionIdentificationCode),
    nanos(row.publicationDateAndTime),
    filled(row.mmtModificationInd),
    date === "PERP" ? null : date,
    filled(row.optionCategory),
    number("originalStrikePrice"),
    filled(row.pendingPriceIndicator),
  ];
}

function essenceOfTrade(trade: Trade): unknown[] {
  return [
    trade.isin,
    nanos(trade.trading_date_time),
    trade.price,
    trade.quantity,
    trade.price_currency,
    trade.transaction_id,
    nanos(trade.distribution_time),
    trade.modification_flag,
    trade.contract_date,
    trade.option_category,
    trade.strike_price,
    trade.pending_price,
  ];
}

function filled(value: unknown): unknown {
  return value === undefined || value === "" ? null : value;
}

function nanos(time: unknown): bigint | null {
  const text = filled(time);
  return text === null ? null : Temporal.Instant.from(`${text}Z`.replace(/Z+$/, "Z")).epochNanoseconds;
}
