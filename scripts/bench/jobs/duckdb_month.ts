/** `duckdb_month.ts DIR THREADS OUT`: the days of a working directory to one sorted Parquet file, by DuckDB. */
import { DuckDBInstance } from "@duckdb/node-api";
import { dirname } from "node:path";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { MONTH, VENUE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const [directory, threads, out] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const days = dirname(dirname(new Layout(directory).partition(TRADES_BY_DAY, VENUE, `${MONTH}-01`)));

await measure(async () => {
  const { rowsChanged } = await connection.run(`
    COPY (
      SELECT * FROM read_parquet('${days}/*/trades.parquet', hive_partitioning = false)
      ORDER BY isin, trading_date_time
    ) TO '${out}' (FORMAT parquet, COMPRESSION zstd)`);
  return { rows: rowsChanged, bytes: Deno.statSync(out).size };
});
