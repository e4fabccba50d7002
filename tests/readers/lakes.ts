/** A lake of trades of four venues and quotes of three, of two months, registered in Iceberg, and grown once since. */
import assert from "node:assert/strict";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import {
  AMPLE_QUOTA,
  type Database,
  duckdb,
  fetchArgs,
  runProgram,
  startCommand,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const SERVICES = ["DFRA-pretrade", "DGAT-pretrade", "DEUR-pretradeOthers"];
const QUOTED = ["DFRA", "DGAT", "DEUR"];
const DATES = ["2026-08-28", "2026-08-31", "2026-09-01", "2026-09-02"];
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
  /** The folder of what is stored. */
  readonly stored: string;
  /** The lake before it grew, which readers may have begun to read. */
  readonly before: string;
  readonly lake: string;
  readonly warehouse: string;
  /** What it held, the last entry being what it holds now. */
  readonly held: OfDatasets<readonly Held[]>;
}

/** Fetches days, exports and registers them; then the days that follow, of one of the two months. */
export async function growLake(python: string): Promise<GrownLake> {
  const dir = temporaryDirectory();
  const days = VENUES.flatMap((venue) => DATES.map((date) => dayOf(venue, date)));
  const quotes = SERVICES.flatMap((service) => DATES.slice(1).map((date) => quotesOf(service, date)));
  await using replica = await startReplica({ days, quotes, listed: { until: "2026-09-01T12:00" } });
  const grow = async () => {
    await fetchAll(replica, dir);
    return await register(python, dir);
  };
  const first = await grow();
  await copyTree(dir.of("lake"), dir.of("before"));
  replica.listed.until = null;
  const last = await grow();
  for (const dataset of ["trades", "quotes"] as const) assert.ok(first[dataset].rows < last[dataset].rows);
  return {
    stored: dir.of("data/de/xetra"),
    before: dir.of("before"),
    lake: dir.of("lake"),
    warehouse: dir.of("warehouse"),
    held: { trades: [first.trades, last.trades], quotes: [first.quotes, last.quotes] },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

function dayOf(venue: string, date: string) {
  return { venue, date, trades: 600, minutes: { from: 480, until: 486 }, untidiness: ODD };
}

/** Minutes before and after the hour to which the replica lists at first. */
function quotesOf(service: string, date: string) {
  return { service, date, rows: 60, instruments: 20, minutes: { from: 714, until: 726 }, odd: true };
}

async function fetchAll(replica: Replica, dir: TemporaryDirectory): Promise<void> {
  assertForeseen(await runProgram(fetchArgs(replica, dir.path, VENUES)), 0);
  const fetch = ["fetch-quotes", ...SERVICES, "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
  assertForeseen(await runProgram(["--wrk-dir", dir.path, ...fetch]), 0);
  assertForeseen(await runProgram(["--wrk-dir", dir.path, "bars", ...VENUES, "--all"]), 0);
}

/** Brings a lake and its tables up to date, twice: the second time there is nothing to do. */
async function register(python: string, dir: TemporaryDirectory): Promise<OfDatasets<Held>> {
  for (const [venues, what] of [[VENUES, "trades,bars,closes"], [QUOTED, "quotes"]] as const) {
    const args = ["export", ...venues, "--to", dir.of("lake"), "--all", "--what", what];
    assertForeseen(await runProgram(["--wrk-dir", dir.path, ...args]), 0);
  }
  const said = [await registered(python, dir), await registered(python, dir)];
  assert.match(said[0], /^(xetra\.(bars_1d|bars_1m|quotes|trades): .* snapshot \d+\n){4}$/);
  assert.match(said[1], /^(xetra\.\w+: nothing has changed\n){4}$/);
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
