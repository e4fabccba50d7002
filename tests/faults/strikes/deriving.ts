/** What is made of stored trades: bars and exports. */
import { startReplica } from "../../../scripts/replica/server.ts";
import { assertBarsAgree, withViews } from "../../derive/judge.ts";
import { fetchArgs, type Run } from "../../e2e/harness.ts";
import { LAKE, type Strike } from "../strike.ts";
import { DETR, run, strike } from "./made.ts";

/** Bars of two months, in which some days have grown since they were made. */
export async function makingBars(): Promise<Strike> {
  const short = { ...DETR, minutes: { from: 480, until: 484 } };
  const days = ["2026-08-31", "2026-09-01", "2026-09-02"].map((date) => ({ ...short, date }));
  const replica = await startReplica({ days, listed: { until: "2026-09-01T08:01" } });
  const args = (dir: string) => ["--wrk-dir", dir, "bars", "DETR", "--all"];
  return strike({
    name: "a making of bars",
    replica,
    args,
    judge: judgeBars,
    async prepare(dir) {
      await run(fetchArgs(replica, dir));
      await run(args(dir));
      replica.listed.until = null;
      await run(fetchArgs(replica, dir));
    },
  });
}

/** Existing bars can be read; after a run that was not killed, they are those of the trades. */
export async function judgeBars(dir: string, runs: readonly Run[]): Promise<void> {
  const isWhole = runs.length > 1;
  for (const bars of ["bars_1m", "bars_1d"] as const) {
    if (isWhole) await assertBarsAgree(dir, bars);
    else await readBars(dir, bars);
  }
}

async function readBars(dir: string, bars: "bars_1m" | "bars_1d"): Promise<void> {
  using db = await withViews(dir);
  await db.rows(`SELECT count(*), sum(volume), max(isin) FROM ${bars}`);
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
    name: "an export",
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
