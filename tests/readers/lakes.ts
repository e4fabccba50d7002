/** A lake of a month of four venues, and of three days of quotes, registered in Iceberg, and grown once since. */
import assert from "node:assert/strict";
import type { Replica } from "../../scripts/replica/server.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import {
  AMPLE_QUOTA,
  type Database,
  duckdb,
  fetchArgs,
  startCommand,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { MIDDLE, startMonth, VENUES } from "./month.ts";

const SERVICES = ["DFRA-pretrade", "DGAT-pretrade", "DEUR-pretradeOthers"];
const QUOTED = ["DFRA", "DGAT", "DEUR"];
const QUOTED_DATES = ["2026-09-30", "2026-10-20", "2026-10-26"];
const REGISTER = new URL("../../dist/lake/register_iceberg.py", import.meta.url).pathname;

/** What a lake holds, to be found again in the snapshot that was made of it. */
export interface Held {
  readonly rows: number;
  /** The sum of `trading_nanos`, of quotes of `time_nanos`. */
  readonly nanos: number;
}

/** Something of each dataset as it was published. */
export interface OfDatasets<T> {
  readonly trades: T;
  readonly quotes: T;
}

export interface GrownLake extends Disposable {
  /** The working directory. */
  readonly dir: string;
  /** The folder of what is stored in it. */
  readonly stored: string;
  /** The lake before it grew, which readers may have begun to read. */
  readonly before: string;
  readonly lake: string;
  readonly warehouse: string;
  /** What it held, the last entry being what it holds now. */
  readonly held: OfDatasets<readonly Held[]>;
}

/** Fetches the days until the middle of the month, exports and registers them; then the days that follow, with corrections. */
export async function growLake(python: string): Promise<GrownLake> {
  const dir = temporaryDirectory();
  const quotes = SERVICES.flatMap((service) => QUOTED_DATES.map((date) => quotesOf(service, date)));
  await using replica = await startMonth({ quotes, listed: { until: MIDDLE } });
  const grow = async () => {
    await fetchAll(replica, dir);
    return await register(python, dir);
  };
  const first = await grow();
  await copyTree(dir.of("lake"), dir.of("before"));
  replica.listed.until = null;
  const last = await grow();
  assert.match(await registered(python, dir), /^(xetra\.\w+: nothing has changed\n){4}$/);
  await assertStoresTruth(dir.path, replica);
  for (const dataset of ["trades", "quotes"] as const) assert.ok(first[dataset].rows < last[dataset].rows);
  return {
    dir: dir.path,
    stored: dir.of("data/de/xetra"),
    before: dir.of("before"),
    lake: dir.of("lake"),
    warehouse: dir.of("warehouse"),
    held: { trades: [first.trades, last.trades], quotes: [first.quotes, last.quotes] },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** Minutes before and after the hour to which the replica lists at first. */
function quotesOf(service: string, date: string) {
  return { service, date, rows: 60, instruments: 20, minutes: { from: 714, until: 726 }, odd: true };
}

async function fetchAll(replica: Replica, dir: TemporaryDirectory): Promise<void> {
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, VENUES)), 0);
  const fetch = ["fetch-quotes", ...SERVICES, "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
  assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, ...fetch]), 0);
  assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, "bars", ...VENUES, "--all"]), 0);
}

/** Brings a lake and its tables up to date. */
async function register(python: string, dir: TemporaryDirectory): Promise<OfDatasets<Held>> {
  for (const [venues, what] of [[VENUES, "trades,bars,closes"], [QUOTED, "quotes"]] as const) {
    const args = ["export", ...venues, "--to", dir.of("lake"), "--all", "--what", what];
    assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, ...args]), 0);
  }
  const said = await registered(python, dir);
  assert.match(said, /^(xetra\.(bars_1d|bars_1m|quotes|trades): .* snapshot \d+\n){4}$/);
  using db = await duckdb();
  return {
    trades: await heldIn(db, dir.of("lake/trades/*/*/*/*.parquet"), "trading_nanos"),
    quotes: await heldIn(db, dir.of("lake/quotes/*/*/*/*/*.parquet"), "time_nanos"),
  };
}

async function heldIn(db: Database, files: string, nanos: string): Promise<Held> {
  const [row] = await db.rows(
    `SELECT count(*)::INT AS rows, sum(${nanos})::INT AS nanos FROM read_parquet('${files}')`,
  );
  return { rows: Number(row.rows), nanos: Number(row.nanos) };
}

async function registered(python: string, dir: TemporaryDirectory): Promise<string> {
  const command = [python, "-I", REGISTER, dir.of("lake"), "--warehouse", dir.of("warehouse")];
  await using program = startCommand(command, { cwd: dir.path });
  const run = await program.ended;
  assert.equal(run.code, 0, run.stderr);
  return run.stdout;
}

async function copyTree(from: string, to: string): Promise<void> {
  await using program = startCommand(["cp", "-r", from, to]);
  assert.equal((await program.ended).code, 0);
}
