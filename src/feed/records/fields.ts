/**
 * The field table: which column a key of the exchange fills, in every schema era. The exchange renamed every
 * field in 2026-03 without notice; nothing outside this file may know a key.
 */

/** How the exchange's keys were named: to 2026-02, and since 2026-03. */
export type Era = "2025-legacy" | "2026-mifid";

/**
 * What a column holds: `text` few distinct values, `id` mostly distinct ones, `time` nanoseconds since 1970
 * UTC, `double`, `int64` (within ±2⁵³), `int32`, `flag` a boolean, `date` days since 1970.
 */
export type ColumnKind = "text" | "id" | "time" | "double" | "int64" | "int32" | "flag" | "date";

type Keys = Readonly<Partial<Record<Era, string>>>;

/** A column of the stored trades. */
export interface TradeColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether each row has a value. Only the ISIN is: what else the exchange leaves out is null. */
  readonly required: boolean;
  /** The exchange's key for it, in each era that has one. */
  readonly keys: Keys;
}

/** Columns in their stored order, each with the key that fills it in either era. */
const FIELD_TABLE: readonly [name: string, kind: ColumnKind, keys: Keys][] = [
  ["isin", "text", { "2025-legacy": "isin", "2026-mifid": "instrumentIdentificationCode" }],
  ["trading_date_time", "time", { "2025-legacy": "lastTradeTime", "2026-mifid": "tradingDateAndTime" }],
  ["price", "double", { "2025-legacy": "lastTrade", "2026-mifid": "price" }],
  ["quantity", "double", { "2025-legacy": "lastQty", "2026-mifid": "quantity" }],
  ["price_currency", "text", { "2025-legacy": "currency", "2026-mifid": "priceCurrency" }],
  ["execution_venue", "text", { "2025-legacy": "executionVenueId", "2026-mifid": "venueOfExecution" }],
  ["transaction_id", "id", { "2025-legacy": "transIdCode", "2026-mifid": "transactionIdentificationCode" }],
  ["distribution_time", "time", {
    "2025-legacy": "distributionDateTime",
    "2026-mifid": "publicationDateAndTime",
  }],
  ["trading_mode", "text", both("mmtTradingMode")],
  ["modification_flag", "text", both("mmtModificationInd")],
  ["benchmark_flag", "text", both("mmtBenchmarkRefprcInd")],
  ["pub_deferral", "text", both("mmtPubModeDefReason")],
  ["algo_indicator", "flag", both("mmtAlgoInd")],
  ["message_id", "text", both("messageId")],
  ["source_name", "text", { "2025-legacy": "sourceName" }],
  ["instrument_id", "text", { "2025-legacy": "instrumentId" }],
  ["tick_id", "int64", { "2025-legacy": "tickId" }],
  ["quote_type", "text", { "2025-legacy": "quotationType" }],
  ["tick_action", "text", { "2025-legacy": "tickActionIndicator" }],
  ["instrument_code", "text", both("instrumentIdCode")],
  ["market_mechanism", "text", { "2025-legacy": "mmtMarketMechanism" }],
  ["negotiated_flag", "text", { "2025-legacy": "mmtNegotTransPretrdWaivInd" }],
  ["trading_system", "text", { "2026-mifid": "tradingSystem" }],
  ["price_notation", "int32", { "2026-mifid": "priceNotation" }],
  ["venue_publication", "text", { "2026-mifid": "venueOfPublication" }],
  ["last_trade_indicator", "text", { "2026-mifid": "lastTradeIndicator" }],
  ["notional_amount", "double", { "2026-mifid": "notionalAmount" }],
  ["notional_currency", "text", { "2026-mifid": "notionalCurrency" }],
  ["contract_date", "date", { "2026-mifid": "contractDate" }],
  ["option_category", "text", { "2026-mifid": "optionCategory" }],
  ["strike_price", "double", { "2026-mifid": "originalStrikePrice" }],
  ["transaction_category", "text", { "2026-mifid": "mmtTransactionCategory" }],
  ["contract_type", "text", { "2026-mifid": "contractType" }],
  ["settlement_method", "text", { "2026-mifid": "settlementMethod" }],
  ["clearing_flag", "text", { "2026-mifid": "clearingFlag" }],
  ["pending_price", "text", { "2026-mifid": "pendingPriceIndicator" }],
  ["price_forming", "text", { "2026-mifid": "mmtPriceFormingInd" }],
  ["deferral_type", "text", { "2026-mifid": "mmtDefTypeIlqd" }],
  ["generation_number", "text", { "2026-mifid": "generationNumber" }],
  ["exercise_style", "text", { "2026-mifid": "exerciseStyle" }],
  ["schema_version", "text", {}],
  ["extra", "text", {}],
];

/**
 * Columns that nearly every recorded row of an era fills, whatever its venue. The others come and go from row to row, or
 * are a venue's own. Source: a minute of Xetra of 2025-10-31, and few rows of each venue of 2026: too few to say that a
 * venue must carry them. So each is missed only where it was carried.
 */
const USUAL: Readonly<Record<Era, readonly string[]>> = {
  "2025-legacy": [
    ...["price_currency", "execution_venue", "transaction_id", "distribution_time", "trading_mode"],
    ...["modification_flag", "message_id", "source_name", "instrument_id", "tick_id", "quote_type"],
  ],
  "2026-mifid": [
    ...["price_currency", "execution_venue", "transaction_id", "distribution_time", "trading_mode"],
    ...["modification_flag", "message_id", "trading_system", "price_notation", "venue_publication"],
  ],
};

/** The columns of a stored trade, in order. */
export const COLUMNS: readonly TradeColumn[] = FIELD_TABLE.map(([name, kind, keys]) => ({
  name,
  kind,
  required: name === "isin",
  keys,
}));

/** Where the column `name` stands in `COLUMNS`; throws when there is none of that name. */
export function columnIndex(name: string): number {
  const index = COLUMNS.findIndex((column) => column.name === name);
  if (index < 0) throw new Error(`there is no column ${name}`);
  return index;
}

/** The places of the columns by their names. */
const COLUMN_OF_NAME: ReadonlyMap<string, number> = new Map(COLUMNS.map(({ name }, index) => [name, index]));

/** The column that each row must fill, as a place in `COLUMNS`. */
export const ISIN = columnIndex("isin");

/**
 * What a trade is about, besides the instrument, as places in `COLUMNS`. A row may lack each of them; where no row of
 * many has one that all the venue's rows had, its key has been renamed.
 */
export const CORE_COLUMNS: readonly number[] = ["trading_date_time", "price", "quantity"].map(columnIndex);

/** The column that each key of any era fills, as a place in `COLUMNS`. */
export const COLUMN_OF_KEY: ReadonlyMap<string, number> = new Map(
  FIELD_TABLE.flatMap(([, , keys], index) => Object.values(keys).map((key) => [key, index] as const)),
);

/** What the Python predecessor of this program called some columns, until it took today's names in 2026-05. */
const PREDECESSOR_NAMES: ReadonlyMap<string, string> = new Map([
  ["trade_time", "trading_date_time"],
  ["volume", "quantity"],
  ["currency", "price_currency"],
  ["venue", "execution_venue"],
  ["trans_id", "transaction_id"],
]);

/** What pandas writes beside the data when a frame has an index of its own. */
const INDEX_OF_PANDAS = /^__index_level_\d+__$/;

/** The columns of a file that another program wrote, by what they mean here. */
export interface NamedColumns {
  /** The name there of each column here that it has, by the place in `COLUMNS`. */
  readonly known: ReadonlyMap<number, string>;
  /** What no column here stands for, in order. */
  readonly unknown: readonly string[];
  /** The era of all its rows, where it has no column that tells; null when its names do not either. */
  readonly era: Era | null;
}

/**
 * Finds the columns of another program's file of trades: by today's names, by those that the predecessor used at first,
 * and by the exchange's own keys. Of two names for one column, today's goes first; the other is unknown.
 */
export function columnsNamed(names: readonly string[]): NamedColumns {
  const known = new Map<number, string>();
  const meaning = (name: string) => COLUMN_OF_NAME.get(name) ?? COLUMN_OF_KEY.get(name);
  const byRank = names.toSorted((a, b) => Number(COLUMN_OF_NAME.has(b)) - Number(COLUMN_OF_NAME.has(a)));
  for (const name of byRank) {
    const column = meaning(PREDECESSOR_NAMES.get(name) ?? name);
    if (column !== undefined && !known.has(column)) known.set(column, name);
  }
  const used = new Set(known.values());
  const unknown = names.filter((name) => !used.has(name) && !INDEX_OF_PANDAS.test(name)).sort();
  const isOldest = names.some((name) => PREDECESSOR_NAMES.has(name) && !COLUMN_OF_KEY.has(name));
  return { known, unknown, era: isOldest ? "2025-legacy" : eraByKeyOf("trading_date_time", new Set(names)) };
}

/** The keys that rows of an era usually carry, with the columns that they fill, as places in `COLUMNS`. */
export const USUAL_KEYS: Readonly<Record<Era, readonly { readonly key: string; readonly column: number }[]>> =
  {
    "2025-legacy": usualKeys("2025-legacy"),
    "2026-mifid": usualKeys("2026-mifid"),
  };

function usualKeys(era: Era): { key: string; column: number }[] {
  return USUAL[era].map(columnIndex).map((column) => ({ key: FIELD_TABLE[column][2][era]!, column }));
}

/** The era of a row, told by the key of its trading time, or else of its ISIN; null when it has neither. */
export function eraOf(keys: { has(key: string): boolean }): Era | null {
  return eraByKeyOf("trading_date_time", keys) ?? eraByKeyOf("isin", keys);
}

/** The era whose key for this column is there; null when there is none. No two eras share the key. */
function eraByKeyOf(column: string, keys: { has(key: string): boolean }): Era | null {
  const [, , keysOfEras] = FIELD_TABLE[columnIndex(column)];
  for (const [era, key] of Object.entries(keysOfEras)) if (keys.has(key)) return era as Era;
  return null;
}

/**
 * What makes two rows one trade, in sort order: an id is not enough, for a Eurex id carries several legs, a cancellation
 * repeats the id of its trade, and an ISIN may trade in two currencies. Rows without an id are one trade only if they
 * agree in every column.
 */
export const IDENTITY_COLUMNS: readonly number[] = [
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
].map(columnIndex);

function both(key: string): Keys {
  return { "2025-legacy": key, "2026-mifid": key };
}
