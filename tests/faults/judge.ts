import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { asStored } from "../derive/lake/stored_lake.ts";
import { filesBelow } from "../e2e/disk.ts";
import { type Database, duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { comparedColumns, truthQuery } from "../e2e/truth.ts";
import { LAKE, pathsBelow, type RawFiles, rawFilesBelow, type Strike } from "./strike.ts";

/** The folders of days, months and the months of a lake, and the levels of folders below them. */
const TABLES = {
  trades: { folder: "data/de/xetra/trades", levels: ["year", "month", "day"] },
  trades_monthly: { folder: "data/de/xetra/trades_monthly", levels: ["year", "month"] },
  lake: { folder: `${LAKE}/trades`, levels: ["year", "month"] },
};

/**
 * What was reported today. A run that is killed after it has stored rows with new fields and before it reports them
 * never does: the next one finds nothing new. Only a line of the log is lost, and no trade.
 */
const DIARY = /diary-[A-Z]+(-quotes)?\.json$/;
/** A damaged file is kept wherever the disk lets it, by a run that then fails as well. */
const KEPT = /\.damaged$/;
/** What was requested lately: not there where its file was lost with the power, and nothing is requested any more. */
const QUOTA = /^\.xetra-parqed\/quota\.json$/;

type Table = keyof typeof TABLES;

/**
 * Judges the working directory that killed runs leave, with one DuckDB: what was stored before is there,
 * what is there is true, and the next run completes it.
 */
export class Judge implements Disposable {
  readonly #strike: Strike;
  readonly #db: Database;
  readonly #rawBefore: RawFiles;
  /** The files after a run that was not killed. */
  readonly #paths: readonly string[];

  private constructor(strike: Strike, db: Database, whole: string) {
    this.#strike = strike;
    this.#db = db;
    this.#rawBefore = rawFilesBelow(strike.start);
    this.#paths = pathsBelow(whole);
  }

  /** `whole` is the working directory after a run that was not killed: it is judged first. */
  static async of(strike: Strike, whole: string): Promise<Judge> {
    const db = await duckdb();
    if (strike.truth !== null) await loadTruth(db, strike.truth);
    for (const table of strike.truth === null ? [] : tablesBelow(whole)) {
      const there = tablesBelow(strike.start).includes(table);
      const query = there ? storedIn(strike.start, table) : `${truthOf(table)} LIMIT 0`;
      await db.rows(`CREATE TABLE ${table}_before AS ${query}`);
    }
    const judge = new Judge(strike, db, whole);
    await judge.holdsTruth(whole);
    return judge;
  }

  /** Asserts that what a killed run left is readable, true, and no less than what was there; returns the raw files. */
  async afterKill(dir: string): Promise<RawFiles> {
    const tables = new Set([...tablesBelow(this.#strike.start), ...tablesBelow(dir)]);
    if (this.#strike.truth !== null) {
      for (const table of tables) await this.#holdsPartOfTruth(dir, table);
    }
    const raw = rawFilesBelow(dir);
    await this.#hasRaw(dir, raw, this.#rawBefore);
    return raw;
  }

  /** Asserts that the run after it has stored everything, that no raw file is lost, and that nothing is left over. */
  async afterRerun(dir: string, rawAfterKill: RawFiles): Promise<void> {
    await this.holdsTruth(dir);
    await this.#hasRaw(dir, rawFilesBelow(dir), rawAfterKill);
    const paths = pathsBelow(dir);
    const more = paths.filter((path) => !this.#paths.includes(path) && !KEPT.test(path));
    assert.deepEqual(more, [], "files that are left over");
    const lacking = this.#paths.filter((path) =>
      !paths.includes(path) && ![DIARY, QUOTA, KEPT].some((may) => may.test(path))
    );
    assert.deepEqual(lacking, [], "files that are not there");
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  /** Asserts that everything is stored. */
  async holdsTruth(dir: string): Promise<void> {
    if (this.#strike.truth === null) return;
    for (const table of tablesBelow(dir)) {
      const { missing } = await this.#holdsPartOfTruth(dir, table);
      assert.equal(missing, 0n, `trades that are missing in ${table}`);
    }
    assert.ok(tablesBelow(dir).includes("trades"));
  }

  async #holdsPartOfTruth(dir: string, table: Table): Promise<{ missing: unknown }> {
    const [{ excess, lost, missing }] = await this.#db.rows(
      `SELECT coalesce(sum(greatest(stored - due, 0)), 0) AS excess, ` +
        `coalesce(sum(greatest(before - stored, 0)), 0) AS lost, ` +
        `coalesce(sum(greatest(due - stored, 0)), 0) AS missing FROM (${copiesOf(dir, table)})`,
    );
    assert.equal(excess, 0n, `trades that are too many in ${table}`);
    assert.equal(lost, 0n, `trades of ${table} that were published before and are gone`);
    return { missing };
  }

  /**
   * Each of `expected` is there with its bytes, or, if these had been rejected, with their content packed; or, if it
   * may be deleted, it is proved by a partition's ledger.
   */
  async #hasRaw(dir: string, raw: RawFiles, expected: RawFiles): Promise<void> {
    const gone = [...expected].filter(([path, bytes]) =>
      !isEqual(raw.get(path), bytes) && !isReadmitted(path, bytes, raw)
    );
    if (!this.#strike.deletesRaw) {
      return assert.deepEqual(gone.map(([path]) => path), [], "raw files that are gone");
    }
    if (gone.length === 0) return;
    const ledger = await ledgersBelow(this.#db, dir);
    for (const [path, bytes] of gone) {
      assert.ok(!raw.has(path), `${path} has other bytes`);
      const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
      const proof = new RegExp(String.raw`^${keyOf(basename(path))} \d+ 0 ${digest}( |$)`, "m");
      assert.match(ledger, proof, `${path} is gone, and no ledger proves it`);
    }
  }
}

async function loadTruth(db: Database, { replica, except }: NonNullable<Strike["truth"]>): Promise<void> {
  using dir = temporaryDirectory();
  await replica.writeTruth(dir.path, new Set(except));
  await db.rows(`CREATE TABLE truth AS ${truthQuery(dir.path)}`);
}

/** Which of the tables have files. */
function tablesBelow(dir: string): Table[] {
  return (Object.keys(TABLES) as Table[]).filter((table) =>
    filesBelow(join(dir, TABLES[table].folder)).some((path) => path.endsWith(".parquet"))
  );
}

function storedIn(dir: string, table: Table): string {
  const { folder, levels } = TABLES[table];
  const files = `${dir}/${folder}/*/${"*/".repeat(levels.length)}*.parquet`;
  const rows = `read_parquet('${files}', hive_partitioning = true, hive_types_autocast = false)`;
  return `SELECT venue, concat_ws('-', ${levels.join(", ")}) AS date, ${comparedColumns()} ` +
    `FROM ${table === "lake" ? `(${asStored(rows)})` : rows}`;
}

/** How often each trade is stored in a table, was stored there before, and must be stored at the end. */
function copiesOf(dir: string, table: Table): string {
  const counts = ["stored", "before", "due"];
  const all = [storedIn(dir, table), `FROM ${table}_before`, truthOf(table)].map((query, of) =>
    `SELECT *, ${counts.map((count, i) => `${i === of ? 1 : 0} AS ${count}`).join(", ")} FROM (${query})`
  );
  return `SELECT * EXCLUDE (${counts}), ${counts.map((count) => `sum(${count}) AS ${count}`)} ` +
    `FROM (${all.join(" UNION ALL ")}) GROUP BY ALL`;
}

/** The truth, with the dates of a table's folders. */
function truthOf(table: Table): string {
  return `SELECT * REPLACE (date[:${table === "trades" ? 10 : 7}] AS date) FROM truth`;
}

/** The key of a raw file in a ledger. */
function keyOf(name: string): string {
  const [, service, what] = /-(posttrade|pretrade\w*)-(.*)\.json\.gz$/.exec(name) ?? [];
  const key = what.replace(/^.*T/, "");
  return service === "posttrade" ? key : `${service}-${key}`;
}

/** The ledgers of all partitions below a working directory, one line per entry. */
async function ledgersBelow(db: Database, dir: string): Promise<string> {
  const paths = ["trades", "quotes"].flatMap((table) => filesBelow(join(dir, "data/de/xetra", table)))
    .filter((path) => path.endsWith(".parquet"));
  if (paths.length === 0) return "";
  const list = paths.map((path) => `'${path}'`).join(", ");
  const rows = await db.rows(
    `SELECT value::VARCHAR AS ledger FROM parquet_kv_metadata([${list}]) WHERE key::VARCHAR = 'xetra-parqed.ledger'`,
  );
  return rows.map(({ ledger }) => String(ledger).replaceAll(String.raw`\x0A`, "\n")).join("\n");
}

/** Whether rejected bytes are packed now, in their place or as a raw file. */
function isReadmitted(path: string, bytes: Uint8Array, raw: RawFiles): boolean {
  const files = path.includes("/rejected/") ? [raw.get(path), raw.get(path.replace("/rejected/", "/"))] : [];
  return files.some((file) => file !== undefined && isEqual(contentOf(file), contentOf(bytes)));
}

function contentOf(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

function isEqual(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && one.length === other.length && one.every((byte, i) => byte === other[i]);
}
