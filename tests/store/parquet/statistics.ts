import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { ColumnKind } from "../../../src/feed/records/record_type.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { ROW_GROUP_ROWS } from "../../../src/store/parquet/schema.ts";
import type { Database } from "../../e2e/harness.ts";
import type { Row } from "../../feed/trade_rows.ts";
import { storedRows } from "../parquet_files.ts";

/**
 * Whether the footer of a Parquet file, as DuckDB reads it, counts the nulls of each column in each row group, and
 * gives bounds that hold for all values.
 */
export async function assertTrueStatistics(database: Database, path: string): Promise<void> {
  const rows = await storedRows(path);
  const chunks = await database.rows(
    `SELECT row_group_id AS g, path_in_schema AS name, stats_min_value AS min, stats_max_value AS max,
      stats_null_count AS nulls FROM parquet_metadata('${path}')`,
  );
  assert.equal(chunks.length, TRADES.columns.length * Math.ceil(rows.length / ROW_GROUP_ROWS));
  for (const { g, name, min, max, nulls } of chunks) {
    const group = rows.slice(Number(g) * ROW_GROUP_ROWS, (Number(g) + 1) * ROW_GROUP_ROWS);
    const values = group.map((row) => row[String(name)]).filter((value) => value !== undefined);
    assert.equal(Number(nulls), group.length - values.length, `nulls of ${name}`);
    const { kind } = TRADES.columns.find((column) => column.name === name)!;
    if (min !== null) assertBound(kind, values, (value) => compare(boundOf(kind, String(min)), value) <= 0);
    if (max !== null) assertBound(kind, values, (value) => compare(boundOf(kind, String(max)), value) >= 0);
  }
}

type Value = Row[string];

function assertBound(kind: ColumnKind, values: readonly Value[], holds: (value: Value) => boolean): void {
  const outside = values.filter((value) => !holds(value));
  assert.deepEqual(outside, [], `values of a ${kind} column out of its bounds`);
}

/** Parquet orders text by its UTF-8. */
function compare(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A bound, read from the text that DuckDB makes of it. */
function boundOf(kind: ColumnKind, text: string): Value {
  switch (kind) {
    case "text":
    case "id":
      return text;
    case "time":
      if (text.endsWith("infinity")) return (text === "infinity" ? 1n : -1n) * (2n ** 63n - 1n);
      return Temporal.Instant.from(`${text.replace(" ", "T")}Z`).epochNanoseconds;
    case "date":
      return Date.parse(text) / 86_400_000;
    case "flag":
      return text === "true" ? 1 : 0;
    default:
      return Number(text);
  }
}
