import assert from "node:assert/strict";
import { relative } from "node:path";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import {
  fetchArgs,
  partitionPath,
  type Program,
  rawPath,
  startProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { flip } from "../e2e/verified.ts";
import { type Arrival, arrivalsIn, RITUAL_CALLS, writtenIn, writtenInPlaceIn } from "./ritual.ts";
import { type Call, callsIn, canTrace } from "./trace.ts";

const DATE = "2026-09-01";
const DETR = {
  venue: "DETR",
  date: DATE,
  trades: 400,
  minutes: { from: 480, until: 500 },
  untidiness: ODD,
};
const DEUR = { ...DETR, venue: "DEUR", minutes: { from: -20, until: 30 }, opens: 60 };
const CUT = `DETR-posttrade-${DATE}T08_03.json.gz`;

/** Files that are written in place, in the state folder only, and why none of them needs the ritual. */
const IN_PLACE: Readonly<Record<string, RegExp>> = {
  "a lock is held by the system; who holds it stands in it for people": /^(write|daemon)-[A-Z]+\.lock$/,
  "the quota is shared under a lock on the file itself, and spoilt costs one refusal at most":
    /^quota\.json$/,
  "the reserve holds room, no data": /^reserve$/,
  "a sorted run is worth nothing once its process has ended": /^runs-[A-Z]+\/\d+$/,
};

/** What came to its place, by its path below the working directory. */
const KINDS: Readonly<Record<string, RegExp>> = {
  "raw files": /\/raw\/.*\/day=\d\d\/[^/.]+\.json\.gz$/,
  "rejected files": /\/rejected\/[^/]+\.gz$/,
  partitions: /^data\/de\/xetra\/trades\/.*\/trades\.parquet$/,
  "rebuilt partitions": /\/aside\/trades\/venue=[A-Z]+\/\.unfinished-rebuilt\/[\d-]+$/,
  "damaged files set aside": /\/aside\/.*\.damaged-\w+$/,
  "month files": /^data\/de\/xetra\/trades_monthly\/.*\/trades\.parquet$/,
  "files of bars": /^data\/de\/xetra\/bars_1[dm]\/.*\/bars\.parquet$/,
  records: /^\.xetra-parqed\/(pending|diary)-[A-Z]+\.json$/,
  "files for monitoring": /^\.xetra-parqed\/(status-[A-Z]+\.json|metrics-[A-Z]+\.prom)$/,
  folders: /\/(\.unfinished-rebuilt|rejected|\w+=\w+|[a-z_]+|bars_1[dm])$|^(data|\.xetra-parqed)$/,
};

if (!canTrace) console.log("without strace it cannot be told in which order files are written: left out");

Deno.test({
  name:
    "every file below data and .xetra-parqed is written under another name, synced, renamed, and its folder synced",
  ignore: !canTrace,
  async fn() {
    await using replica = await startReplica({ days: [DETR, DEUR], daily: true });
    using dir = temporaryDirectory();
    const calls = await callsOfAll(replica, dir);
    const counts = countsOf(arrivalsIn(calls, dir.path), dir.path);
    console.log(`checked: ${Object.entries(counts).map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
    assert.deepEqual(Object.keys(counts).filter((kind) => counts[kind] === 0), []);
    assert.ok(counts["raw files"] >= 20 && counts.partitions >= 6);
    assert.deepEqual(writtenInPlaceIn(calls, dir.of("data")), []);
    for (const folder of ["trades", "trades_monthly", "bars_1m", "bars_1d"]) {
      assert.deepEqual(
        writtenIn(calls, dir.of("data/de/xetra", folder)),
        [],
        "made in the folders of readers",
      );
    }
    const state = writtenInPlaceIn(calls, dir.of(".xetra-parqed"));
    const unexplained = state.map((path) => relative(dir.of(".xetra-parqed"), path))
      .filter((path) => !Object.values(IN_PLACE).some((known) => known.test(path)));
    assert.deepEqual(unexplained, []);
  },
});

Deno.test({
  name: "a rotated log is gone only when its gzip is written, synced, renamed, and its folder synced",
  ignore: !canTrace,
  async fn() {
    await using replica = await startReplica({ days: [DETR] });
    using dir = temporaryDirectory();
    Deno.mkdirSync(dir.of("logs"));
    const rotated = [1, 2, 3].map((second) => dir.of(`logs/xetra.log.20261101-08340${second}.000`));
    for (const path of rotated) Deno.writeTextFileSync(path, "a line\n");
    const args = ["--log-file", dir.of("logs/xetra.log"), ...fetchArgs(replica, dir.path)];
    const calls = await traced(dir, args, 0);
    const gzips = arrivalsIn(calls, dir.of("logs"));
    assert.deepEqual(gzips.map(({ path }) => path).sort(), rotated.map((path) => `${path}.gz`));
    // What a killed run left of the gzip is written anew, under the lock of the rotated file.
    for (const { path, lapses } of gzips) assert.deepEqual(lapses, ["it may have been there before"], path);
    // The log itself is appended to and not synced: a kill costs no line, a power cut may cost the last ones.
    const inPlace = writtenInPlaceIn(calls, dir.of("logs")).filter((path) => !/\.(tmp|lock)$/.test(path));
    assert.deepEqual(inPlace, [dir.of("logs/xetra.log"), ...rotated]);
  },
});

/** The calls of every command that writes, one after the other. */
async function callsOfAll(replica: Replica, dir: TemporaryDirectory): Promise<Call[]> {
  const calls: Call[] = [];
  const run = async (args: readonly string[], code = 0) => {
    calls.push(...await traced(dir, ["--wrk-dir", dir.path, ...args], code));
  };
  const fetch = (...venues: string[]) => fetchArgs(replica, dir.path, venues).slice(2);
  // Minutes, of which one comes cut; the same day, grown; a daily file for two dates.
  replica.listed.until = `${DATE}T08:08`;
  replica.inject("storage", fault.cutStream(), { name: CUT, times: 5 });
  await run(fetch("DETR"), 3);
  replica.clearFaults();
  replica.listed.until = null;
  await run(fetch("DETR", "DEUR"));
  await run(["reprocess", "DETR", "--force"]);
  flip(partitionPath(dir.path, "DETR", DATE), 500);
  flip(rawPath(dir.path, CUT), 30);
  await run(["verify", "DETR", "DEUR", "--repair", "--api-url", replica.apiUrl]);
  await run(["consolidate-month", "DETR", "--month", "2026-09", "--yes"]);
  // A daemon's cycle, which makes the reserve, cleans, and is fetched for once more.
  Deno.removeSync(partitionPath(dir.path, "DETR", DATE));
  const daemon = ["--daemon", "--active-hours", "00:00-24:00", "--pid-file", dir.of("pid")];
  await run([...fetch("DETR"), ...daemon], 0);
  await run(["cleanup-raw", "DETR", "DEUR", "--keep-days", "0"]);
  return calls;
}

/** Runs the program under strace to its end, a daemon to the end of its first cycle; it must exit with `code`. */
async function traced(dir: TemporaryDirectory, args: readonly string[], code: number): Promise<Call[]> {
  using folder = temporaryDirectory();
  const trace = folder.of("strace");
  const under = [
    "strace",
    "-f",
    "-qqq",
    "-y",
    "-s",
    "0",
    "-o",
    trace,
    "-e",
    `trace=${RITUAL_CALLS.join(",")}`,
  ];
  await using program = startProgram(args, { under, signal: AbortSignal.timeout(120_000) });
  if (args.includes("--daemon")) await endDaemon(program, dir.of("pid"));
  const run = await program.ended;
  assert.equal(run.code, code, `${args.join(" ")}: ${run.stderr}`);
  return callsIn(Deno.readTextFileSync(trace));
}

/** strace passes no signal on, so that the daemon gets it by its PID. */
async function endDaemon(program: Program, pidFile: string): Promise<void> {
  await program.said(/Cycle 1: /);
  Deno.kill(Number(Deno.readTextFileSync(pidFile)), "SIGTERM");
}

/** How many of each kind there are; fails when one of them had a lapse, or is of no kind. */
function countsOf(arrivals: readonly Arrival[], dir: string): Record<string, number> {
  const counts = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  for (const { path, lapses } of arrivals) {
    const name = relative(dir, path);
    assert.deepEqual(lapses, [], name);
    const kind = Object.keys(KINDS).find((kind) => KINDS[kind].test(name)) ??
      assert.fail(`of no kind: ${name}`);
    counts[kind]++;
  }
  return counts;
}
