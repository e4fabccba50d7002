/**
 * `duckdb.ts DIR THREADS OUT [STORED]`: the raw files of a working directory, and the rows of a stored partition if one is
 * named, to one sorted Parquet file, by DuckDB.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { Layout } from "../../../src/store/layout.ts";
import { DATE, VENUE } from "../raw_day.ts";
import { copyStatement } from "../duckdb_rows.ts";
import { measure } from "./measured.ts";

const [directory, threads, out, stored = null] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();

await measure(async () => {
  const files = `${new Layout(directory).rawDay(VENUE, DATE)}/*.json.gz`;
  const { rowsChanged } = await connection.run(copyStatement(files, stored, out));
  return { rows: rowsChanged, bytes: Deno.statSync(out).size };
});
