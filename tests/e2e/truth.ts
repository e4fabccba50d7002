/** The stored table against the truth that the replica wrote, both as DuckDB reads them. */
import assert from "node:assert/strict";
import type { Replica } from "../../scripts/replica/server.ts";
import { filesBelow } from "./disk.ts";
import { type Database, duckdb, type Row, temporaryDirectory } from "./harness.ts";

/** The columns of a stored trade in order, with the types that a reader sees. */
export const COLUMN_TYPES: readonly (readonly [name: string, type: string])[] = [
  ["isin", "VARCHAR"],
  ["trading_date_time", "TIMESTAMP_NS"],
  ["price", "DOUBLE"],
  ["quantity", "DOUBLE"],
  ["price_currency", "VARCHAR"],
  ["execution_venue", "VARCHAR"],
  ["transaction_id", "VARCHAR"],
  ["distribution_time", "TIMESTAMP_NS"],
  ["trading_mode", "VARCHAR"],
  ["modification_flag", "VARCHAR"],
  ["benchmark_flag", "VARCHAR"],
  ["pub_deferral", "VARCHAR"],
  ["algo_indicator", "BOOLEAN"],
  ["message_id", "VARCHAR"],
  ["source_name", "VARCHAR"],
  ["instrument_id", "VARCHAR"],
  ["tick_id", "BIGINT"],
  ["quote_type", "VARCHAR"],
  ["tick_action", "VARCHAR"],
  ["instrument_code", "VARCHAR"],
  ["market_mechanism", "VARCHAR"],
  ["negotiated_flag", "VARCHAR"],
  ["trading_system", "VARCHAR"],
  ["price_notation", "INTEGER"],
  ["venue_publication", "VARCHAR"],
  ["last_trade_indicator", "VARCHAR"],
  ["notional_amount", "DOUBLE"],
  ["notional_currency", "VARCHAR"],
  ["contract_date", "DATE"],
  ["option_category", "VARCHAR"],
  ["strike_price", "DOUBLE"],
  ["transaction_category", "VARCHAR"],
  ["contract_type", "VARCHAR"],
  ["settlement_method", "VARCHAR"],
  ["clearing_flag", "VARCHAR"],
  ["pending_price", "VARCHAR"],
  ["price_forming", "VARCHAR"],
  ["deferral_type", "VARCHAR"],
  ["generation_number", "VARCHAR"],
  ["exercise_style", "VARCHAR"],
  ["schema_version", "VARCHAR"],
  ["extra", "VARCHAR"],
];

/** What DuckDB reads of all partitions below a working directory, by the glob that users are told. */
export function storedTable(dir: string): string {
  return `read_parquet('${dir}/data/de/xetra/trades/*/*/*/*/*.parquet', hive_partitioning = true, ` +
    `hive_types_autocast = false)`;
}

/** A replica, as far as it knows what must be stored. */
type Truth = Pick<Replica, "writeTruth">;

/** Rows that one of two tables has more often than the other, three at most of each. */
interface Differences {
  readonly missing: Row[];
  readonly excess: Row[];
}

/** What each replica says must be stored but for some files, in a DuckDB of its own: its days never change. */
const truths = new WeakMap<Truth, Map<string, Promise<Database>>>();

/**
 * Asserts that the partitions below `dir` hold the replica's trades, those and no others, each in the folder of
 * its venue and UTC date, except those of the files named in `except`. Returns the number of trades.
 */
export async function assertStoresTruth(
  dir: string,
  replica: Truth,
  except: Iterable<string> = [],
): Promise<number> {
  const db = await truthOf(replica, except);
  const { missing, excess } = await differences(db, "FROM truth", storedQuery(dir));
  assert.deepEqual(missing, [], "trades that are missing");
  assert.deepEqual(excess, [], "trades that are too many");
  return Number(await db.value(`SELECT count(*) FROM ${storedTable(dir)}`));
}

/** Asserts that the partitions below `dir`, if there are any, can be read and hold trades of the replica only. */
export async function assertStoresPartOf(dir: string, replica: Truth): Promise<void> {
  if (!filesBelow(`${dir}/data/de/xetra/trades`).some((path) => path.endsWith(".parquet"))) return;
  const { excess } = await differences(await truthOf(replica), "FROM truth", storedQuery(dir));
  assert.deepEqual(excess, [], "trades that are too many");
}

/**
 * Asserts that the partitions below `dir` can be read, hold all trades that lie below the folder `before`, and none
 * that the replica has not.
 */
export async function assertStillStores(dir: string, before: string, replica: Truth): Promise<void> {
  const db = await truthOf(replica);
  const { missing } = await differences(db, storedQuery(before), storedQuery(dir));
  assert.deepEqual(missing, [], "trades that are gone");
  await assertStoresPartOf(dir, replica);
}

/** A database with the table `truth`. */
function truthOf(replica: Truth, except: Iterable<string> = []): Promise<Database> {
  const known = truths.get(replica) ?? new Map<string, Promise<Database>>();
  truths.set(replica, known);
  const names = [...except].sort();
  const db = known.get(names.join()) ?? loaded(replica, names);
  known.set(names.join(), db);
  return db;
}

async function loaded(replica: Truth, except: readonly string[]): Promise<Database> {
  using truth = temporaryDirectory();
  await replica.writeTruth(truth.path, new Set(except));
  const db = await duckdb();
  await db.rows(`CREATE TABLE truth AS ${truthQuery(truth.path)}`);
  return db;
}

/** Compares two queries' rows as often as each has them, in one pass: EXCEPT ALL both ways takes three times as long. */
async function differences(db: Database, expected: string, found: string): Promise<Differences> {
  const rows = await db.rows(
    `FROM (SELECT * EXCLUDE copies, sum(copies) AS more FROM (SELECT *, 1 AS copies FROM (${expected}) ` +
      `UNION ALL SELECT *, -1 FROM (${found})) GROUP BY ALL HAVING more <> 0) ` +
      "QUALIFY row_number() OVER (PARTITION BY more > 0) <= 3",
  );
  const isMissing = ({ more }: Row) => BigInt(String(more)) > 0n;
  return { missing: rows.filter(isMissing), excess: rows.filter((row) => !isMissing(row)) };
}

/** The lines of the ledger in a partition's footer: key, rows, rejected lines, digest. */
export async function ledgerLines(path: string): Promise<string[]> {
  using db = await duckdb();
  const ledger = await db.value(
    `SELECT value::VARCHAR FROM parquet_kv_metadata('${path}') WHERE key::VARCHAR = 'xetra-parqed.ledger'`,
  );
  return String(ledger).split(String.raw`\x0A`);
}

/** The truth that a replica wrote into `dir`, in the columns that are compared. */
export function truthQuery(dir: string): string {
  const columns = COLUMN_TYPES.map(([name, type]) => `${name}: '${type}'`).join(", ");
  const date = String.raw`regexp_extract(filename, '(\d{4}-\d\d-\d\d)\.ndjson$', 1)`;
  return `SELECT venue, ${date} AS date, ${comparedColumns()} FROM read_json('${dir}/*/*.ndjson', ` +
    `format = 'newline_delimited', columns = {${columns}}, filename = true, hive_partitioning = true)`;
}

function storedQuery(dir: string): string {
  return `SELECT venue, concat_ws('-', year, month, day) AS date, ${comparedColumns()} FROM ${
    storedTable(dir)
  }`;
}

/** The columns of a trade, to be selected: times as the nanoseconds since 1970 that they are. */
export function comparedColumns(): string {
  return COLUMN_TYPES
    .map(([name, type]) => type === "TIMESTAMP_NS" ? `epoch_ns(${name}) AS ${name}` : name)
    .join(", ");
}
