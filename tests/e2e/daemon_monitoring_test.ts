import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { closing, DAY, ended, idleDaemon, startDaemon, upToDate } from "./daemon_program.ts";
import { isThere } from "./disk.ts";
import { reached } from "./evidence.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./harness.ts";

/** Reads of the files while they are replaced. */
const LOOKS = 1_000;

Deno.test("a reader of the files for monitoring finds them complete during cycles, and replaced as a whole", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const [json, prom] = filesIn(folder);
  await using daemon = startDaemon(replica, folder.path, ["--interval", "0.1s"]);
  await reached(daemon, "the files", () => isThere(json) && isThere(prom));
  const inodes = new Set<number>(), starts = new Set<string>();
  let looks = 0;
  for (; looks < LOOKS || (starts.size < 5 && looks < 20 * LOOKS); looks++) {
    starts.add(JSON.parse(Deno.readTextFileSync(json)).lastCycle.start);
    assert.equal(samplesOf(Deno.readTextFileSync(prom)).size, 16);
    inodes.add(Deno.statSync(json).ino!).add(Deno.statSync(prom).ino!);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await ended(daemon, "SIGTERM");
  console.log(`${looks} looks, ${starts.size} cycles, ${inodes.size} files seen`);
  assert.ok(starts.size >= 5, `${starts.size} cycles`);
  assert.ok(inodes.size > 4, "a file that is replaced is another one");
});

Deno.test("metrics-VENUE.prom is Prometheus' text format and says what status-VENUE.json says", async () => {
  const now = upToDate("DETR");
  await using replica = await startReplica({ days: [DAY, now], files: closing(now) });
  using folder = temporaryDirectory();
  const [json, prom] = filesIn(folder);
  await using daemon = await idleDaemon(replica, folder.path);
  await ended(daemon, "SIGTERM");
  const state = JSON.parse(Deno.readTextFileSync(json));
  const seconds = (time: string) => Date.parse(time) / 1000;
  const { start, end, files, trades } = state.lastCycle;
  assert.deepEqual(Object.fromEntries(samplesOf(Deno.readTextFileSync(prom))), {
    xetra_parqed_last_cycle_timestamp_seconds: seconds(end),
    xetra_parqed_last_cycle_duration_seconds: (Date.parse(end) - Date.parse(start)) / 1000,
    xetra_parqed_last_cycle_exit_code: 0,
    xetra_parqed_last_cycle_files: files,
    xetra_parqed_last_cycle_trades: trades,
    xetra_parqed_failed_cycles: 0,
    xetra_parqed_not_understood_files: 0,
    xetra_parqed_contradicting_files: 0,
    xetra_parqed_pending_files: 0,
    xetra_parqed_lost_files: 0,
    xetra_parqed_rejected_files: 0,
    xetra_parqed_absent_minutes: 0,
    xetra_parqed_listed_files: 12,
    xetra_parqed_odd_names: 0,
    xetra_parqed_skipped_names: 0,
    xetra_parqed_newest_minute_timestamp_seconds: seconds(`${state.newestMinute}Z`),
    // Shortly after midnight the day of the minute that is due now is over.
    ...state.volume === null ? {} : { xetra_parqed_quiet_day: 0 },
  });
  assert.equal(files, 12);
});

/**
 * The samples of a venue in Prometheus' text format 0.0.4, each with its HELP and TYPE before it, once; fails for
 * what is not that, or is cut.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const metric =
    /# HELP (\w+) [^\n\\]+\n# TYPE (\w+) (?:gauge|counter)\n(\w+)\{venue="DETR"\} (-?[\d.]+(?:e[+-]?\d+)?)\n/y;
  let end = 0;
  for (let match; (match = metric.exec(text)) !== null; end = metric.lastIndex) {
    const [, helped, typed, name, value] = match;
    assert.deepEqual([helped, typed, samples.has(name)], [name, name, false]);
    assert.match(name, /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
    samples.set(name, Number(value));
  }
  assert.equal(text.slice(end), "", "what is left is no metric");
  return samples;
}

function filesIn(folder: TemporaryDirectory): [json: string, prom: string] {
  return [folder.of(".xetra-parqed/status-DETR.json"), folder.of(".xetra-parqed/metrics-DETR.prom")];
}
