/** Bars: what is made of the trades of an instrument in a stretch of time. The exchange does not publish them. */
import { type ColumnNames, type RecordType, recordType } from "./record_type.ts";

/** What tells the lines of an instrument apart. */
const KEY: readonly ColumnNames[] = [
  ["isin", "text", "ISO 6166; on Eurex that of the product"],
  ["price_currency", "text", "ISO 4217; one ISIN may trade in several"],
  ["contract_date", "date", "Eurex: expiry of the contract"],
  ["option_category", "text", "Eurex: `C` call, `P` put; null for futures"],
  ["strike_price", "double", "Eurex: of options"],
];

const FIGURES: readonly ColumnNames[] = [
  ["open", "double", "first price; null where no row forms one"],
  ["high", "double", "highest price"],
  ["low", "double", "lowest price"],
  ["close", "double", "last price"],
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

/** Bars of a minute: [start, start + 1 min), sorted by their key and time; none where nothing happened. */
export const BARS_1M_ROWS: RecordType = recordType({
  name: "bars_1m",
  noun: "bar",
  columns: [...KEY, ["start", "micros", "when the minute begins, UTC"], ...FIGURES],
  identity: [...KEY.map(([name]) => name), "start"],
  id: null,
  order: [...KEY.map(([name]) => name), "start"],
  required: "isin",
  varied: ["open", "high", "low", "close", "volume", "turnover", "vwap"],
  earlier: null,
});
