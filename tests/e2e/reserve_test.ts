import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { isNextCycleTold } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, logOf, reached } from "./evidence.ts";
import { fetchArgs, startProgram, temporaryDirectory } from "./harness.ts";
import { canMount } from "./own_disk.ts";
import { assertStoresTruth } from "./truth.ts";

/** Today, so that no file is old enough to be deleted for its age. */
const TODAY = new Date().toISOString().slice(0, 10);
const DAY: DaySpec = { venue: "DETR", date: TODAY, trades: 6_000, minutes: { from: 480, until: 510 } };
const RESERVE_BYTES = 64 * 1024 * 1024;

/**
 * Runs a daemon on its own disk of 800 MB, which is filled up to its last page when `$out/fill` appears, and
 * enlarged again when `$out/grow` does. It is filled again when the daemon wrote in between, since no disk can be smaller
 * than its content. At the end its data are copied from it. It runs for at most 300 s.
 */
const DISK = `
  await() { n=0; while [ ! -e "$out/$1" ] && [ $n -lt 1200 ]; do sleep 0.1; n=$((n+1)); done; }
  mount -t tmpfs -o size=800m none "$dir" || exit 99
  "$@" & pid=$!; echo $pid > "$out/pid"
  (sleep 300; kill -9 $pid) > "$out/dog" 2>&1 & dog=$!
  fill() { mount -o remount,size=$(df -k --output=used "$dir" | tail -1)k "$dir"; }
  await fill; n=0; until fill || [ $n -gt 100 ]; do n=$((n+1)); done; touch "$out/filled"
  await grow; mount -o remount,size=800m "$dir"; touch "$out/grown"
  wait $pid; code=$?; kill $dog
  cp -r "$dir/data" "$out/data"; exit $code`;

Deno.test({
  name:
    "when the disk is full a daemon releases its reserve, lets raw files go that are proved, and stores the rest",
  ignore: !canMount,
}, async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: `${TODAY}T08:15` } });
  using folder = temporaryDirectory();
  Deno.mkdirSync(folder.of("disk"));
  await using daemon = startProgram(
    fetchArgs(replica, folder.of("disk"), ["DETR"], "--daemon", "--active-hours", "00:00-24:00"),
    {
      under: ["unshare", "-rm", "sh", "-c", DISK, "sh"],
      env: { out: folder.path, dir: folder.of("disk") },
    },
  );
  const order = async (what: string, done: string) => {
    Deno.writeTextFileSync(folder.of(what), "");
    await reached(daemon, done, () => existsSync(folder.of(done)));
  };
  try {
    await reached(daemon, "the first cycle has left nothing to write", () => {
      const dir = ownFolder(folder.of("pid"));
      return existsSync(`${dir}/.xetra-parqed/status-DETR.json`) && isNextCycleTold(dir!, "DETR");
    });
    assert.deepEqual(reserveOf(folder.of("pid")), RESERVE_BYTES);
    await order("fill", "filled");
    replica.listed.until = null;
    signal(folder.of("pid"), "SIGUSR2");
    await daemon.said(/Cycle 2: /);
    assert.deepEqual(reserveOf(folder.of("pid")), null, "there is no room for one");
    await order("grow", "grown");
    await reached(daemon, "a cycle makes the reserve again", () => {
      // More than once: a signal within a second of another counts as the same.
      signal(folder.of("pid"), "SIGUSR2");
      return reserveOf(folder.of("pid")) === RESERVE_BYTES;
    });
    signal(folder.of("pid"), "SIGTERM");
    const run = await daemon.ended;
    assertForeseen(run, 0);
    const troubles = logOf(run).filter((line) => /^(WARNING|ERROR) /.test(line));
    assert.equal(troubles.length, 1, run.stderr);
    assert.match(
      troubles[0],
      /^WARNING DETR: the disk is full: the reserve is released, 15 raw files deleted, 0\.\d MB, whose trades are stored/,
    );
  } finally {
    signal(folder.of("pid"), "SIGKILL");
  }
  await assertStoresTruth(folder.path, replica);
  const raw = filesBelow(folder.of("data/de/xetra/raw"));
  assert.equal(raw.length, 15, "what was fetched since");
});

/** The size of the reserve; null when there is none. */
function reserveOf(pidFile: string): number | null {
  const path = `${ownFolder(pidFile)}/.xetra-parqed/reserve`;
  return existsSync(path) ? Deno.statSync(path).blocks! * 512 : null;
}

/** Where others find the working directory of a process for which alone it is mounted; null before there is one. */
function ownFolder(pidFile: string): string | null {
  if (!existsSync(pidFile)) return null;
  const root = `/proc/${Deno.readTextFileSync(pidFile).trim()}`;
  const dir = /--wrk-dir\0([^\0]+)/.exec(Deno.readTextFileSync(`${root}/cmdline`))?.[1];
  return dir === undefined ? null : `${root}/root${dir}`;
}

function signal(pidFile: string, name: Deno.Signal): void {
  try {
    Deno.kill(Number(Deno.readTextFileSync(pidFile)), name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it has ended
  }
}
