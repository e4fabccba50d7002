import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { minuteNames } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { ended, heard, startDaemon } from "../e2e/daemon_program.ts";
import { TASK_ENV, TASK_FLAGS } from "../e2e/daemon_task.ts";
import { filesBelow } from "../e2e/disk.ts";
import { type Program, temporaryDirectory } from "../e2e/harness.ts";
import { memoryOf, openFilesOf } from "../e2e/process_facts.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { everyRound } from "./extent.ts";

/**
 * Compiled code and what V8 keeps take some 10 MB more until cycle 100, and nothing from there on: of 600 cycles, the 30th
 * left 86 MB, the 120th 94 and the last 97. So the sample, which ends before, may grow by as much as the whole run.
 */
const [EARLY, LATE] = everyRound ? [100, 200] : [30, 60];
/** A minute file for each cycle. */
const DAY = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 40 * LATE,
  minutes: { from: 480, until: 480 + LATE },
};
const MOST_GROWTH_MB = 10;
/** Long enough for a cycle, which publishes what it fetched, and for these checks of the idle daemon. */
const LOOKS = 5;
const INTERVAL = "0.3s";
/** So that the log is rotated many times. */
const ROTATE_SIZE = "4K";
const MEMORY_FLAGS = TASK_FLAGS.filter((flag) => flag.startsWith("--v8-flags="));

/** An idle daemon after this many cycles. */
interface Sample {
  readonly cycle: number;
  /** Resident memory in MB. */
  readonly rss: number;
  readonly openFiles: readonly string[];
}

Deno.test(`${LATE} cycles leave memory and open files as they were after ${EARLY}, and every line in the rotated log`, async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: minute(1) } });
  using dir = temporaryDirectory();
  const log = dir.of("log/detr.log");
  const logging = ["--log-level", "DEBUG", "--log-rotate-size", ROTATE_SIZE, "--log-file", log];
  const deno = ["run", "--quiet", "-A", ...MEMORY_FLAGS];
  await using daemon = startDaemon(replica, dir.path, [
    "--interval",
    INTERVAL,
    "--publish-every",
    INTERVAL,
    ...logging,
  ], {
    deno,
    env: TASK_ENV,
  });
  const samples: Sample[] = [];
  for (let cycle = 1; cycle <= LATE; cycle++) {
    await heard(daemon, new RegExp(` - Cycle ${cycle}: `));
    samples.push(await sampleOf(daemon, cycle));
    if (cycle < LATE) replica.listed.until = minute(cycle + 1);
  }
  // On a busy machine the daemon's cycles may be ahead of those that were looked at.
  await heard(daemon, new RegExp(` - ${minuteNames(DAY).at(-1)}: \\d+ bytes`));
  const { stderr } = await ended(daemon, "SIGTERM");
  assertFlat(samples);
  assertLogged(log, stderr);
  assert.equal(await assertStoresTruth(dir.path, replica), DAY.trades);
});

/** The least of several values: a cycle's thread takes some milliseconds to end. */
async function sampleOf({ child: { pid } }: Program, cycle: number): Promise<Sample> {
  const looks: Sample[] = [];
  while (looks.length < LOOKS) {
    await setTimeout(20);
    looks.push({ cycle, rss: memoryOf(pid).rss, openFiles: openFilesOf(pid) });
  }
  return least(looks);
}

function least(samples: readonly Sample[]): Sample {
  return {
    cycle: samples[samples.length - 1].cycle,
    rss: Math.min(...samples.map(({ rss }) => rss)),
    openFiles: samples.map(({ openFiles }) => openFiles).reduce((a, b) => b.length <= a.length ? b : a),
  };
}

function assertFlat(samples: readonly Sample[]): void {
  // On a busy machine the next cycle may have begun before the check: the least of ten cycles is that of an idle daemon.
  const leastUpTo = (cycle: number) => least(samples.slice(cycle - 10, cycle));
  const [early, late] = [EARLY, LATE].map(leastUpTo);
  const slope = slopeOf(samples.slice(EARLY - 1).map(({ cycle }) => [cycle, leastUpTo(cycle).rss]));
  console.log(
    `memory after cycle ${EARLY}: ${early.rss.toFixed(1)} MB, after ${LATE}: ${late.rss.toFixed(1)} MB, ` +
      `slope ${
        (slope * 100).toFixed(2)
      } MB in 100 cycles; open files ${early.openFiles.length} and ${late.openFiles.length}`,
  );
  assert.ok(late.rss - early.rss < MOST_GROWTH_MB, `${early.rss} to ${late.rss} MB`);
  assert.ok(slope * (LATE - EARLY) < MOST_GROWTH_MB, `${slope} MB a cycle`);
  assert.deepEqual(late.openFiles, early.openFiles);
}

/** Fails unless the log file and what was rotated of it hold what stderr got, line by line. */
function assertLogged(log: string, stderr: string): void {
  const rotated = filesBelow(log.replace(/\/[^/]*$/, "")).filter((path) => path.startsWith(`${log}.2`));
  const compressed = rotated.filter((path) => path.endsWith(".gz"));
  const texts = [...rotated, log].map(textOf);
  console.log(`${stderr.split("\n").length - 1} lines in ${rotated.length} rotated files and the last one`);
  assert.ok(compressed.length > 10, `${compressed.length} compressed`);
  assert.deepEqual(texts.join("").split("\n"), stderr.split("\n"));
  assert.match(texts.at(-1)!, / - Stopping daemon mode for DETR, ended by SIGTERM\n$/);
}

function textOf(path: string): string {
  const bytes = Deno.readFileSync(path);
  return new TextDecoder().decode(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

/** The slope, by least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const covariance = mean(points.map((point) => (point[0] - x) * (point[1] - y)));
  return covariance / mean(points.map((point) => (point[0] - x) ** 2));
}

/** The time after this many minutes of the day, as the replica writes it. */
function minute(count: number): string {
  const end = Temporal.PlainTime.from("08:00").add({ minutes: count });
  return `${DAY.date}T${end.toString().slice(0, 5)}`;
}
