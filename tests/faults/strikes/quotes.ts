/** The same of quotes. */
import { startReplica } from "../../../scripts/replica/server.ts";
import { assertHoldsPartOfTruth, assertHoldsTruth } from "../../collect/quotes/hours.ts";
import { assertNoOtherRows, assertSameRows, asStored } from "../../derive/lake/stored_lake.ts";
import { AMPLE_QUOTA, duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { LAKE, type Strike } from "../strike.ts";
import { QUOTES, quotesArgs, run, strike, withOther } from "./made.ts";

/** Quotes of two hours, the first of which is half stored; raw files are deleted when they are proved. */
export async function fetchingQuotes(): Promise<Strike> {
  const spec = {
    date: "2026-09-01",
    rows: 40,
    instruments: 30,
    odd: true,
    minutes: { from: 530, until: 550 },
  };
  const quotes = ["DEUR-pretradeOthers", "DEUR-pretradeMDOptions"].map((service) => ({ ...spec, service }));
  const replica = await startReplica({ days: [], quotes, listed: { until: "2026-09-01T08:55" } });
  const args = (
    dir: string,
  ) => ["--wrk-dir", dir, "fetch-quotes", "DEUR", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
  return strike({
    replica,
    args,
    truth: null,
    deletesRaw: true,
    judge: (dir, runs) =>
      runs.length > 1
        ? assertHoldsTruth({ path: dir }, quotes).then(() => {})
        : assertHoldsPartOfTruth(dir, quotes),
    async prepare(dir) {
      await run(args(dir));
      replica.listed.until = null;
    },
  });
}

/** Two hours of quotes, rebuilt from their raw files: they are complete at any moment. */
export async function reprocessingQuotes(): Promise<Strike> {
  const replica = await startReplica({ days: [], quotes: [QUOTES] });
  return strike({
    replica,
    args: (dir) => ["--wrk-dir", dir, "reprocess", "DGAT", "--quotes", "--force"],
    truth: null,
    judge: (dir) => assertHoldsTruth({ path: dir }, [QUOTES]).then(() => {}),
    prepare: (dir) => run([...quotesArgs(replica, dir), "--keep-raw-days", "9999"]),
  });
}

/** Quotes of an hour of which each collector has a part, and of one that only the other has. */
export async function mergingQuotes(): Promise<Strike> {
  const replica = await startReplica({ days: [], quotes: [QUOTES], listed: { until: "2026-09-01T08:56" } });
  const theirs = temporaryDirectory();
  const made = await strike({
    replica,
    args: (dir) => ["--wrk-dir", dir, "merge", "DGAT", "--quotes", "--from", theirs.path],
    truth: null,
    judge: (dir, runs) =>
      runs.length > 1
        ? assertHoldsTruth({ path: dir }, [QUOTES]).then(() => {})
        : assertHoldsPartOfTruth(dir, [QUOTES]),
    async prepare(dir) {
      await run(quotesArgs(replica, dir));
      Object.assign(replica.listed, { from: "2026-09-01T08:54", until: null });
      await run(quotesArgs(replica, theirs.path));
    },
  });
  return withOther(made, theirs);
}

/** A lake of quotes of two days, of which one has grown by an hour, and a third day. */
export async function exportingQuotes(): Promise<Strike> {
  const dates = ["2026-08-31", "2026-09-01", "2026-09-02"];
  const replica = await startReplica({
    days: [],
    quotes: dates.map((date) => ({ ...QUOTES, date })),
    listed: { until: "2026-09-01T09:00" },
  });
  const args = (dir: string) => {
    return ["--wrk-dir", dir, "export", "DGAT", "--to", `${dir}/${LAKE}`, "--what", "quotes"];
  };
  return strike({
    replica,
    args,
    truth: null,
    judge: (dir, runs) => judgeQuotesInLake(dir, runs.length > 1),
    async prepare(dir) {
      await run(quotesArgs(replica, dir));
      await run(args(dir));
      replica.listed.until = null;
      await run(quotesArgs(replica, dir));
    },
  });
}

/** A lake's quotes are stored ones; after a run that nobody killed, all of them. */
async function judgeQuotesInLake(dir: string, isWhole: boolean): Promise<void> {
  using db = await duckdb();
  const read = (files: string) => `read_parquet('${dir}/${files}', hive_partitioning = true)`;
  const stored = `SELECT * EXCLUDE (hour) FROM ${read("data/de/xetra/quotes/*/*/*/*/*/*.parquet")}`;
  const exported = asStored(read(`${LAKE}/quotes/*/*/*/*/*.parquet`), "quotes");
  if (isWhole) await assertSameRows(db, exported, stored);
  else await assertNoOtherRows(db, exported, stored);
}
