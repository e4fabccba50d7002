/** Bars: derived from the trades of an instrument in a period. The exchange does not publish them. */
import { type ColumnNames, type RecordType, recordType } from "./record_type.ts";

/** The columns that together identify what a bar is about. */
const KEY: readonly ColumnNames[] = [
  ["isin", "text", "ISO 6166; on Eurex that of the product"],
  ["price_currency", "text", "ISO 4217; one ISIN may trade in several"],
  ["contract_date", "date", "Eurex: expiry of the contract"],
  ["option_category", "text", "Eurex: `C` call, `P` put; null for futures"],
  ["strike_price", "double", "Eurex: of options"],
];

/** What was traded; the same columns for bars of any length. */
const COUNTS: readonly ColumnNames[] = [
  ["volume", "double", "sum of the quantities"],
  [
    "turnover",
    "double",
    "sum of price × quantity, by 100 where prices are percent; null on Eurex: contract sizes are not published",
  ],
  ["vwap", "double", "price by volume: sum of price × quantity, by the volume"],
  ["trades", "int32", "how many trades"],
  ["fixings", "int32", "how many prices came about without a turnover"],
  ["auction_volume", "double", "what of the volume was traded in auctions"],
  ["off_book_volume", "double", "sum of the quantities of rows that form no price"],
  ["off_book_trades", "int32", "how many rows form no price"],
];

/** The columns that identify a line of bars. */
export const BAR_KEY: readonly string[] = KEY.map(([name]) => name);
/** The columns that add up when bars are combined; null on either side makes null. */
export const BAR_SUMS: readonly string[] = COUNTS.map(([name]) => name).filter((name) => name !== "vwap");

const VARIED = ["open", "high", "low", "close", "volume", "turnover", "vwap"];

/** Bars of a minute: [start, start + 1 min), sorted by key and time; there is no bar where nothing happened. */
export const BARS_1M_ROWS: RecordType = barType(
  "bars_1m",
  ["start", "micros", "when the minute begins, UTC"],
  [
    ["open", "double", "first price; null where no row forms one"],
    ["high", "double", "highest price"],
    ["low", "double", "lowest price"],
    ["close", "double", "last price"],
    ...COUNTS,
  ],
);

/**
 * Bars of a trading day, sorted by their key and day; none where nothing happened. What is traded outside of the main session
 * (`trading_mode` 4) counts, but is not among the four prices.
 */
export const BARS_1D_ROWS: RecordType = barType("bars_1d", ["trading_day", "date", "the date in Frankfurt"], [
  ["open", "double", "first price of the main session; null where no row of it forms one"],
  ["high", "double", "highest price of the main session"],
  ["low", "double", "lowest price of the main session"],
  ["close", "double", "last price of the main session"],
  ...COUNTS,
  [
    "official_close",
    "double",
    "the price by which the day goes, see its kind; null where no row has a price",
  ],
  [
    "official_close_kind",
    "text",
    "`auction` the closing auction's; `last` the last price of the main session, or else outside of it; `off_book` the " +
    "last that forms none",
  ],
  ["official_close_time", "micros", "when that price came about, UTC"],
  [
    "previous_close",
    "double",
    "the official close of the last day before that has one, of the days that are stored",
  ],
]);

/** A type of bars identified by their key and the column `time`. */
function barType(name: string, time: ColumnNames, figures: readonly ColumnNames[]): RecordType {
  const order = [...KEY, time].map(([name]) => name);
  return recordType({
    name,
    noun: "bar",
    columns: [...KEY, time, ...figures],
    identity: order,
    id: null,
    order,
    required: "isin",
    varied: VARIED,
    repeated: ["start"],
    earlier: null,
  });
}
