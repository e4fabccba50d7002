/**
 * A reader beside the program: `deno run -A tests/faults/reader.ts DIR` reads all days, months and bars of a working
 * directory again and again with a DuckDB of its own, as an analyst would. Prints a line a reading, a `Reading` as
 * JSON. Ends when stdin does.
 */
import assert from "node:assert/strict";
import { filesBelow } from "../e2e/disk.ts";
import { type Database, duckdb } from "../e2e/harness.ts";

/** The result of reading all files of a kind once. */
export interface Reading {
  readonly glob: string;
  /** Rows of each folder, by its path. */
  readonly rows: Readonly<Record<string, number>>;
  /** A digest of these rows. */
  readonly digests: Readonly<Record<string, string>>;
  /** Rows with the same identity as another row of the folder. */
  readonly duplicates: number;
  /** DuckDB's message when it could not read. */
  readonly error: string | null;
  /**
   * Whether a file was replaced during the reading. DuckDB opens a file twice, by its name, first for the footer and
   * then for the rows. When it is replaced in between, DuckDB cannot get both from one file; our padding makes it
   * fail then (`src/store/parquet/padding.ts`).
   */
  readonly replaced: boolean;
}

/** RULINGS.md: where there is no transaction id, two trades are one if they have everything in common. */
const IDENTITY = "CASE WHEN transaction_id IS NULL THEN trade::VARCHAR ELSE row(isin, trading_date_time, " +
  "transaction_id, price, quantity, price_currency, modification_flag, contract_date, strike_price, " +
  "option_category)::VARCHAR END";

const BAR = "isin, price_currency, contract_date, option_category, strike_price";

/** The documented globs of days, of months and of bars, and what makes two rows the same. */
const TABLES: Readonly<Record<string, string>> = {
  "trades/*/*/*/*/*.parquet": IDENTITY,
  "trades_monthly/*/*/*/*.parquet": IDENTITY,
  "bars_1m/*/*/*/*/*.parquet": `row(${BAR}, start)::VARCHAR`,
  "bars_1d/*/*/*/*.parquet": `row(${BAR}, trading_day)::VARCHAR`,
};

if (import.meta.main) {
  let asked = true;
  Deno.stdin.read(new Uint8Array(1)).then(() => asked = false);
  using db = await duckdb();
  const [dir] = Deno.args;
  while (asked) for await (const reading of readingsOf(db, dir)) console.log(JSON.stringify(reading));
}

/** Reads all files once, kind by kind; leaves out kinds without files. */
export async function* readingsOf(db: Database, dir: string): AsyncGenerator<Reading> {
  for (const [glob, identity] of Object.entries(TABLES)) {
    const reading = await read(db, `${dir}/data/de/xetra`, glob, identity);
    if (reading !== null) yield reading;
  }
}

/** The reader, as a separate process; `end` returns everything that it has read. */
export function startReader(dir: string): AsyncDisposable & { end(): Promise<Reading[]> } {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", import.meta.filename!, dir],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = new Response(child.stdout).text();
  let ended: Promise<Reading[]> | undefined;
  const end = async () => {
    await child.stdin.close();
    const lines = (await output).split("\n").filter((line) => line !== "");
    assert.ok((await child.status).success);
    return lines.map((line): Reading => JSON.parse(line));
  };
  return {
    end: () => ended ??= end(),
    async [Symbol.asyncDispose]() {
      await (ended ??= end());
    },
  };
}

/** Null when there is nothing to read. */
async function read(
  db: Database,
  folder: string,
  glob: string,
  identity: string,
): Promise<Reading | null> {
  const before = versionsBelow(folder);
  if (await db.value(`SELECT count(*)::INT FROM glob('${folder}/${glob}')`) === 0) return null;
  const query = `SELECT regexp_replace(filename, '/[^/]*$', '') AS folder, count(*)::INT AS rows, ` +
    `(count(*) - count(DISTINCT ${identity}))::INT AS duplicates, sum(hash(trade))::VARCHAR AS digest ` +
    `FROM read_parquet('${folder}/${glob}', filename = true) trade GROUP BY 1`;
  const found = await db.rows(query).then((folders) => ({
    rows: Object.fromEntries(folders.map(({ folder, rows }) => [String(folder), Number(rows)])),
    digests: Object.fromEntries(folders.map(({ folder, digest }) => [String(folder), String(digest)])),
    duplicates: folders.reduce((sum, { duplicates }) => sum + Number(duplicates), 0),
    error: null,
  }), (error) => ({ rows: {}, digests: {}, duplicates: 0, error: String(error) }));
  return { glob, ...found, replaced: versionsBelow(folder) !== before };
}

/** Which file is at each path. */
function versionsBelow(folder: string): string {
  const paths = filesBelow(folder).filter((path) => path.endsWith(".parquet"));
  return paths.map((path) => `${path} ${Deno.statSync(path).ino} ${Deno.statSync(path).mtime?.getTime()}`)
    .join("\n");
}
