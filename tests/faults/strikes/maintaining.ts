/** What works on stored trades and is killed at each of its calls. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { body, unknownEra } from "../../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../../scripts/replica/server.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { fetchArgs, partitionPath, rawPath, type Run, temporaryDirectory } from "../../e2e/harness.ts";
import { assertStoresTruth } from "../../e2e/truth.ts";
import { flip } from "../../e2e/verified.ts";
import type { Strike } from "../strike.ts";
import { DETR, DEUR, run, STRANGE, strike, withOther } from "./made.ts";

/** A rebuild of a day from its spool, replacing what is stored, and of a file that was rejected. */
export async function reprocessing(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  let rows = new Uint8Array();
  const page = body((gz) => {
    rows = new Uint8Array(gunzipSync(gz));
    return new TextEncoder().encode("<html>");
  });
  return strike({
    replica,
    args: (dir) => ["--wrk-dir", dir, "reprocess", "DETR", "--force"],
    async prepare(dir) {
      replica.inject("storage", page, { name: STRANGE });
      await run(fetchArgs(replica, dir), 3);
      Deno.writeFileSync(rawPath(dir, STRANGE, "rejected"), rows);
    },
  });
}

/** Minute files of one venue, one of which is not understood, and a daily file of another. */
export async function cleanup(): Promise<Strike> {
  const listed = { until: "2026-09-01T12:00" };
  const replica = await startReplica({ days: [DETR, DEUR], daily: true, listed });
  return strike({
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
export async function consolidation(): Promise<Strike> {
  const short = { ...DETR, minutes: { from: 480, until: 484 } };
  const days = ["01", "02", "03"].map((day) => ({ ...short, date: `2026-09-${day}` }));
  const replica = await startReplica({ days, listed: { until: "2026-09-02T12:00" } });
  const args = (
    dir: string,
  ) => ["--wrk-dir", dir, "consolidate-month", "DETR", "--month", "2026-09", "--yes"];
  return strike({
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
export async function merging(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR], listed: { until: "2026-09-01T08:20" } });
  const theirs = temporaryDirectory();
  const made = await strike({
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

/** A damaged day that the other collector has but for its last minutes, of which ours has the raw files. */
export async function repairing(): Promise<Strike> {
  const replica = await startReplica({ days: [DETR] });
  const theirs = temporaryDirectory();
  const made = await strike({
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
