/** A lake of four venues and two months, registered in Iceberg, and grown once since. */
import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import {
  duckdb,
  fetchArgs,
  runProgram,
  startCommand,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const DATES = ["2026-08-28", "2026-08-31", "2026-09-01", "2026-09-02"];
const REGISTER = new URL("../../dist/lake/register_iceberg.py", import.meta.url).pathname;

/** What a lake holds, to be found again in the snapshot that was made of it. */
export interface Held {
  readonly rows: number;
  /** The sum of `trading_nanos`. */
  readonly nanos: number;
}

export interface GrownLake extends Disposable {
  /** A glob of the stored trades. */
  readonly stored: string;
  /** The lake before it grew, which readers may have begun to read. */
  readonly before: string;
  readonly lake: string;
  readonly warehouse: string;
  /** What it held, the last entry being what it holds now. */
  readonly held: readonly Held[];
}

/** Fetches days of four venues, exports and registers them; then the days that follow, of one of the two months. */
export async function growLake(python: string): Promise<GrownLake> {
  const dir = temporaryDirectory();
  const days = VENUES.flatMap((venue) => DATES.map((date) => dayOf(venue, date)));
  await using replica = await startReplica({ days, listed: { until: "2026-09-01T12:00" } });
  const fetch = fetchArgs(replica, dir.path, VENUES);
  const held = [await register(python, dir, fetch)];
  await copyTree(dir.of("lake"), dir.of("before"));
  replica.listed.until = null;
  held.push(await register(python, dir, fetch));
  assert.ok(held[0].rows < held[1].rows);
  return {
    stored: `${dir.path}/data/de/xetra/trades/*/*/*/*/*.parquet`,
    before: dir.of("before"),
    lake: dir.of("lake"),
    warehouse: dir.of("warehouse"),
    held,
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

function dayOf(venue: string, date: string) {
  return { venue, date, trades: 600, minutes: { from: 480, until: 486 }, untidiness: ODD };
}

/** Brings a lake and its tables up to date, twice: the second time there is nothing to do. */
async function register(python: string, dir: TemporaryDirectory, fetch: readonly string[]): Promise<Held> {
  assertForeseen(await runProgram(fetch), 0);
  const all = ["--wrk-dir", dir.path];
  assertForeseen(await runProgram([...all, "bars", ...VENUES, "--all"]), 0);
  const what = ["--all", "--what", "trades,bars,closes"];
  assertForeseen(await runProgram([...all, "export", ...VENUES, "--to", dir.of("lake"), ...what]), 0);
  const said = [await registered(python, dir), await registered(python, dir)];
  assert.match(said[0], /^(xetra\.(bars_1d|bars_1m|trades): .* snapshot \d+\n){3}$/);
  assert.match(said[1], /^(xetra\.\w+: nothing has changed\n){3}$/);
  using db = await duckdb();
  const [{ rows, nanos }] = await db.rows(
    `SELECT count(*)::INT AS rows, sum(trading_nanos)::INT AS nanos FROM '${dir.path}/lake/trades/*/*/*/*.parquet'`,
  );
  return { rows: Number(rows), nanos: Number(nanos) };
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
