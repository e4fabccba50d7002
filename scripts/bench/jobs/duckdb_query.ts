/** `duckdb_query.ts QUERY THREADS OUT`: the rows of a query to a file, CSV or Parquet by its name, by DuckDB. */
import { DuckDBInstance } from "@duckdb/node-api";
import { measure } from "./measured.ts";

const [query, threads, out] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();

await measure(async () => {
  const { rowsChanged } = await connection.run(`COPY (${query}) TO '${out}'`);
  return { rows: rowsChanged, bytes: Deno.statSync(out).size };
});
