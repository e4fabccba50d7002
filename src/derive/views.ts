/** The views that DuckDB gets: SQL of ours, with what is stored in the place of words in braces such as `{trades}`. */
import { join, resolve } from "node:path";
import bars from "../../dist/sql/bars.sql" with { type: "text" };
import barsOfTrades from "../../dist/sql/bars_of_trades.sql" with { type: "text" };
import quotes from "../../dist/sql/quotes.sql" with { type: "text" };
import trades from "../../dist/sql/trades.sql" with { type: "text" };
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../feed/records/bars.ts";
import { QUOTES } from "../feed/records/quotes.ts";
import type { ColumnKind, RecordType } from "../feed/records/record_type.ts";
import { TRADES } from "../feed/records/trades.ts";
import type { Venue } from "../feed/venue.ts";
import { BARS_1D, BARS_1M, type Dataset, QUOTES_BY_HOUR, TRADES_BY_DAY } from "../store/datasets.ts";
import { periodsOf, venuesBelow } from "../store/periods.ts";
import { type Layout, levelsOf } from "../store/layout.ts";
import { infoOf } from "../system/atomic.ts";

/** In the order in which they are run: a view may ask for one before it. */
const SCRIPTS = [trades, bars, barsOfTrades, quotes];

/** A column that is made of the names of the folders. */
interface Made {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

/** What takes the place of a word in braces. */
interface Source {
  readonly dataset: Dataset;
  readonly type: RecordType;
  readonly made: readonly Made[];
}

const dateOf = (name: string): Made => ({ name, type: "DATE", sql: "make_date(year, month, day)" });

const HOUR = "make_timestamp(year, month, day, hour, 0, 0)";
const HOUR_OF_QUOTES: readonly Made[] = [
  { name: "published_hour", type: "TIMESTAMP", sql: HOUR },
  { name: "trading_day", type: "DATE", sql: `timezone('Europe/Berlin', timezone('UTC', ${HOUR}))::DATE` },
];

const SOURCES: Readonly<Record<string, Source>> = {
  trades: { dataset: TRADES_BY_DAY, type: TRADES, made: [dateOf("date")] },
  bars_1m: { dataset: BARS_1M, type: BARS_1M_ROWS, made: [dateOf("trading_day")] },
  bars_1d: { dataset: BARS_1D, type: BARS_1D_ROWS, made: [] },
  quotes: { dataset: QUOTES_BY_HOUR, type: QUOTES, made: HOUR_OF_QUOTES },
};

const SQL_TYPES: Readonly<Record<ColumnKind, string>> = {
  text: "VARCHAR",
  id: "VARCHAR",
  time: "TIMESTAMP_NS",
  micros: "TIMESTAMP",
  double: "DOUBLE",
  int64: "BIGINT",
  int32: "INTEGER",
  int16: "SMALLINT",
  flag: "BOOLEAN",
  date: "DATE",
};

/**
 * The views over what is stored below a working directory, as SQL for DuckDB: of these venues, or of all where none is
 * named. The paths in it are absolute. What is not stored yet has a view without rows.
 */
export function viewsOf(layout: Layout, venues: readonly Venue[]): string {
  return SCRIPTS.join("\n").replaceAll(/\{(\w+)\}/g, (_, name) => {
    const source = SOURCES[name];
    return tableOf(source, globsOf(layout, source.dataset, venues));
  });
}

/** Those of the named venues (all if none is named) for which a dataset has a file. */
export function venuesStored(layout: Layout, dataset: Dataset, venues: readonly Venue[]): Venue[] {
  const named = venues.length > 0 ? venues : venuesBelow(layout.venues(dataset));
  const isFile = (path: string) => infoOf(path)?.isFile === true;
  return named.filter((venue) =>
    periodsOf(layout, dataset, venue).some((period) => isFile(layout.partition(dataset, venue, period)))
  );
}

/** The glob of all venues, or one for each that is named; only such as find a file, for DuckDB refuses others. */
function globsOf(layout: Layout, dataset: Dataset, venues: readonly Venue[]): string[] {
  const stored = venuesStored(layout, dataset, venues);
  const below = [...levelsOf(dataset.grain).map(() => "*"), dataset.file];
  if (venues.length > 0) {
    return stored.map((venue) => join(literal(layout.ofVenue(dataset, venue)), ...below));
  }
  return stored.length === 0 ? [] : [join(literal(layout.venues(dataset)), "*", ...below)];
}

/** A path as a part of a glob that means nothing else. */
function literal(path: string): string {
  return resolve(path).replaceAll(/[[*?]/g, "[$&]");
}

/**
 * The rows of files as a table of SQL. The part without rows says which columns there are, whatever is stored: files of
 * version 0.1.0 lack some of trades.
 */
function tableOf(source: Source, globs: readonly string[]): string {
  const columns = columnsOf(source).map(([name, type]) => `NULL::${type} AS ${name}`).join(", ");
  const nothing = `SELECT ${columns} WHERE false`;
  return globs.length === 0 ? `(${nothing})` : `(${nothing} UNION ALL BY NAME ${readingOf(source, globs)})`;
}

/** What is made of folders is made beside the reading: DuckDB skips files by it only there. */
function readingOf({ dataset, made }: Source, globs: readonly string[]): string {
  const columns = ["*", ...made.map(({ name, sql }) => `${sql} AS ${name}`)].join(", ");
  const files = globs.map((glob) => `'${glob.replaceAll("'", "''")}'`).join(", ");
  const types = foldersOf(dataset).map(([name, type]) => `${name}: ${type}`).join(", ");
  const options = `hive_types = {${types}}, hive_partitioning = true, union_by_name = true`;
  return `SELECT ${columns} FROM read_parquet([${files}], ${options})`;
}

/** A column by its name and its type in SQL. */
type SqlColumn = readonly [name: string, type: string];

function columnsOf({ type, dataset, made }: Source): SqlColumn[] {
  return [
    ...type.columns.map(({ name, kind }): SqlColumn => [name, SQL_TYPES[kind]]),
    ...foldersOf(dataset),
    ...made.map(({ name, type }): SqlColumn => [name, type]),
  ];
}

/** The columns that the names of the folders are. */
function foldersOf({ grain }: Dataset): SqlColumn[] {
  return [["venue", "VARCHAR"], ...levelsOf(grain).map((level): SqlColumn => [level, "INTEGER"])];
}
