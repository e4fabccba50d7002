import assert from "node:assert/strict";
import { frankfurtDay } from "../../scripts/replica/calendar.ts";
import { dailyFileName, type DaySpec, minuteNames } from "../../scripts/replica/day.ts";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, ended, heard, linesOf } from "../e2e/daemon_program.ts";
import { countsOf, reached } from "../e2e/evidence.ts";
import { partitionPath, startProgram, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth, ledgerLines } from "../e2e/truth.ts";
import { canSetClocks, HOUR_MILLIS, SetClock, underClock } from "./set_clock.ts";

/** The number of minute files, up to the boundary, that are fetched one by one. */
const FETCHED = 20;
const MINUTE_MILLIS = 60_000;
/** Its trading begins at 01:00 in Berlin, which is before midnight UTC. */
const OPENS = 60;
/** The Frankfurt day is over and its daily file is out. */
const MUCH_LATER_MILLIS = 26 * HOUR_MILLIS;

/** What ends during a cycle: when that is, and the days around it. */
const BOUNDARIES: Record<string, { at: string; days: DaySpec[] }> = {
  "a year": { at: "2027-01-01T00:00Z", days: daysAround("2026-12-31", "2027-01-01") },
  "a month, in summer": { at: "2026-10-01T00:00Z", days: daysAround("2026-09-30", "2026-10-01") },
  "winter time": { at: "2026-03-29T01:00Z", days: [wholeDay("2026-03-29")] },
  "summer time": { at: "2026-10-25T01:00Z", days: [wholeDay("2026-10-25")] },
};

for (const [what, { at, days }] of Object.entries(BOUNDARIES)) {
  Deno.test({
    name:
      `${what} ends during a cycle: each trade is in the partition of its UTC date, the daily file of each ` +
      "Frankfurt day credits exactly the minutes of that day that were not fetched, and nothing is fetched twice",
    ignore: !canSetClocks,
    fn: async () => {
      using folder = temporaryDirectory();
      const boundary = Date.parse(at);
      const clock = new SetClock(folder.path, boundary - MINUTE_MILLIS);
      const listed = { from: minuteOf(boundary - FETCHED * MINUTE_MILLIS), until: minuteOf(boundary) };
      await using replica = await startReplica({ days, daily: true, listed, now: () => clock.now() });
      const last = nameAt(days, boundary - MINUTE_MILLIS);
      replica.inject("storage", drip(100, 200), { name: last, times: 1 });
      await using daemon = underClock(
        startProgram(daemonArgs(replica, folder.path, { venues: ["DEUR"] }), { env: clock.env }),
      );
      // All of them: a signed URL that was not followed before the clock is set has expired, and is requested again.
      await reached(daemon, "the storage for each file", () => requestsAt("storage", replica) === FETCHED);
      clock.set(boundary - 100);
      await heard(daemon, new RegExp(` - Cycle 1: DEUR: ${FETCHED} files, `));
      assertPassed(boundary, folder.path);

      clock.setBy(MUCH_LATER_MILLIS);
      [replica.listed.from, replica.listed.until] = [null, null];
      daemon.child.kill("SIGUSR2");
      await heard(daemon, / - Cycle 2: /);
      assert.deepEqual(linesOf(await ended(daemon, "SIGTERM"), "ERROR"), []);
      const trades = await assertStoresTruth(folder.path, replica);
      assert.equal(trades, days.reduce((sum, { trades }) => sum + trades!, 0));
      const fetched = toBeFetched(days, boundary);
      await assertLedgers(folder.path, days, fetched);
      assertAsked(replica, [...fetched, ...days.map(({ venue, date }) => dailyFileName(venue, date))]);
    },
  });
}

/** Two days with files only in the hours around the midnight between them. */
function daysAround(before: string, after: string): DaySpec[] {
  const venue = "DEUR", trades = 3_000, opens = OPENS;
  const { until } = frankfurtDay(before);
  return [
    { venue, date: before, trades, opens, minutes: { from: until - 180, until } },
    { venue, date: after, trades, opens, minutes: { from: frankfurtDay(after).from, until: 60 } },
  ];
}

/** A Frankfurt day of 23 or 25 hours, with a file for each of its minutes. */
function wholeDay(date: string): DaySpec {
  return { venue: "DEUR", date, trades: 3_000, opens: OPENS, minutes: frankfurtDay(date) };
}

/** `2026-09-01T08:34`, UTC. */
function minuteOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 16);
}

function nameAt(days: readonly DaySpec[], millis: number): string {
  const minute = minuteOf(millis).replace(":", "_");
  return days.flatMap(minuteNames).find((name) => name.includes(minute)) ??
    assert.fail(`no file of ${minute}`);
}

/** The last cycle began before that moment and ended after it. */
function assertPassed(boundary: number, dir: string): void {
  const { lastCycle } = JSON.parse(Deno.readTextFileSync(`${dir}/.xetra-parqed/status-DEUR.json`));
  assert.ok(Date.parse(lastCycle.end) > boundary, lastCycle.end);
  assert.ok(Date.parse(lastCycle.start) < boundary, lastCycle.start);
}

/** Each partition's ledger has the minutes of its UTC date, and those that were not fetched are credited. */
async function assertLedgers(
  dir: string,
  days: readonly DaySpec[],
  fetched: ReadonlySet<string>,
): Promise<void> {
  const expected = Map.groupBy(days.flatMap(minuteNames), (name) => minuteIn(name).slice(0, 10));
  for (const [date, names] of expected) {
    const minutes = names.map((name) =>
      `${minuteIn(name).slice(11)} ${fetched.has(name) ? "fetched" : "credited"}`
    );
    const lines = await ledgerLines(partitionPath(dir, "DEUR", date));
    const stored = lines.filter((line) => !line.startsWith("daily-")).map((line) => {
      const [minute, , , digest] = line.split(" ");
      return `${minute} ${digest === "credited" ? "credited" : "fetched"}`;
    });
    assert.deepEqual(stored.sort(), minutes.sort(), date);
  }
}

/** How many requests this part of the exchange has had. */
function requestsAt(place: string, { requests }: Replica): number {
  return requests.filter((request) => request.place === place).length;
}

/** The minute files that must be fetched: those before the boundary. */
function toBeFetched(days: readonly DaySpec[], boundary: number): Set<string> {
  return new Set(Array.from({ length: FETCHED }, (_, i) => nameAt(days, boundary - (i + 1) * MINUTE_MILLIS)));
}

/** `2026-09-01T08_34`, of a minute file's name. */
function minuteIn(name: string): string {
  return name.slice("DEUR-posttrade-".length, -".json.gz".length);
}

/** Each daily file and each of the minutes was requested once, and nothing else. */
function assertAsked({ requests }: Replica, names: readonly string[]): void {
  const asked = countsOf(requests.filter(({ place }) => place === "download"));
  assert.deepEqual(asked, Object.fromEntries(names.map((name) => [`download ${name}`, 1])));
}
