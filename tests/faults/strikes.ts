/** The commands that are killed at each of their calls. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { body, unknownEra } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { spoolDay } from "../e2e/spooled_day.ts";
import { RESERVE_BYTES } from "../../src/store/reserve.ts";
import { assertHoldsPartOfTruth, assertHoldsTruth } from "../collect/quotes/hours.ts";
import { assertBarsAgree, withViews } from "../derive/judge.ts";
import { assertNoOtherRows, assertSameRows, asStored } from "../derive/lake/stored_lake.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import {
  AMPLE_QUOTA,
  duckdb,
  fetchArgs,
  partitionPath,
  rawPath,
  type Run,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { flip } from "../e2e/verified.ts";
import { assertNoLineLost, LOG_FILE, logsOf } from "./log_lines.ts";
import { LAKE, PID_FILE, type Strike } from "./strike.ts";

const DETR = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 400,
  minutes: { from: 480, until: 512 },
  untidiness: ODD,
};
/** A Eurex day, which begins before midnight UTC. */
const DEUR = { ...DETR, venue: "DEUR", minutes: { from: -20, until: 30 }, opens: 60 };
const DFRA = { ...DETR, venue: "DFRA" };
/** With files that have only one row, without a time of trading. */
const DGAT = { ...DETR, venue: "DGAT" };
const STRANGE = "DETR-posttrade-2026-09-01T08_06.json.gz";

/** The parts of a strike; the others are those of a fetch. */
type Parts = Partial<Strike> & Pick<Strike, "name" | "args"> & {
  readonly replica: Replica;
  /** Makes the working directory in which each round begins. */
  readonly prepare?: (dir: string) => Promise<void>;
  /** Names of files that must not be stored. */
  readonly except?: readonly string[];
};

/** All strikes; each is to be disposed. */
export const STRIKES: readonly (() => Promise<Strike>)[] = [
  freshFetch,
  twoVenues,
  unpackedFetch,
  growingFetch,
  dailyFetch,
  largeFetch,
  logRotation,
  cleanup,
  daemonCycle,
  reprocessing,
  consolidation,
  merging,
  mergingQuotes,
  repairing,
  makingBars,
  fetchingQuotes,
  reprocessingQuotes,
  exporting,
  exportingQuotes,
];

async function freshFetch(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  return strike({ name: "a fetch into an empty folder", replica, args: (dir) => fetchArgs(replica, dir) });
}

/** Two venues at once, one of which is already in the spool and waits to be published. */
async function twoVenues(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR, DFRA] });
  return strike({
    name: "a fetch of two venues",
    replica,
    args: (dir) => fetchArgs(replica, dir, ["DETR", "DFRA"]),
    prepare: (dir) => Promise.resolve(spoolDay(dir, DFRA)),
  });
}

/** A day with some files that were unpacked on the way. */
async function unpackedFetch(): Promise<Strike> {
  const replica = await startReplica({
    days: [{ ...DETR, untidiness: {}, minutes: { from: 480, until: 484 } }],
  });
  replica.inject("storage", body((gz) => gunzipSync(gz)));
  return strike({
    name: "a fetch of files to be packed",
    replica,
    args: (dir) => fetchArgs(replica, dir),
    isStruck: (path) => path.startsWith("data/de/xetra/raw"),
  });
}

async function growingFetch(): Promise<Strike> {
  const replica = await startReplica({ days: [DGAT], listed: { until: "2026-09-01T08:08" } });
  return strike({
    name: "a fetch of a day that has grown",
    replica,
    args: (dir) => fetchArgs(replica, dir, ["DGAT"]),
    async prepare(dir) {
      await run(fetchArgs(replica, dir, ["DGAT"]));
      replica.listed.until = null;
    },
  });
}

/** Some minutes are stored, and are reconciled; those that are missing come with the daily file, to two dates. */
async function dailyFetch(): Promise<Strike> {
  const replica = await startReplica({ days: [DEUR], daily: true, listed: { until: "2026-08-31T23:50" } });
  return strike({
    name: "a fetch of a daily file",
    replica,
    args: (dir) => fetchArgs(replica, dir, ["DEUR"]),
    async prepare(dir) {
      await run(fetchArgs(replica, dir, ["DEUR"]));
      replica.listed.until = null;
    },
  });
}

/**
 * Enough trades that a run is spilled to disk, and that there are several row groups. None of the run's 800 small
 * writes is struck: it is worthless when its process has ended, as the kills at its folder show.
 */
async function largeFetch(): Promise<Strike> {
  const replica = await startReplica({
    days: [{ ...DETR, trades: 70_000, minutes: { from: 480, until: 484 } }],
  });
  return strike({
    name: "a fetch of a large day",
    replica,
    args: (dir) => fetchArgs(replica, dir),
    isStruck: (path) => /^data\/de\/xetra\/(trades|aside)|\/runs-DETR$/.test(path),
    isSlow: true,
  });
}

/** A daemon with one cycle, which fetches a day, makes its bars and cleans its raw files; its reserve is there. */
async function daemonCycle(): Promise<Strike> {
  const replica = await startReplica({ days: [{ ...DETR, minutes: { from: 480, until: 490 } }] });
  return strike({
    name: "a daemon",
    replica,
    args: (dir) => {
      const daemon = ["--daemon", "--active-hours", "00:00-24:00", "--pid-file", `${dir}/${PID_FILE}`];
      return fetchArgs(replica, dir, ["DETR"], ...daemon);
    },
    endsAfter: /Cycle 1: /,
    deletesRaw: true,
    judge: judgeBars,
    prepare(dir) {
      Deno.mkdirSync(`${dir}/.xetra-parqed`);
      Deno.writeFileSync(`${dir}/.xetra-parqed/reserve`, new Uint8Array());
      Deno.truncateSync(`${dir}/.xetra-parqed/reserve`, RESERVE_BYTES);
      return Promise.resolve();
    },
  });
}

/** A rebuild of a day from its spool, replacing what is stored, and of a file that was rejected. */
async function reprocessing(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  let rows = new Uint8Array();
  const page = body((gz) => {
    rows = new Uint8Array(gunzipSync(gz));
    return new TextEncoder().encode("<html>");
  });
  return strike({
    name: "a reprocess --force",
    replica,
    args: (dir) => ["--wrk-dir", dir, "reprocess", "DETR", "--force"],
    async prepare(dir) {
      replica.inject("storage", page, { name: STRANGE });
      await run(fetchArgs(replica, dir), 3);
      Deno.writeFileSync(rawPath(dir, STRANGE, "rejected"), rows);
    },
  });
}

/** Each line rotates the log, and what is left from before is compressed while a day is fetched. */
async function logRotation(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  const args = (dir: string) => {
    const log = ["--log-file", `${dir}/${LOG_FILE}`, "--log-rotate-size", "100"];
    return [...log, ...fetchArgs(replica, dir, ["DETR", "DFRA", "DGAT", "DEUR"])];
  };
  const made = await strike({
    name: "a log rotation",
    replica,
    args,
    isStruck: (path) => path.startsWith("logs/"),
    truth: null,
    prepare(dir) {
      Deno.mkdirSync(`${dir}/logs`);
      for (const second of [0, 1, 2, 3, 4, 5, 6, 7]) {
        Deno.writeTextFileSync(
          `${dir}/${LOG_FILE}.20261101-08340${second}.000`,
          `a line of ${second}\nand another\n`,
        );
      }
      Deno.writeFileSync(`${dir}/${LOG_FILE}.20250101-083400.000.gz`, gzipSync("")); // older than is kept
      return Promise.resolve();
    },
  });
  const before = logsOf(made.start);
  return { ...made, judge: (dir, runs) => assertNoLineLost(before, runs, dir) };
}

/** Minute files of one venue, one of which is not understood, and a daily file of another. */
async function cleanup(): Promise<Strike> {
  const listed = { until: "2026-09-01T12:00" };
  const replica = await startReplica({ days: [DETR, DEUR], daily: true, listed });
  return strike({
    name: "a cleanup",
    replica,
    args: (dir) => ["--wrk-dir", dir, "cleanup-raw", "DETR", "DEUR", "--keep-days", "0"],
    code: 3,
    deletesRaw: true,
    except: [STRANGE],
    async prepare(dir) {
      replica.inject("storage", unknownEra(), { name: STRANGE });
      await run(fetchArgs(replica, dir, ["DETR"]), 3);
      replica.listed.until = null;
      await run(fetchArgs(replica, dir, ["DEUR"]));
    },
  });
}

/** A month that already has a file and has grown by a day. */
async function consolidation(): Promise<Strike> {
  const short = { ...DETR, minutes: { from: 480, until: 484 } };
  const days = ["01", "02", "03"].map((day) => ({ ...short, date: `2026-09-${day}` }));
  const replica = await startReplica({ days, listed: { until: "2026-09-02T12:00" } });
  const args = (
    dir: string,
  ) => ["--wrk-dir", dir, "consolidate-month", "DETR", "--month", "2026-09", "--yes"];
  return strike({
    name: "a consolidation",
    replica,
    args,
    async prepare(dir) {
      await run(fetchArgs(replica, dir));
      await run(args(dir));
      replica.listed.until = null;
      await run(fetchArgs(replica, dir));
    },
  });
}

/**
 * A day whose beginning is in this collector, and the rest in another one, with a file that that did not understand.
 */
async function merging(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR], listed: { until: "2026-09-01T08:20" } });
  const theirs = temporaryDirectory();
  const made = await strike({
    name: "a merge",
    replica,
    args: (dir) => ["--wrk-dir", dir, "merge", "DETR", "--from", theirs.path],
    except: ["DETR-posttrade-2026-09-01T08_25.json.gz"],
    async prepare(dir) {
      await run(fetchArgs(replica, dir));
      Object.assign(replica.listed, { from: "2026-09-01T08:10", until: null });
      replica.inject("storage", unknownEra(), { name: "DETR-posttrade-2026-09-01T08_25.json.gz" });
      await run(fetchArgs(replica, theirs.path), 3);
    },
  });
  return withOther(made, theirs);
}

/** Quotes of an hour of which each collector has a part, and of one that only the other has. */
async function mergingQuotes(): Promise<Strike> {
  const replica = await startReplica({ days: [], quotes: [QUOTES], listed: { until: "2026-09-01T08:56" } });
  const theirs = temporaryDirectory();
  const made = await strike({
    name: "a merge of quotes",
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

/** A damaged day that the other collector has but for its last minutes, of which ours has the raw files. */
async function repairing(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  const theirs = temporaryDirectory();
  const made = await strike({
    name: "a repair from another collector",
    replica,
    args: (dir) => {
      const verify = ["verify", "DETR", "--api-url", replica.apiUrl, "--repair", "--from", theirs.path];
      return ["--wrk-dir", dir, ...verify];
    },
    truth: null,
    async prepare(dir) {
      await run(fetchArgs(replica, dir));
      replica.listed.until = "2026-09-01T08:28";
      await run(fetchArgs(replica, theirs.path));
      const raw = filesBelow(`${dir}/data/de/xetra/raw`);
      raw.filter((path) => path < rawPath(dir, "DETR-posttrade-2026-09-01T08_28.json.gz"))
        .forEach((path) => Deno.removeSync(path));
      flip(partitionPath(dir, "DETR", DETR.date), 1_000);
    },
  });
  const damaged = Deno.readFileSync(partitionPath(made.start, "DETR", DETR.date));
  const judge = async (dir: string, runs: readonly Run[]) => {
    const files = filesBelow(`${dir}/data/de/xetra`).filter((path) => path.includes("trades.parquet"));
    assert.ok(
      files.some((path) => Buffer.from(Deno.readFileSync(path)).equals(damaged)),
      "the damaged file is kept",
    );
    if (runs.length > 1) await assertStoresTruth(dir, replica);
  };
  return withOther({ ...made, judge }, theirs);
}

/** A strike with the folder of another collector, which goes when it is disposed. */
function withOther(made: Strike, other: Disposable): Strike {
  return {
    ...made,
    async [Symbol.asyncDispose]() {
      other[Symbol.dispose]();
      await made[Symbol.asyncDispose]();
    },
  };
}

/** Bars of two months, in which some days have grown since they were made. */
async function makingBars(): Promise<Strike> {
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

/** Quotes of two hours, the first of which is half stored; raw files are deleted when they are proved. */
async function fetchingQuotes(): Promise<Strike> {
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
    name: "a fetch of quotes",
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

const QUOTES = {
  service: "DGAT-pretrade",
  date: "2026-09-01",
  rows: 40,
  instruments: 30,
  minutes: { from: 530, until: 544 },
};

/** Two hours of quotes, rebuilt from their raw files: they are complete at any moment. */
async function reprocessingQuotes(): Promise<Strike> {
  const replica = await startReplica({ days: [], quotes: [QUOTES] });
  return strike({
    name: "a reprocess --force of quotes",
    replica,
    args: (dir) => ["--wrk-dir", dir, "reprocess", "DGAT", "--quotes", "--force"],
    truth: null,
    judge: (dir) => assertHoldsTruth({ path: dir }, [QUOTES]).then(() => {}),
    prepare: (dir) => run([...quotesArgs(replica, dir), "--keep-raw-days", "9999"]),
  });
}

function quotesArgs(replica: Replica, dir: string): string[] {
  return ["--wrk-dir", dir, "fetch-quotes", "DGAT", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
}

/** Existing bars can be read; after a run that was not killed, they are those of the trades. */
async function judgeBars(dir: string, runs: readonly Run[]): Promise<void> {
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
async function exporting(): Promise<Strike> {
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

/** A lake of quotes of two days, of which one has grown by an hour, and a third day. */
async function exportingQuotes(): Promise<Strike> {
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
    name: "an export of quotes",
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

async function strike({ replica, prepare, except = [], ...parts }: Parts): Promise<Strike> {
  const start = temporaryDirectory();
  await prepare?.(start.path);
  return {
    code: 0,
    endsAfter: null,
    isStruck: () => true,
    isSlow: false,
    deletesRaw: false,
    truth: { replica, except },
    ...parts,
    start: start.path,
    async [Symbol.asyncDispose]() {
      start[Symbol.dispose]();
      await replica.close();
    },
  };
}

async function run(args: readonly string[], code = 0): Promise<void> {
  assertForeseen(await runInOneProcess(args), code);
}
