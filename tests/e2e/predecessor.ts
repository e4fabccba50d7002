/** What the Python predecessor leaves on disk, written by DuckDB. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type DaySpec, generateDay } from "../../scripts/replica/day.ts";
import { compressed } from "../../scripts/replica/wire.ts";
import { filesBelow } from "./disk.ts";
import { asideOf, type Database, partitionPath, temporaryDirectory } from "./harness.ts";

const TIME = (key: string) => `CAST(replace(${key}, 'Z', '') AS TIMESTAMP_NS)`;

const MMT = `mmtTradingMode AS trading_mode, mmtModificationInd AS modification_flag,
  mmtBenchmarkRefprcInd AS benchmark_flag, mmtPubModeDefReason AS pub_deferral, mmtAlgoInd = 'H' AS algo_indicator`;

/** The columns that its parser made from the exchange's rows: at first, and since 2026-05, when it left much out. */
export const FORMS = {
  first: `messageId AS message_id, sourceName AS source_name, isin, instrumentId AS instrument_id,
    transIdCode AS trans_id, tickId AS tick_id, lastTrade AS price, lastQty AS volume, currency,
    quotationType AS quote_type, ${TIME("lastTradeTime")} AS trade_time,
    ${TIME("distributionDateTime")} AS distribution_time, executionVenueId AS venue,
    tickActionIndicator AS tick_action, instrumentIdCode AS instrument_code, mmtMarketMechanism AS market_mechanism,
    mmtNegotTransPretrdWaivInd AS negotiated_flag, ${MMT}`,
  today:
    `instrumentIdentificationCode AS isin, transactionIdentificationCode AS transaction_id, price, quantity,
    priceCurrency AS price_currency, ${TIME("tradingDateAndTime")} AS trading_date_time,
    venueOfExecution AS execution_venue, ${TIME("publicationDateAndTime")} AS distribution_time,
    tradingSystem AS trading_system, priceNotation AS price_notation, venueOfPublication AS venue_publication, ${MMT},
    '2026-mifid' AS schema_version`,
} as const;

/** Keys that no row of Eurex has: its files held nulls for these. */
const ABSENT_ON_EUREX = ["mmtBenchmarkRefprcInd", "mmtAlgoInd", "venueOfPublication"]
  .map((key) => `NULL::VARCHAR AS ${key}`).join(", ");

/** How a file is written, as DuckDB's `COPY` has it; the predecessor uses gzip and one row group a day. */
const USUAL = "FORMAT parquet, COMPRESSION gzip, ROW_GROUP_SIZE 1000000";

/**
 * Writes trades of a day as the predecessor does, all or those that `where` picks by the exchange's keys, each `times`
 * times. Returns the path; default that of the merged file.
 */
export async function writeDay(
  db: Database,
  dir: string,
  day: DaySpec,
  { name = "trades.parquet", where = "true", times = 1 } = {},
): Promise<string> {
  using lines = temporaryDirectory();
  const json = lines.of("day.ndjson");
  for (const { ndjson } of generateDay(day)) Deno.writeFileSync(json, ndjson, { append: true });
  const path = join(dirname(partitionPath(dir, day.venue, day.date)), name);
  Deno.mkdirSync(dirname(path), { recursive: true });
  const columns = FORMS[day.era === "2025-legacy" ? "first" : "today"];
  const from = `(FROM (SELECT ${ABSENT_ON_EUREX}) WHERE false UNION ALL BY NAME ` +
    `FROM read_json('${json}', format = 'newline_delimited', auto_detect = true, timestampformat = 'none'))`;
  await db.rows(
    `COPY (SELECT ${columns} FROM ${from}, range(${times}) WHERE ${where}) TO '${path}' (${USUAL})`,
  );
  return path;
}

/** Puts the raw files of a day where the predecessor keeps them. Returns their number. */
export function writeRaw(dir: string, day: DaySpec): number {
  const files = [...generateDay(day)];
  const folder = `${dir}/data/de/xetra/raw/${day.venue}/${
    day.date.replace(/(.*)-(.*)-(.*)/, "year=$1/month=$2/day=$3")
  }`;
  Deno.mkdirSync(folder, { recursive: true });
  for (const { name, ndjson } of files) Deno.writeFileSync(join(folder, name), compressed(ndjson));
  return files.length;
}

/** What the first names are called today. */
const RENAMED: Readonly<Record<string, string>> = {
  trans_id: "transaction_id",
  volume: "quantity",
  currency: "price_currency",
  trade_time: "trading_date_time",
  venue: "execution_venue",
};

/**
 * How many rows are in only one of the two: in the predecessor's file, each trade once, or in a partition; by the
 * columns of the file, whatever their names.
 */
export async function differences(db: Database, original: string, partition: string): Promise<number> {
  const read = (path: string) => `read_parquet('${path}', hive_partitioning = false)`;
  const described = await db.rows(`DESCRIBE FROM ${read(original)}`);
  const names = described.map(({ column_name }) => String(column_name));
  const texts = (of: readonly string[]) => of.map((name) => `${name}::VARCHAR`).join(", ");
  const before = `SELECT DISTINCT ${texts(names)} FROM ${read(original)}`;
  const after = `SELECT ${texts(names.map((name) => RENAMED[name] ?? name))} FROM ${read(partition)}`;
  const only = (one: string, other: string) => `(SELECT count(*) FROM (${one} EXCEPT ALL ${other}))`;
  return Number(await db.value(`SELECT ${only(before, after)} + ${only(after, before)}`));
}

/** Where the predecessor's file from `path` is kept: beside the data, in the same folders. */
export function keptOf(path: string): string {
  const aside = asideOf(path);
  const beside = filesBelow(dirname(aside));
  const kept = beside.filter((other) => other.startsWith(`${aside}.~`) && other.endsWith(".predecessor"));
  assert.equal(kept.length, 1, `one kept file of ${path}: ${beside}`);
  assert.match(kept[0], /\.~[0-9a-f]{16}\.predecessor$/);
  return kept[0];
}
