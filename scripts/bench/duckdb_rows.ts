/** The columns that the era fills; DuckDB has no others to write. */
const COLUMNS: Record<string, readonly [key: string, type: string]> = {
  isin: ["instrumentIdentificationCode", "VARCHAR"],
  trading_date_time: ["tradingDateAndTime", "TIMESTAMP_NS"],
  price: ["price", "DOUBLE"],
  quantity: ["quantity", "DOUBLE"],
  price_currency: ["priceCurrency", "VARCHAR"],
  execution_venue: ["venueOfExecution", "VARCHAR"],
  transaction_id: ["transactionIdentificationCode", "VARCHAR"],
  distribution_time: ["publicationDateAndTime", "TIMESTAMP_NS"],
  trading_mode: ["mmtTradingMode", "VARCHAR"],
  modification_flag: ["mmtModificationInd", "VARCHAR"],
  benchmark_flag: ["mmtBenchmarkRefprcInd", "VARCHAR"],
  pub_deferral: ["mmtPubModeDefReason", "VARCHAR"],
  algo_indicator: ["mmtAlgoInd", "VARCHAR"],
  message_id: ["messageId", "VARCHAR"],
  trading_system: ["tradingSystem", "VARCHAR"],
  price_notation: ["priceNotation", "INTEGER"],
  venue_publication: ["venueOfPublication", "VARCHAR"],
  last_trade_indicator: ["lastTradeIndicator", "VARCHAR"],
  notional_amount: ["notionalAmount", "DOUBLE"],
  notional_currency: ["notionalCurrency", "VARCHAR"],
  contract_date: ["contractDate", "DATE"],
  option_category: ["optionCategory", "VARCHAR"],
  strike_price: ["originalStrikePrice", "DOUBLE"],
  transaction_category: ["mmtTransactionCategory", "VARCHAR"],
};

/**
 * Writes the rows of raw files, and of a stored partition, to a sorted Parquet file. The columns are named, since
 * inferring them fails: the first files are empty.
 */
export function copyStatement(files: string, stored: string | null, out: string): string {
  const columns = Object.entries(COLUMNS);
  const read = columns.map(([, [key, type]]) => `${key}: '${type}'`).join(", ");
  const named = columns.map(([name, [key]]) =>
    name === "algo_indicator" ? `${key} = 'H' AS ${name}` : `${key} AS ${name}`
  );
  const raw = `SELECT ${named.join(", ")}
      FROM read_json(
        '${files}', format = 'newline_delimited', hive_partitioning = false, columns = {${read}}
      )`;
  const before = stored === null
    ? ""
    : `SELECT ${Object.keys(COLUMNS).join(", ")} FROM read_parquet('${stored}') UNION ALL `;
  return `
    COPY (
      SELECT * FROM (${before}${raw})
      ORDER BY isin, trading_date_time
    ) TO '${out}' (FORMAT parquet, COMPRESSION zstd)`;
}
