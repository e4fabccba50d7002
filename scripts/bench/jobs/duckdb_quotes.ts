/** `duckdb_quotes.ts FILES THREADS OUT`: raw files of Tradegate's quotes to one sorted Parquet file of the same columns, by DuckDB. */
import { DuckDBInstance } from "@duckdb/node-api";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import type { Column, ColumnKind } from "../../../src/feed/records/record_type.ts";
import { measure } from "./measured.ts";

const [files, threads, out] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();

const TYPES: Readonly<Partial<Record<ColumnKind, string>>> = {
  text: "VARCHAR",
  time: "TIMESTAMP_NS",
  double: "DOUBLE",
  int32: "INTEGER",
  date: "DATE",
};
/** What Tradegate sends; the other columns are null, or say how the keys are named. */
const SENT =
  "instrumentIdentificationCode updateDateAndTime bid bidQty ask askQty priceCurrency venueOfExecution tradingSystem " +
  "tradingSystemPhase priceNotation publicationDateAndTime messageId";

const keyOf = ({ keys }: Column) => keys["2026-mifid"]?.find((key) => SENT.split(" ").includes(key));
const columns = QUOTES.columns.map((column) => ({
  name: column.name,
  type: TYPES[column.kind]!,
  key: keyOf(column),
}));
const read = columns.flatMap(({ key, type }) => key === undefined ? [] : [`${key}: '${type}'`]).join(", ");
const named = columns.map(({ name, type, key }) => {
  if (name === "schema_version") return `'2026-mifid' AS ${name}`;
  return `${key ?? `NULL::${type}`} AS "${name}"`;
});

await measure(async () => {
  const { rowsChanged } = await connection.run(
    `COPY (SELECT ${named.join(", ")} FROM read_json('${files}', format = 'newline_delimited', ` +
      `hive_partitioning = false, columns = {${read}}) ORDER BY isin, "time") ` +
      `TO '${out}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  return { rows: rowsChanged, bytes: Deno.statSync(out).size };
});
