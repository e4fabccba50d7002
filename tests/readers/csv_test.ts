/** The CSV of bars, closes and trades, read by others: the same rows, ids and sums as DuckDB finds in what is stored. */
import assert from "node:assert/strict";
import { withViews } from "../derive/judge.ts";
import { type Database, duckdb, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { pythonWith } from "./environments.ts";
import { printedBy } from "./printed.ts";
import { importedByCalc } from "./spreadsheet.ts";
import { fetchDays } from "./stores.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const DAY = "2026-09-01";

/** What is printed: by which arguments, from which view, and the numbers of which a sum says something. */
const PRINTED = {
  bars: {
    args: [...VENUES, "--all"],
    view: "bars_1m",
    numbers: [
      "open",
      "high",
      "low",
      "close",
      "volume",
      "turnover",
      "vwap",
      "trades",
      "fixings",
      "off_book_volume",
    ],
  },
  closes: {
    args: [...VENUES, "--date", DAY],
    view: `closes WHERE trading_day = '${DAY}'`,
    numbers: ["official_close", "open", "high", "low", "close", "volume", "previous_close"],
  },
  trades: {
    args: ["DEUR", "--isin", "@isins", "--from", "2026-08-31"],
    view: "trades WHERE venue = 'DEUR'",
    numbers: ["price", "quantity", "notional_amount", "strike_price"],
  },
} as const;

type Name = keyof typeof PRINTED;
const NAMES = Object.keys(PRINTED) as Name[];

/** What a reader finds in the files, in the order of `NAMES`. */
interface Found {
  readonly rows: number;
  /** How many different ids of trades. */
  readonly ids: number;
  readonly sums: Readonly<Record<string, number>>;
}

const python = await pythonWith("analysis");
const hasCalc = await isPossible("soffice", "--version");
if (!hasCalc) console.log("left out: LibreOffice: there is no soffice here (Debian: libreoffice-calc-nogui)");

const READERS: Readonly<Record<string, ((paths: readonly string[]) => Promise<Found[]>) | null>> = {
  DuckDB: foundByDuckDB,
  pandas: python === null ? null : (paths) => printedBy([python, "-I"], "python/pandas_csv.py", paths),
  LibreOffice: hasCalc ? (paths) => Promise.all(paths.map(foundByCalc)) : null,
};

Deno.test("the CSV of bars, closes and trades has the rows, ids and sums of what is stored, by every reader", async (t) => {
  using dir = temporaryDirectory();
  await fetchDays(dir.path);
  assert.equal((await runProgram(["--wrk-dir", dir.path, "bars", ...VENUES, "--all"])).code, 0);
  using db = await withViews(dir.path);
  const isins = await db.rows("SELECT DISTINCT isin FROM trades WHERE venue = 'DEUR'");
  Deno.writeTextFileSync(dir.of("isins"), isins.map(({ isin }) => isin).join("\n"));
  const paths = NAMES.map((name) => dir.of(`${name}.csv`));
  for (const [i, name] of NAMES.entries()) {
    const run = await runProgram(["--wrk-dir", ".", name, ...PRINTED[name].args, "--csv"], { cwd: dir.path });
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    Deno.writeTextFileSync(paths[i], run.stdout);
  }
  const expected = await Promise.all(NAMES.map((name) => storedIn(db, name)));
  for (const [reader, read] of Object.entries(READERS)) {
    await t.step({
      name: reader,
      ignore: read === null,
      fn: async () => assertSame(await read!(paths), expected),
    });
  }
});

/** The same of what is stored. */
async function storedIn(db: Database, name: Name): Promise<Found> {
  const { view, numbers } = PRINTED[name];
  return await foundBy(db, view, numbers, name === "trades");
}

async function foundByDuckDB(paths: readonly string[]): Promise<Found[]> {
  using db = await duckdb();
  return await Promise.all(NAMES.map((name, i) => {
    const types = name === "trades" ? ", types = {transaction_id: 'VARCHAR'}" : "";
    return foundBy(db, `read_csv('${paths[i]}'${types})`, PRINTED[name].numbers, name === "trades");
  }));
}

async function foundBy(
  db: Database,
  table: string,
  numbers: readonly string[],
  hasIds: boolean,
): Promise<Found> {
  const sums = numbers.map((number) => `coalesce(sum(${number}), 0)::DOUBLE AS ${number}`);
  const ids = hasIds ? "count(DISTINCT transaction_id)" : "0";
  const [row] = await db.rows(
    `SELECT ${["count(*)::INT AS rows", `${ids}::INT AS ids`, ...sums].join(", ")} FROM ${table}`,
  );
  const { rows, ids: distinct, ...rest } = row;
  return { rows: Number(rows), ids: Number(distinct), sums: rest as Record<string, number> };
}

async function foundByCalc(path: string): Promise<Found> {
  const head = Deno.readTextFileSync(path).split("\r\n", 1)[0].split(",");
  const id = head.indexOf("transaction_id");
  const [names, ...rows] = await importedByCalc(path, id < 0 ? [] : [id]);
  const sum = (place: number) =>
    rows.reduce((sum, row) => sum + (typeof row[place] === "number" ? row[place] : 0), 0);
  const ids = new Set(rows.map((row) => row[id] ?? null).filter((value) => value !== null));
  return {
    rows: rows.length,
    ids: ids.size,
    sums: Object.fromEntries(names.map((name, place) => [String(name), sum(place)])),
  };
}

/** Sums of floating-point numbers may differ by the order in which they were added. */
function assertSame(found: readonly Found[], expected: readonly Found[]): void {
  for (const [i, name] of NAMES.entries()) {
    assert.deepEqual([found[i].rows, found[i].ids], [expected[i].rows, expected[i].ids], name);
    for (const number of PRINTED[name].numbers) {
      const [sum, due] = [found[i].sums[number] ?? 0, expected[i].sums[number]];
      const difference = Math.abs(sum - due);
      assert.ok(
        difference <= Number.EPSILON * due * expected[i].rows,
        `${number} of ${name}: ${sum}, not ${due}`,
      );
    }
  }
}
