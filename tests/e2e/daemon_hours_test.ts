import assert from "node:assert/strict";
import { status } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAY, ended, heard, idleDaemon, linesOf, startDaemon, statusOf } from "./daemon_program.ts";
import { assertForeseen, reached } from "./evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "./harness.ts";

const ZONE = "Europe/Berlin";

Deno.test("outside active hours a daemon with an empty folder fetches at once, and waits only then", async () => {
  const { option, opening, text } = laterToday();
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using daemon = await idleDaemon(replica, folder.path, ["--active-hours", option]);
  await heard(daemon, / - Outside active hours/);
  const run = await ended(daemon, "SIGTERM");
  const said = linesOf(run, "INFO");
  assert.deepEqual(said.slice(0, 2), [
    "Starting daemon mode for DETR: fetching every 1 hour(s)",
    "Nothing stored yet, starting fetch cycle outside active hours",
  ]);
  assert.match(said.at(-3)!, /^Cycle 1: DETR: 10 files, 400 trades, /);
  assert.equal(said.at(-2), `Outside active hours. Waiting until ${text}`);
  assert.equal(nextCycleIn(folder.path), opening.epochMilliseconds);
});

Deno.test("outside active hours a daemon whose earlier cycles all failed fetches at once too", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const hours = ["--active-hours", laterToday().option];
  replica.inject("list", status(503));
  {
    await using failing = startDaemon(replica, folder.path, hours);
    await heard(failing, / - Trying again at /);
    await ended(failing, "SIGTERM");
  }
  replica.clearFaults();
  await using daemon = await idleDaemon(replica, folder.path, hours);
  const said = linesOf(await ended(daemon, "SIGTERM"), "INFO");
  assert.equal(said[1], "Nothing stored yet, starting fetch cycle outside active hours");
  assert.match(said.join("\n"), /^Cycle 1: DETR: 10 files, 400 trades, /m);
});

Deno.test("outside active hours a daemon with data waits for the opening, and status says until when", async () => {
  const { option, opening, text } = laterToday();
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
  const requests = replica.requests.length;
  await using daemon = startDaemon(replica, folder.path, ["--active-hours", option]);
  await heard(daemon, / - Outside active hours/);
  await reached(daemon, "word of the next cycle", () => nextCycleIn(folder.path) !== null);
  const status = await statusOf(folder.path);
  assert.match(status.stdout, new RegExp(`^ {2}next cycle +${opening.toString()}$`, "m"));
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(linesOf(run, "INFO"), [
    "Starting daemon mode for DETR: fetching every 1 hour(s)",
    `Outside active hours. Waiting until ${text}`,
    "Stopping daemon mode for DETR, ended by SIGTERM",
  ]);
  assert.equal(replica.requests.length, requests, "nothing was asked for");
});

Deno.test("active hours are in --market-timezone, and are announced in it", async () => {
  const { option, text } = laterToday("Asia/Kolkata", "GMT+5:30");
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
  const more = ["--active-hours", option, "--market-timezone", "Asia/Kolkata"];
  await using daemon = startDaemon(replica, folder.path, more);
  await heard(daemon, / - Outside active hours/);
  const said = linesOf(await ended(daemon, "SIGTERM"), "INFO");
  assert.equal(said[1], `Outside active hours. Waiting until ${text}`);
});

/**
 * An hour of active hours that begins two hours from now, so that now is outside, and how its opening is said. In the night
 * when the clock shows two o'clock twice, it may begin an hour from now: hours begin at the first of two equal times.
 */
function laterToday(
  zone = ZONE,
  zoneName?: string,
): { option: string; opening: Temporal.Instant; text: string } {
  const soon = Temporal.Now.zonedDateTimeISO(zone).add({ hours: 2 }).toPlainDateTime();
  const opens = soon.round({ smallestUnit: "minute", roundingMode: "floor" }).toZonedDateTime(zone, {
    disambiguation: "earlier",
  });
  const clock = (time: Temporal.PlainTime) => time.toString({ smallestUnit: "minute" });
  const time = opens.toPlainTime();
  const name = zoneName ?? (opens.offsetNanoseconds === 3_600e9 ? "CET" : "CEST");
  return {
    option: `${clock(time)}-${clock(time.add({ hours: 1 }))}`,
    opening: opens.toInstant(),
    text: `${opens.toPlainDate()} ${clock(time)}:00 ${name}`,
  };
}

/** When the next cycle starts, by the file for monitoring, in milliseconds since 1970. */
function nextCycleIn(dir: string): number | null {
  const { nextCycle } = JSON.parse(Deno.readTextFileSync(`${dir}/.xetra-parqed/status-DETR.json`));
  return nextCycle && Date.parse(nextCycle);
}
