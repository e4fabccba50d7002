/** Hours of quotes: made by the replica, put into a spool, published, and compared with the truth. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Quote } from "../../../scripts/replica/quotes/quote.ts";
import { generateQuotes, type QuoteDaySpec } from "../../../scripts/replica/quotes/quote_day.ts";
import { writeQuotesTruth } from "../../../scripts/replica/quotes/quote_truth.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { publishHour, type QuotePublisher } from "../../../src/collect/quotes/publish_hour.ts";
import type { Finding } from "../../../src/collect/findings.ts";
import { fileNamed } from "../../../src/feed/file_names.ts";
import { NO_FILTER, type QuoteFilter } from "../../../src/feed/quote_filter.ts";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import type { ColumnKind } from "../../../src/feed/records/record_type.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { QuotesLayout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import type { SpooledFile } from "../../../src/store/spool/spooled_file.ts";
import { type Partition, readPartition } from "../../../src/store/stored_partition.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { type Database, duckdb, type Row, temporaryDirectory } from "../../e2e/harness.ts";

export const DATE = "2026-09-01";
export const HOUR = `${DATE}T08`;
/** Six minutes of that hour. */
export const MINUTES = { from: 8 * 60 + 10, until: 8 * 60 + 16 };

/** A spool of quotes in a folder of its own, and what is published of it. */
export interface StoredQuotes extends Disposable {
  readonly path: string;
  readonly spool: Spool;
  readonly publisher: QuotePublisher;
  /** Publishes files of the hour, by default all that are in the spool. */
  publish(filter?: QuoteFilter, files?: readonly SpooledFile[]): Promise<Finding[]>;
  partition(hour?: string): Promise<Partition | null>;
}

/** A spool with the files of these services. */
export async function spooledQuotes(
  venue: string,
  services: readonly string[],
  specs: readonly QuoteDaySpec[],
): Promise<StoredQuotes> {
  const dir = temporaryDirectory();
  const spool = new Spool(new QuotesLayout(dir.path), venue, services);
  for (const spec of specs) {
    for (const { name, ndjson } of generateQuotes(spec)) await spoolFile(spool, name, ndjson);
  }
  const pace = new Pace(systemClock, new AbortController().signal, () => {});
  const publisher = { spool, pace, createdBy: "test", filter: NO_FILTER };
  return {
    path: dir.path,
    spool,
    publisher,
    publish: (filter = NO_FILTER, files = spool.files(DATE)) =>
      publishHour({ ...publisher, filter }, HOUR, files),
    partition: (hour = HOUR) => readPartition(spool.layout.partition(QUOTES_BY_HOUR, venue, hour), QUOTES),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** Puts a file into a spool. */
export async function spoolFile(spool: Spool, name: string, ndjson: Uint8Array): Promise<void> {
  const kept = await spool.keep(fileNamed(name)!, one(gzipSync(ndjson)));
  assert.equal(kept.kind, "kept");
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const TYPES: Readonly<Partial<Record<ColumnKind, string>>> = {
  text: "VARCHAR",
  time: "TIMESTAMP_NS",
  double: "DOUBLE",
  int32: "INTEGER",
  date: "DATE",
};

/** The columns of a quote as DuckDB reads them from the truth: `{isin: 'VARCHAR', …}`. */
export const TRUTH_COLUMNS: string = `{${
  QUOTES.columns.map(({ name, kind }) => `${name}: '${TYPES[kind]}'`).join(", ")
}}`;

/** Removes the raw files, as a cycle does when their rows are proved to be stored. */
export function clearSpool({ spool }: StoredQuotes): void {
  for (const file of spool.files(DATE)) spool.remove(file);
}

/** Asserts that the partitions hold the quotes of these services, all of them and no others; returns their number. */
export async function assertHoldsTruth(
  { path }: { readonly path: string },
  specs: readonly QuoteDaySpec[],
  keep: (quote: Quote) => boolean = () => true,
): Promise<number> {
  using db = await loadedQuotes(path, specs, keep);
  assert.deepEqual(await onlyIn(db, "truth", "stored"), [], "quotes that are missing");
  assert.deepEqual(await onlyIn(db, "stored", "truth"), [], "quotes that are too many");
  return Number(await db.value("SELECT count(*) FROM stored"));
}

/** Asserts that the partitions can be read and hold quotes of these services only. */
export async function assertHoldsPartOfTruth(path: string, specs: readonly QuoteDaySpec[]): Promise<void> {
  using db = await loadedQuotes(path, specs, () => true);
  assert.deepEqual(await onlyIn(db, "stored", "truth"), [], "quotes that are too many");
}

/** A database with the tables `truth` and `stored`, of the partitions below a working directory. */
async function loadedQuotes(
  path: string,
  specs: readonly QuoteDaySpec[],
  keep: (quote: Quote) => boolean,
): Promise<Database> {
  using truth = temporaryDirectory();
  await writeQuotesTruth(truth.path, specs, { keep });
  const db = await duckdb();
  const hour = String.raw`regexp_extract(filename, '([\dT-]+)\.ndjson$', 1)`;
  await db.rows(
    `CREATE TABLE truth AS SELECT ${hour} AS period, * EXCLUDE filename FROM read_json('${truth.path}/*/*.ndjson', ` +
      `format = 'newline_delimited', columns = ${TRUTH_COLUMNS}, filename = true, hive_partitioning = true)`,
  );
  await db.rows(
    "CREATE TABLE stored AS SELECT concat(concat_ws('-', year, month, day), 'T', hour) AS period, " +
      `* EXCLUDE (year, month, day, hour) FROM read_parquet('${path}/data/de/xetra/quotes/*/*/*/*/*/*.parquet', ` +
      "hive_partitioning = true, hive_types_autocast = false)",
  );
  return db;
}

/** Up to three rows that one table has more often than the other. */
async function onlyIn(db: Database, one: string, other: string): Promise<Row[]> {
  const names = ["period", "venue", ...QUOTES.columns.map(({ name }) => name)].join(", ");
  return await db.rows(`FROM (SELECT ${names} FROM ${one} EXCEPT ALL SELECT ${names} FROM ${other}) LIMIT 3`);
}
