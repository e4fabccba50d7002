import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { startReplica } from "../../scripts/replica/server.ts";
import { checkoutOf } from "./checkout.ts";
import { ended, heard } from "./daemon_program.ts";
import { TASK_ENV, TASK_FLAGS } from "./daemon_task.ts";
import { assertForeseen } from "./evidence.ts";
import { duckdb, partitionPath, type Program, runProgram, startProgram } from "./harness.ts";
import { memoryOf, sleepsOf } from "./process_facts.ts";
import { spoolDay } from "./spooled_day.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 440_000 };
/** What the daemon logs when it has published them. */
const STORED = / - Cycle 1: DETR: 0 files, 440,000 trades/;
/** The most memory allowed, in MB. */
const IDLE_MB = 90, AFTER_A_DAY_MB = 130;
/** How often memory is looked at, twice a second. */
const LOOKS = 60;
const WINDOW_SECONDS = 12, WINDOWS = 12;

Deno.test(`an idle daemon has less than ${IDLE_MB} MB, less than ${AFTER_A_DAY_MB} MB after a day of 440,000 trades, and sleeps`, async () => {
  await using replica = await startReplica({ days: [] });
  using checkout = checkoutOf("main.ts");
  const env = { ...TASK_ENV, XETRA_PARQED_API_URL: replica.apiUrl };
  const program = { cwd: checkout.path, env, main: "main.ts" };
  // So that the daemon has had a cycle, and waits for its hours.
  assertForeseen(await runProgram(["fetch-trades", "DETR"], program), 0);
  spoolDay(checkout.path, DAY);
  await using daemon = startProgram(
    ["fetch-trades", "--daemon", "DETR", "--active-hours", inSixHours()],
    { ...program, deno: TASK_FLAGS },
  );
  await heard(daemon, /Outside active hours/);
  const before = await settled(daemon, IDLE_MB);
  await publishDay(daemon);
  const after = await settled(daemon, AFTER_A_DAY_MB);
  tell(
    `idle before any cycle: ${before.rss} MB, after a day of ${DAY.trades} trades: ${after.rss} MB`,
    after.peak,
  );
  await assertSleeps(daemon);
  await ended(daemon, "SIGTERM");
  using db = await duckdb();
  const path = partitionPath(checkout.path, DAY.venue, DAY.date);
  assert.equal(Number(await db.value(`SELECT count(*) FROM read_parquet('${path}')`)), DAY.trades);
});

/** Requests a cycle, in which the daemon publishes what is in the spool. */
async function publishDay(daemon: Program): Promise<void> {
  daemon.child.kill("SIGUSR2");
  await heard(daemon, STORED);
}

/**
 * Memory in whole MB when it no longer changes and is less than `most`: that of a cycle's thread is returned when the
 * thread has ended, which takes seconds on a busy machine.
 */
async function settled({ child: { pid } }: Program, most: number): Promise<{ rss: number; peak: number }> {
  let last = memoryOf(pid).rss;
  for (let looks = 0; looks < LOOKS; looks++) {
    await setTimeout(500);
    const { rss, peak } = memoryOf(pid);
    if (Math.abs(rss - last) < 0.5 && rss < most) return { rss: Math.round(rss), peak: Math.round(peak) };
    last = rss;
  }
  throw new Error(`an idle daemon did not come to rest below ${most} MB: ${last} MB`);
}

/** Fails unless it comes to sleep for two windows in a row: V8 tidies up once after a cycle, later on a busy machine. */
async function assertSleeps(daemon: Program): Promise<void> {
  const woken: number[] = [];
  const sleeps = () => woken.length > 1 && woken.slice(-2).every((times) => times <= 1);
  while (woken.length < WINDOWS && !sleeps()) woken.push(await wakingsOf(daemon));
  assert.ok(sleeps(), `${woken.join(", ")} times in ${WINDOW_SECONDS} s each`);
}

/** How often all its threads together wake in a window. */
async function wakingsOf({ child: { pid } }: Program): Promise<number> {
  const before = sleepsOf(pid);
  await setTimeout(WINDOW_SECONDS * 1_000);
  const woken = [...sleepsOf(pid)].map(([thread, sleeps]) => [thread, sleeps - (before.get(thread) ?? 0)]);
  const main = woken.find(([thread]) => thread === pid)![1];
  const all = woken.reduce((sum, [, times]) => sum + times, 0);
  console.log(
    `woken in ${WINDOW_SECONDS} s of idling: main thread ${main} times, all ${woken.length} threads ${all}`,
  );
  return all;
}

/** Active hours that begin in six hours, when this test is over. */
function inSixHours(): string {
  const { hour } = Temporal.Now.zonedDateTimeISO("Europe/Berlin").add({ hours: 6 });
  const opens = String(hour).padStart(2, "0");
  return `${opens}:00-${opens}:30`;
}

function tell(figure: string, peak: number): void {
  console.log(`${figure} (at most ${peak} MB)`);
}
