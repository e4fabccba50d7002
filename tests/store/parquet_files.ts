import type { Batch } from "../../src/feed/records/batch.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { encodeLedger, type Ledger } from "../../src/store/ledger.ts";
import type { SortedSource } from "../../src/store/merge_sorted.ts";
import { readFooter } from "../../src/store/parquet/footer.ts";
import { readBatches } from "../../src/store/parquet/reader.ts";
import { type Published, publishPartition } from "../../src/store/partition.ts";
import type { WriteOptions } from "../../src/store/write_batches.ts";
import type { Database, Row as DatabaseRow } from "../e2e/harness.ts";
import { type Row, rowsOf } from "../feed/trade_rows.ts";
import { sortBatch, type TradeInput, tradesOf } from "./trades.ts";

export const PUBLICATION: WriteOptions = {
  type: TRADES,
  createdBy: "a test",
  breathe: () => Promise.resolve(),
};

/** A ledger with one file: minute `key`, with this many rows. */
export function ledgerOf(key: string, rows: number): Ledger {
  return new Map([[key, { rows, rejected: 0, digest: "0123456789abcdef" }]]);
}

/** One source of these rows, sorted. */
export async function* sorted(rows: readonly TradeInput[]): SortedSource {
  yield sortBatch(tradesOf(rows));
}

/** Publishes rows of a minute file. */
export function publish(path: string, key: string, rows: readonly TradeInput[]): Promise<Published> {
  return publishPartition(path, [sorted(rows)], ledgerOf(key, rows.length), PUBLICATION);
}

/** All rows of a Parquet file, by our own reader. */
export async function storedRows(path: string): Promise<Row[]> {
  const { buffer } = Deno.readFileSync(path);
  const file = {
    byteLength: buffer.byteLength,
    slice: (start: number, end?: number) => buffer.slice(start, end),
  };
  const groups: Batch[] = await Array.fromAsync(readBatches(file.slice, await readFooter(file, TRADES)));
  return groups.flatMap((group) => rowsOf(group));
}

/** The same by DuckDB. */
export async function rowsByDuckDB(database: Database, path: string): Promise<Row[]> {
  return (await database.rows(`FROM '${path}'`)).map(asRow);
}

function asRow(row: DatabaseRow): Row {
  const entries = TRADES.columns.flatMap(({ name, kind }): [string, Row[string]][] => {
    const value = row[name];
    if (value === null) return [];
    if (kind === "time") return [[name, (value as { nanos: bigint }).nanos]];
    if (kind === "date") return [[name, (value as { days: number }).days]];
    return [[name, typeof value === "string" ? value : Number(value)]];
  });
  return Object.fromEntries(entries);
}

/** A ledger as something to compare. */
export function linesOf(ledger: Ledger): string[] {
  return encodeLedger(ledger).split("\n");
}
