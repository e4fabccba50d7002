/** Fetches of trades that are killed at each of their calls: once, as a daemon, and with a log. */
import { gunzipSync, gzipSync } from "node:zlib";
import { body } from "../../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../../scripts/replica/server.ts";
import { RESERVE_BYTES } from "../../../src/store/reserve.ts";
import { fetchArgs } from "../../e2e/harness.ts";
import { spoolDay } from "../../e2e/spooled_day.ts";
import { assertNoLineLost, LOG_FILE, logsOf } from "../log_lines.ts";
import { PID_FILE, type Strike } from "../strike.ts";
import { DETR, DEUR, DFRA, DGAT, run, strike } from "./made.ts";
import { barsJudge } from "./deriving.ts";

export async function freshFetch(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  return strike({ replica, args: (dir) => fetchArgs(replica, dir) });
}

/** Two venues at once, one of which is already in the spool and waits to be published. */
export async function twoVenues(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR, DFRA] });
  return strike({
    replica,
    args: (dir) => fetchArgs(replica, dir, ["DETR", "DFRA"]),
    prepare: (dir) => Promise.resolve(spoolDay(dir, DFRA)),
  });
}

/** A day with some files that were unpacked on the way. */
export async function unpackedFetch(): Promise<Strike> {
  const replica = await startReplica({
    days: [{ ...DETR, untidiness: {}, minutes: { from: 480, until: 484 } }],
  });
  replica.inject("storage", body((gz) => gunzipSync(gz)));
  return strike({
    replica,
    args: (dir) => fetchArgs(replica, dir),
    isStruck: (path) => path.startsWith("data/de/xetra/raw"),
  });
}

export async function growingFetch(): Promise<Strike> {
  const replica = await startReplica({ days: [DGAT], listed: { until: "2026-09-01T08:08" } });
  return strike({
    replica,
    args: (dir) => fetchArgs(replica, dir, ["DGAT"]),
    async prepare(dir) {
      await run(fetchArgs(replica, dir, ["DGAT"]));
      replica.listed.until = null;
    },
  });
}

/** Some minutes are stored, and are reconciled; those that are missing come with the daily file, to two dates. */
export async function dailyFetch(): Promise<Strike> {
  const replica = await startReplica({ days: [DEUR], daily: true, listed: { until: "2026-08-31T23:50" } });
  return strike({
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
export async function largeFetch(): Promise<Strike> {
  const replica = await startReplica({
    days: [{ ...DETR, trades: 70_000, minutes: { from: 480, until: 484 } }],
  });
  return strike({
    replica,
    args: (dir) => fetchArgs(replica, dir),
    isStruck: (path) => /^data\/de\/xetra\/(trades|aside)|\/runs-DETR$/.test(path),
    isSlow: true,
  });
}

/** A daemon with one cycle, which fetches a day, makes its bars and cleans its raw files; its reserve is there. */
export async function daemonCycle(): Promise<Strike> {
  const replica = await startReplica({ days: [{ ...DETR, minutes: { from: 480, until: 490 } }] });
  return strike({
    replica,
    args: (dir) => {
      const daemon = ["--daemon", "--active-hours", "00:00-24:00", "--pid-file", `${dir}/${PID_FILE}`];
      return fetchArgs(replica, dir, ["DETR"], ...daemon);
    },
    endsAfter: /Cycle 1: /,
    deletesRaw: true,
    judge: barsJudge(),
    prepare(dir) {
      Deno.mkdirSync(`${dir}/.xetra-parqed`);
      Deno.writeFileSync(`${dir}/.xetra-parqed/reserve`, new Uint8Array());
      Deno.truncateSync(`${dir}/.xetra-parqed/reserve`, RESERVE_BYTES);
      return Promise.resolve();
    },
  });
}

/** Each line rotates the log, and what is left from before is compressed while a day is fetched. */
export async function logRotation(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  const args = (dir: string) => {
    const log = ["--log-file", `${dir}/${LOG_FILE}`, "--log-rotate-size", "100"];
    return [...log, ...fetchArgs(replica, dir, ["DETR", "DFRA", "DGAT", "DEUR"])];
  };
  const made = await strike({
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
