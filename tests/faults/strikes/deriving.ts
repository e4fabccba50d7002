/** What is made of stored trades: bars and exports. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startReplica } from "../../../scripts/replica/server.ts";
import { assertBarsAgree } from "../../derive/judge.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { duckdb, fetchArgs, type Row } from "../../e2e/harness.ts";
import { LAKE, type Strike } from "../strike.ts";
import { DETR, run, strike } from "./made.ts";

/** Bars of two months, in which some days have grown since they were made. */
export async function makingBars(): Promise<Strike> {
  const short = { ...DETR, minutes: { from: 480, until: 484 } };
  const days = ["2026-08-31", "2026-09-01", "2026-09-02"].map((date) => ({ ...short, date }));
  const replica = await startReplica({ days, listed: { until: "2026-09-01T08:01" } });
  const args = (dir: string) => ["--wrk-dir", dir, "bars", "DETR", "--all"];
  return strike({
    replica,
    args,
    judge: barsJudge(),
    async prepare(dir) {
      await run(fetchArgs(replica, dir));
      await run(args(dir));
      replica.listed.until = null;
      await run(fetchArgs(replica, dir));
    },
  });
}

/**
 * Judges bars that every whole run makes of the same trades. Existing ones can be read; the first that a whole run made
 * are compared with what the views make of the trades, which takes most of a second, and all others with these.
 */
export function barsJudge(): NonNullable<Strike["judge"]> {
  let agreed: Promise<Row[][]> | null = null;
  return async (dir, runs) => {
    const bars = await barsIn(dir);
    if (runs.length > 1) assert.deepEqual(bars, await (agreed ??= agreedBars(dir, bars)));
  };
}

const BARS = ["bars_1m", "bars_1d"] as const;

async function agreedBars(dir: string, bars: Row[][]): Promise<Row[][]> {
  for (const table of BARS) await assertBarsAgree(dir, table);
  return bars;
}

/** All bars of a minute and of a day that are stored below a working directory. */
async function barsIn(dir: string): Promise<Row[][]> {
  using db = await duckdb();
  const bars: Row[][] = [];
  for (const table of BARS) {
    const folder = join(dir, "data/de/xetra", table);
    const files = filesBelow(folder).map((path) => `'${path}'`);
    bars.push(files.length === 0 ? [] : await db.rows(`FROM read_parquet([${files}]) ORDER BY ALL`));
  }
  return bars;
}

/** A lake of two months, one of which has grown by a day, and their bars. */
export async function exporting(): Promise<Strike> {
  const short = { ...DETR, minutes: { from: 480, until: 484 } };
  const days = ["2026-08-31", "2026-09-01", "2026-09-02"].map((date) => ({ ...short, date }));
  const replica = await startReplica({ days, listed: { until: "2026-09-01T12:00" } });
  const args = (dir: string) => {
    return ["--wrk-dir", dir, "export", "DETR", "--to", `${dir}/${LAKE}`, "--what", "trades,bars,closes"];
  };
  const store = async (dir: string) => {
    await run(fetchArgs(replica, dir));
    await run(["--wrk-dir", dir, "bars", "DETR", "--all"]);
  };
  return strike({
    replica,
    args,
    async prepare(dir) {
      await store(dir);
      await run([...args(dir), "--month", "2026-09"]);
      replica.listed.until = null;
      await store(dir);
    },
  });
}
