import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { busy } from "../busy.ts";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { heard } from "../e2e/daemon_program.ts";
import { rawFileCount } from "../e2e/evidence.ts";
import { type Program, temporaryDirectory } from "../e2e/harness.ts";
import { assertNothingLost, homeIn, startAt, stopped } from "../e2e/stopped_daemon.ts";
import { everyRound } from "./extent.ts";

const ROUNDS = everyRound ? 100 : 25;
/** New files in each round. */
const FILES = 3;
/** The most that may pass until it has ended. */
const LONGEST_MILLIS = 5_000;
/** How long a listing or a body is delayed, so that no phase is too short to be hit. */
const ANSWER_MILLIS = 40;
/** The last tenth of the rounds strikes after the cycle. */
const CYCLE_SHARE = 0.9;
/** The step between the moments of two rounds, in rounds, so that early and late ones alternate. */
const STRIDE = 37;
const DAY = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 20 * FILES * ROUNDS,
  minutes: { from: 480, until: 480 + FILES * ROUNDS },
};
const STARTED = / - Starting daemon mode/;
const WAITING = / - Next cycle at/;

/** What a daemon is doing, by the last of these lines in its log. */
const PHASES: Readonly<Record<string, RegExp>> = {
  starting: STARTED,
  listing: / - Checking missing dates/,
  downloading: / - Fetching \d+ file/,
  publishing: / - DETR-posttrade-\S+: \d+ bytes/,
  idle: WAITING,
};

Deno.test(`SIGTERM at ${ROUNDS} moments spread evenly over a cycle ends the daemon soon each time, and nothing is lost`, async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: minute(0) } });
  for (const place of ["list", "storage"] as const) replica.inject(place, drip(1e6, ANSWER_MILLIS));
  using folder = temporaryDirectory();
  const home = homeIn(folder);
  const hits: Record<string, number> = {};
  let [cycleMillis, longest, files] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    replica.listed.until = minute((round + 1) * FILES);
    // The first round measures a cycle, and so do all that strike after its end.
    const moment = ((round * STRIDE + ROUNDS - 1) % ROUNDS) / ROUNDS / CYCLE_SHARE;
    await using daemon = startAt(home, replica);
    await heard(daemon, STARTED);
    if (moment < 1) await setTimeout(moment * cycleMillis);
    else cycleMillis = await cycleOf(daemon);
    const phase = phaseOf(Deno.readTextFileSync(home.logFile));
    hits[phase] = (hits[phase] ?? 0) + 1;
    longest = Math.max(longest, (await stopped(daemon, home)).millis);
    const kept = rawFileCount(home.dir);
    assert.ok(kept >= files, `${files} raw files before, ${kept} after round ${round}`);
    files = kept;
  }
  console.log(
    `SIGTERM in ${ROUNDS} rounds: ${JSON.stringify(hits)}, ended after ${Math.round(longest)} ms at most`,
  );
  if (everyRound) assert.deepEqual(Object.keys(hits).sort(), Object.keys(PHASES).sort());
  assert.ok(longest < busy() * LONGEST_MILLIS, `${longest} ms`);
  await assertNothingLost(home, replica);
});

/** Milliseconds until a daemon that has just started has carried out its first cycle. */
async function cycleOf(daemon: Program): Promise<number> {
  const start = performance.now();
  await heard(daemon, WAITING);
  return performance.now() - start;
}

function phaseOf(log: string): string {
  const lines = log.split("\n").reverse();
  const phases = lines.flatMap((line) => Object.keys(PHASES).filter((phase) => PHASES[phase].test(line)));
  return phases[0] ?? assert.fail(`no phase is known by ${log}`);
}

/** The time this many minutes after the first of the day, as the replica writes it. */
function minute(count: number): string {
  const time = Temporal.PlainTime.from("08:00").add({ minutes: count });
  return `${DAY.date}T${time.toString().slice(0, 5)}`;
}
