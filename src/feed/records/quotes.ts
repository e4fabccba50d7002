/**
 * The quotes: which column a key of the exchange fills. Its services have two ways to name both sides of the book. Keys
 * are known only to this file. Source: rows described by others; we have not seen a file.
 */
import { type ColumnNames, type Keys, type PublishedType, publishedType } from "./record_type.ts";

/** Columns in their stored order, each with its meaning and the keys that fill it. */
// deno-fmt-ignore: a line each
const COLUMNS: readonly ColumnNames[] = [
  ["isin", "text", "ISO 6166; on Eurex that of the product, not of the contract", keys("instrumentIdentificationCode")],
  ["time", "time", "when the book changed", keys("updateDateAndTime")],
  ["bid", "double", "best price offered by buyers; 0: withdrawn; null: the row does not speak of it", keys("bestBid", "bid")],
  ["bid_quantity", "double", "its quantity; 0 beside a price: indicative", keys("bestBidQty", "bidQty")],
  ["ask", "double", "best price asked by sellers; 0: withdrawn; null: the row does not speak of it", keys("bestAsk", "ask")],
  ["ask_quantity", "double", "its quantity; 0 beside a price: indicative", keys("bestAskQty", "askQty")],
  ["price_currency", "text", "ISO 4217; one ISIN may be quoted in several", keys("priceCurrency")],
  ["execution_venue", "text", "MIC of the sub-venue, such as XETA, FRAB, XGAT", keys("venueOfExecution")],
  ["trading_system", "text", "`1` order book, `7` Tradegate, `9` Frankfurt", keys("tradingSystem")],
  ["phase", "int32", "T7: 200 closed, 201 restricted, 202 book, 203 continuous, 204 to 211 auctions, 212 and 213 IPO", keys("tradingSystemPhase")],
  ["price_notation", "int32", "1 money, 2 percent of par", keys("priceNotation")],
  ["distribution_time", "time", "when it was published", keys("publicationDateAndTime")],
  ["contract_date", "date", "Eurex: expiry of the contract", keys("contractDate")],
  ["contract_type", "text", "Eurex: `S`", keys("contractType")],
  ["option_category", "text", "Eurex: `C` call, `P` put; null for futures", keys("optionCategory")],
  ["strike_price", "double", "Eurex: of options", keys("originalStrikePrice")],
  ["message_id", "text", "`pretrade`, or an id of the file", keys("messageId")],
  ["schema_version", "text", "how the exchange's keys were named: `2026-mifid`"],
  ["extra", "text", "JSON: keys that have no column, and values that their column cannot hold, as they were written"],
];

/** The order of rows with the same time: as they were published. */
const ORDER = ["isin", "time", "distribution_time"];

/** What rows of the book behind its best prices have, on Xetra and Eurex: three quarters of all rows. */
const DEPTH =
  /^(?:md(?:Bid|Ask)MktDepthGroup\d*|aggregatedNumberOfOrdersAndQuotes(?:Bid|Ask)|mdupdateDateAndTime)$/;

/**
 * A quote as the exchange publishes it: a change of the best bid, the best offer or both, not a state of the book. Rows
 * have no id: two are the same only if they agree in every column. Only the ISIN is required.
 */
export const QUOTES: PublishedType = publishedType({
  name: "quotes",
  noun: "quote",
  columns: COLUMNS,
  identity: [...ORDER, ...COLUMNS.map(([name]) => name).filter((name) => !ORDER.includes(name))],
  id: null,
  order: ["isin", "time"],
  required: "isin",
  varied: ["bid", "ask"],
  core: ["time", "bid", "bid_quantity", "ask", "ask_quantity"],
  time: { event: "time", published: "distribution_time" },
  era: "schema_version",
  extra: "extra",
  unstored: {
    isKey: (key) => DEPTH.test(key),
    unless: ["bid", "bid_quantity", "ask", "ask_quantity"],
  },
  earlier: null,
});

function keys(...names: string[]): Keys {
  return { "2026-mifid": names };
}
