import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { RecordedRequest } from "../../scripts/replica/exchange.ts";
import { status, unknownEra } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { busy } from "../busy.ts";
import { ended, heard, linesOf, pastEcho, startDaemon, type StatusReport } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { countsOf, jsonOf, rawFileCount, reached, repeatedSoon } from "../e2e/evidence.ts";
import { type Program, rawPath, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { canSetClocks, HOUR_MILLIS, SetClock, underClock, YEAR_MILLIS } from "./set_clock.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 900, minutes: { from: 480, until: 496 } };
const STRANGE = "DETR-posttrade-2026-09-01T08_03.json.gz", ABSENT = "DETR-posttrade-2026-09-01T08_05.json.gz";
const HALF = "2026-09-01T08:08";
/** The day's last file is out. */
const NOW = Date.parse("2026-09-01T08:40Z");
const QUOTA = { downloads: 4, seconds: 2, retryAfter: "date" } as const;
/**
 * A request before the clock was set back may count as made at the next check, when one window has already been
 * waited for: two windows in all, with their slack.
 */
const WINDOWS_MILLIS = 2 * 2_000 * 1.01;
/** The time that the program itself takes between two requests. */
const WORK_MILLIS = 6_000;
/**
 * When the clock is set, four downloads at a time are refused, twice, and earlier requests are forgotten; and some
 * more.
 */
const MOST_REFUSED = 12;

const SETTINGS = {
  "an hour ahead": HOUR_MILLIS,
  "an hour back": -HOUR_MILLIS,
  "a year ahead": YEAR_MILLIS,
  "a year back": -YEAR_MILLIS,
};

Deno.test({
  name:
    "a clock that is set an hour or a year ahead or back in the middle of a cycle, and right again between cycles: " +
    "no file is sent twice, none waits for longer than two windows of the quota, the rhythm goes on, status is sane, " +
    "nothing worse than a skipped start is logged, exit 0",
  ignore: !canSetClocks,
  fn: async () => {
    await Promise.all(Object.entries(SETTINGS).map(([how, millis]) => assertUnharmed(how, millis)));
  },
});

Deno.test({
  name:
    "a clock that is a year ahead for a cycle: raw files that are proved to be stored and logs that were rotated " +
    "before go at once, what is not understood stays, a file that answers 404 is not given up sooner; when the clock " +
    "is right again nothing is fetched twice and nothing is missing",
  ignore: !canSetClocks,
  fn: async () => {
    using folder = temporaryDirectory();
    const clock = new SetClock(folder.path, NOW);
    await using replica = await startReplica({ days: [DAY] });
    replica.inject("storage", unknownEra(), { name: STRANGE });
    replica.inject("download", status(404), { name: ABSENT, times: 2 });
    const log = folder.of("log/detr.log");
    const logging = ["--log-level", "DEBUG", "--log-rotate-size", "1K", "--log-file", log];
    await using daemon = underClock(startDaemon(replica, folder.path, logging, { env: clock.env }));
    await heard(daemon, / - Cycle 1 failed \(DETR: 15 files, (.*\n)*.* - Next cycle at /);
    assert.equal(rawFileCount(folder.path), 15, "but for the one that is not there");
    const logs = rotatedLogs(log);
    assert.ok(logs.length >= 2, `${logs}`);

    clock.setBy(YEAR_MILLIS);
    daemon.child.kill("SIGUSR2");
    await heard(
      daemon,
      / - DETR: 14 raw files deleted, (.*\n)*.* - Cycle 2 failed like the one before(.*\n)*.* - Next cycle at /,
    );
    assert.deepEqual(filesBelow(folder.of("data/de/xetra/raw")), [rawPath(folder.path, STRANGE)]);
    await reached(
      daemon,
      "the end of the old logs",
      () => !rotatedLogs(log).some((path) => logs.includes(path)),
    );
    assert.match(Deno.readTextFileSync(log), /^2027-/);

    clock.setBy(-YEAR_MILLIS);
    await pastEcho();
    daemon.child.kill("SIGUSR2");
    await heard(daemon, / - 3 cycles in a row have failed /);
    const run = await ended(daemon, "SIGTERM");
    assert.doesNotMatch(run.stderr, / lost: /);
    assertAskedOnce(replica);
    assert.ok(await assertStoresTruth(folder.path, replica, [STRANGE]) > 0);
  },
});

/** The files into which a log was rotated. */
function rotatedLogs(log: string): string[] {
  return filesBelow(dirname(log)).filter((path) => path.startsWith(`${log}.2`));
}

/** The daemon's clock is wrong, the exchange's is right. */
async function assertUnharmed(how: string, millis: number): Promise<void> {
  using folder = temporaryDirectory();
  const [clock, right] = [new SetClock(folder.path, NOW), NOW - Date.now()];
  const now = () => Date.now() + right;
  await using replica = await startReplica({ days: [DAY], quota: QUOTA, listed: { until: HALF }, now });
  const options = ["--interval", "1s", "--quota", `${QUOTA.downloads}/${QUOTA.seconds}`];
  await using daemon = underClock(startDaemon(replica, folder.path, options, { env: clock.env }));
  await reached(daemon, "a spent window", () => rawFileCount(folder.path) >= QUOTA.downloads);
  clock.setBy(millis);
  await heard(daemon, / - Cycle 1: DETR: 8 files, /);
  await assertSane(folder.path, clock, daemon);

  clock.setBy(-millis);
  replica.listed.until = null;
  await heard(daemon, / - Cycle \d+: DETR: 8 files, (.*\n)* *.* - Cycle \d+: DETR: 8 files, /);
  await assertSane(folder.path, clock, daemon);
  const before = replica.requests.length;
  await reached(daemon, "three cycles more", () => replica.requests.length >= before + 3);
  const run = await ended(daemon, "SIGTERM");

  const troubles = [...linesOf(run, "WARNING"), ...linesOf(run, "ERROR")];
  assert.deepEqual(troubles.filter((line) => !/^Skipped \d+ start/.test(line)), [], how);
  const silence = longestSilence(replica.requests);
  console.log(`the clock set ${how}: ${replica.refused()} refused, longest silence ${silence} ms`);
  assert.ok(replica.refused() <= MOST_REFUSED, `${how}: ${replica.refused()} refused`);
  assert.ok(silence <= WINDOWS_MILLIS + busy() * WORK_MILLIS, `${how}: ${silence} ms without a request`);
  assertAskedOnce(replica);
  assert.equal(await assertStoresTruth(folder.path, replica), DAY.trades);
}

/** Each file was sent once, or again only when it was not complete in time. */
function assertAskedOnce({ requests }: Replica): void {
  assert.equal(Object.keys(countsOf(requests.filter(({ place }) => place === "storage"))).length, 16);
  assert.deepEqual(repeatedSoon(requests, "storage"), []);
}

/** The longest time between two requests of any kind, in milliseconds. */
function longestSilence(requests: readonly RecordedRequest[]): number {
  return Math.max(...requests.slice(1).map(({ at }, i) => at - requests[i].at));
}

/** What `status` says under that clock: a daemon, a cycle that began before it ended, nothing negative. */
async function assertSane(dir: string, clock: SetClock, daemon: Program): Promise<void> {
  const run = await runProgram(["status", "DETR", "--json", "--wrk-dir", dir], { env: clock.env });
  const [{ daemon: pid, lagMinutes, state }] = jsonOf<{ venues: StatusReport[] }>(run).venues;
  assert.deepEqual([run.code, pid], [0, daemon.child.pid]);
  assert.ok(lagMinutes >= 0 && lagMinutes <= 15 * 24 * 60, `${lagMinutes} minutes behind`);
  const { start, end } = state!.lastCycle;
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000;
  assert.ok(seconds >= 0 && seconds < 60, `${start} to ${end}`);
  assert.ok(Math.abs(Date.parse(end) - clock.now()) < 60_000, `${end} is not of this clock`);
  const metrics = Deno.readTextFileSync(`${dir}/.xetra-parqed/metrics-DETR.prom`);
  assert.doesNotMatch(metrics, / -\d/);
}
