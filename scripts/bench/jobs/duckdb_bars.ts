/** `duckdb_bars.ts DAY THREADS OUT`: the same bars of a day's Parquet file, to one sorted Parquet file, by DuckDB. */
import { DuckDBInstance } from "@duckdb/node-api";
import { measure } from "./measured.ts";

const [day, threads, out] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();

/** The day has no corrections; of one time and ISIN, any of the prices may be the first here. */
const QUERY = `
  WITH judged AS (
    SELECT *, price IS NULL OR pending_price IS NOT NULL OR coalesce(price_forming IN ('T', 'J', 'N'), false)
      OR coalesce(benchmark_flag IN ('B', 'S'), false) OR coalesce(trading_mode IN ('5', '6', '7'), false)
      OR coalesce(negotiated_flag <> '-', false) OR coalesce(transaction_category IN ('Z', 'Y'), false) AS off_book
    FROM '${day}'
  )
  SELECT isin, price_currency, contract_date, option_category, strike_price,
    date_trunc('minute', trading_date_time::TIMESTAMP) AS start,
    arg_min(price, trading_date_time) FILTER (NOT off_book) AS open,
    max(price) FILTER (NOT off_book) AS high,
    min(price) FILTER (NOT off_book) AS low,
    arg_max(price, trading_date_time) FILTER (NOT off_book) AS close,
    sum(quantity) FILTER (NOT off_book) AS volume,
    sum(price * quantity) FILTER (NOT off_book) AS turnover,
    sum(price * quantity) FILTER (NOT off_book) / nullif(sum(quantity) FILTER (NOT off_book), 0) AS vwap,
    count(*) FILTER (NOT off_book AND quantity > 0) AS trades,
    count(*) FILTER (NOT off_book AND coalesce(quantity, 0) = 0) AS fixings,
    sum(quantity) FILTER (NOT off_book AND trading_mode IN ('O', 'K', 'I', 'U')) AS auction_volume,
    sum(quantity) FILTER (off_book) AS off_book_volume,
    count(*) FILTER (off_book) AS off_book_trades
  FROM judged GROUP BY ALL ORDER BY isin, price_currency, start`;

await measure(async () => {
  const { rowsChanged } = await connection.run(
    `COPY (${QUERY}) TO '${out}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  return { rows: rowsChanged, bytes: Deno.statSync(out).size };
});
