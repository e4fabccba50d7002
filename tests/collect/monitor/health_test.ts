import assert from "node:assert/strict";
import {
  lagOf,
  remedyOf,
  type VenueHealth,
  type VenueState,
  verdictOf,
} from "../../../src/collect/monitor/health.ts";
import { roomText } from "../../../src/collect/monitor/disk_room.ts";
import { berlin } from "../../daemon/berlin.ts";
import { metricsOf } from "../../../src/collect/monitor/venue_metrics.ts";
import { DAY, STATE } from "./known_state.ts";

const HEALTH: VenueHealth = {
  venue: "DETR",
  daemon: 17,
  state: STATE,
  lagMinutes: 0,
  lagIsMore: false,
  catchingUp: null,
  diskDaysLeft: 100,
};

const withState = (known: Partial<VenueState>): VenueHealth => ({ ...HEALTH, state: { ...STATE, ...known } });
const failed = (failedCycles: number) =>
  withState({ failedCycles, lastCycle: { ...STATE.lastCycle, error: "no listing" } });

Deno.test("verdictOf() is fine for a healthy venue", () => {
  assert.deepEqual(verdictOf(HEALTH), { level: 0, reason: "DETR: fine" });
  assert.equal(verdictOf({ ...HEALTH, daemon: 0, diskDaysLeft: null }).level, 0);
});

Deno.test("verdictOf() names each issue with its severity", () => {
  const troubles: [health: VenueHealth, level: number, reason: string][] = [
    [{ ...HEALTH, daemon: null }, 2, "no daemon is running"],
    [withState({ notUnderstood: { files: 1, oldest: null } }), 2, "1 file kept and not understood"],
    [withState({ contradictions: ["a"] }), 2, "a contradicts the minute files"],
    [withState({ contradictions: ["a", "b"] }), 2, "2 daily files contradict the minute files, the first: a"],
    [withState({ days: [DAY, { ...DAY, damaged: true }] }), 2, "the partition of 2026-09-01 is damaged"],
    [withState({ lost: { files: 2, last: "2026-09-01" } }), 1, "2 files lost, the last at 2026-09-01"],
    [withState({ rejected: ["x", "y"] }), 1, "2 files rejected, neither gzip nor whole NDJSON: x, y"],
    [
      withState({ oddNames: { odd: 1, others: 1, first: "a.gz" } }),
      2,
      "2 listed names of no known form, such as a.gz: the exchange may have renamed its files",
    ],
    [
      withState({ oddNames: { odd: 0, others: 1, first: "README.txt" } }),
      1,
      "1 listed name of no known form, such as README.txt",
    ],
    [failed(2), 1, "the last cycle failed: no listing"],
    [failed(3), 2, "3 failed cycles in a row"],
    [{ ...HEALTH, lagMinutes: 94 }, 0, "fine"],
    [{ ...HEALTH, lagMinutes: 95 }, 1, "95 minutes of trading behind"],
    [{ ...HEALTH, lagMinutes: 360 }, 2, "360 minutes of trading behind"],
    [{ ...HEALTH, lagMinutes: 5_200, lagIsMore: true }, 2, "more than 5,200 minutes of trading behind"],
    [withState({ days: [{ ...DAY, pending: 1 }, { ...DAY, pending: 1 }] }), 1, "2 files pending"],
    [
      withState({ days: [DAY, { ...DAY, date: "2026-09-02", absent: 5 }, { ...DAY, absent: 1 }] }),
      1,
      "6 minutes absent, the first on 2026-09-02: the exchange never listed them",
    ],
    [withState({ volume: { date: "2026-09-01", trades: 5, usual: 10 } }), 0, "fine"],
    [
      withState({ volume: { date: "2026-09-01", trades: 4, usual: 10 } }),
      1,
      "only 4 trades on 2026-09-01, usually 10",
    ],
    [{ ...HEALTH, diskDaysLeft: 4 }, 0, "fine"],
    [{ ...HEALTH, diskDaysLeft: 3 }, 1, "the disk has room for 3 days"],
    [{ ...HEALTH, diskDaysLeft: 2 }, 1, "the disk has room for 2 days"],
    [{ ...HEALTH, diskDaysLeft: 1 }, 2, "the disk has room for 1 day"],
    [{ ...HEALTH, diskDaysLeft: 0 }, 2, "the disk has room for 0 days"],
    [{ ...HEALTH, state: null, lagMinutes: null }, 1, "no cycle has ended yet"],
    [{ ...withState({ newestMinute: null }), lagMinutes: null }, 1, "nothing is stored yet"],
    [
      { ...HEALTH, state: null, lagMinutes: null, catchingUp: { files: 5200, minutes: 174 } },
      1,
      "catching up: 5,200 files, 174 minutes left",
    ],
  ];
  for (const [health, level, reason] of troubles) {
    assert.deepEqual(verdictOf(health), { level, reason: `DETR: ${reason}` });
  }
});

Deno.test("verdictOf() names the worst of several issues", () => {
  const health = { ...withState({ days: [{ ...DAY, pending: 3 }] }), lagMinutes: 400 };
  assert.deepEqual(verdictOf(health), { level: 2, reason: "DETR: 400 minutes of trading behind" });
});

Deno.test("remedyOf() says what to do about what verdictOf() names, and nothing where nothing can be done", () => {
  const damaged = withState({ days: [{ ...DAY, damaged: true }] });
  const remedies: [health: VenueHealth, remedy: string | null][] = [
    [HEALTH, null],
    [{ ...damaged, daemon: null }, "start the service, or fetch-trades DETR --daemon"],
    [damaged, "verify DETR --date 2026-09-01 --repair"],
    [withState({ contradictions: ["a"] }), "compare them; reprocess DETR --accept a takes it all the same"],
    [{ ...HEALTH, lagMinutes: 95 }, "check-status DETR compares with what the exchange lists"],
    [{ ...HEALTH, diskDaysLeft: 1 }, "make room, or delete raw files that are stored: cleanup-raw"],
    [withState({ lost: { files: 2, last: "2026-09-01" } }), null],
  ];
  for (const [health, remedy] of remedies) assert.equal(remedyOf(health), remedy);
});

/** The state after a cycle of a daemon by our defaults: what was due when it started is stored. Frankfurt's clock. */
function stateAfterCycle(venue: string, start: string, minutes: number, next: string | null): VenueState {
  const [from, due] = [berlin(start), berlin(start).subtract({ minutes: 14 })];
  return {
    ...STATE,
    venue,
    lastCycle: { ...STATE.lastCycle, start: `${from}`, end: `${from.add({ minutes })}` },
    nextCycle: next && `${berlin(next)}`,
    newestMinute: due.toString().slice(0, 16),
  };
}

Deno.test("a healthy daemon with default options is fine at every hour, whichever venue trades then", () => {
  const evening = ["2026-09-01 18:20", 3, "2026-09-02 08:30"] as const;
  const friday = ["2026-09-04 18:20", 3, "2026-09-05 08:30"] as const;
  const sunday = ["2026-09-06 18:20", 0, "2026-09-07 08:30"] as const;
  const times: [now: string, cycle: readonly [start: string, minutes: number, next: string | null]][] = [
    ["2026-09-01 18:25", evening],
    ["2026-09-01 20:30", evening],
    ["2026-09-02 04:00", evening],
    ["2026-09-02 08:25", evening],
    ["2026-09-02 09:28", evening], // the night's files of four venues take an hour
    ["2026-09-02 09:29", ["2026-09-02 08:30", 58, "2026-09-02 08:30"]], // the next start is not known yet
    ["2026-09-02 09:31", ["2026-09-02 08:30", 58, "2026-09-02 09:30"]],
    ["2026-09-02 17:59", ["2026-09-02 17:30", 4, "2026-09-02 18:00"]],
    ["2026-09-05 08:25", friday],
    ["2026-09-07 08:29", sunday],
    ["2026-09-02 12:50", ["2026-09-02 10:00", 44, null]], // the daemon's first cycle, and others are not done
  ];
  for (const venue of ["DETR", "DFRA", "DGAT", "DEUR"]) {
    for (const [now, cycle] of times) {
      const health = { ...HEALTH, venue, state: stateAfterCycle(venue, ...cycle) };
      const lag = lagOf(health, berlin(now).epochMilliseconds);
      assert.deepEqual(verdictOf({ ...health, ...lag }), { level: 0, reason: `${venue}: fine` }, now);
    }
  }
});

Deno.test("a daemon that hangs, an exchange that is late and a dead daemon are not excused by the schedule", () => {
  const levelAt = (now: string, state: VenueState, daemon: number | null = 17) => {
    const health = { ...HEALTH, venue: "DEUR", daemon, state };
    return verdictOf({ ...health, ...lagOf(health, berlin(now).epochMilliseconds) }).level;
  };
  const hangs = stateAfterCycle("DEUR", "2026-09-02 09:30", 4, "2026-09-02 10:30");
  assert.deepEqual(["13:30", "13:31", "15:29", "15:31"].map((time) => levelAt(`2026-09-02 ${time}`, hangs)), [
    0,
    1,
    1,
    2,
  ]);
  const late = stateAfterCycle("DEUR", "2026-09-02 11:30", 4, "2026-09-02 12:30");
  const behind = (newestMinute: string) => levelAt("2026-09-02 11:40", { ...late, newestMinute });
  assert.deepEqual([behind("2026-09-02T07:41"), behind("2026-09-02T07:40")], [0, 1]);
  assert.equal(behind("2026-09-02T03:15"), 2);
  assert.equal(levelAt("2026-09-02 04:00", hangs, null), 2);
});

Deno.test("lagOf() is null where nothing is stored: there is no minute to be behind", () => {
  const now = berlin("2026-09-02 12:00").epochMilliseconds;
  const none = { lagMinutes: null, lagIsMore: false };
  assert.deepEqual(lagOf({ ...HEALTH, state: null }, now), none);
  assert.deepEqual(lagOf(withState({ newestMinute: null }), now), none);
});

Deno.test("metricsOf() has one gauge per fact, each with help and type, and times in seconds since 1970", () => {
  const lines = metricsOf(STATE).trimEnd().split("\n");
  const values = lines.filter((line) => !line.startsWith("#"));
  assert.deepEqual(values.map((line) => line.replace("xetra_parqed_", "").replace('{venue="DETR"}', "")), [
    `last_cycle_timestamp_seconds ${Date.parse("2026-09-01T09:00:30.500Z") / 1000}`,
    "last_cycle_duration_seconds 30.5",
    "last_cycle_exit_code 0",
    "last_cycle_files 3",
    "last_cycle_trades 1200",
    "failed_cycles 0",
    "not_understood_files 0",
    "contradicting_files 0",
    "pending_files 0",
    "lost_files 0",
    "rejected_files 0",
    "absent_minutes 0",
    "listed_files 5",
    "odd_names 0",
    "skipped_names 0",
    `newest_minute_timestamp_seconds ${Date.parse("2026-09-01T08:44Z") / 1000}`,
  ]);
  assert.equal(lines.length, 3 * values.length);
  for (const value of values) {
    const [name] = value.split("{");
    assert.equal(lines.filter((line) => line === `# TYPE ${name} gauge`).length, 1);
    assert.equal(lines.filter((line) => line.startsWith(`# HELP ${name} `)).length, 1);
  }
});

Deno.test("metricsOf() says whether the last trading day was quiet, once one has been judged", () => {
  const quietDay = (trades: number) =>
    metricsOf({ ...STATE, volume: { date: "2026-09-01", trades, usual: 10 } }).match(
      /^xetra_parqed_quiet_day.* (\d)$/m,
    )?.[1];
  assert.deepEqual([quietDay(4), quietDay(5)], ["1", "0"]);
  assert.doesNotMatch(metricsOf(STATE), /quiet_day/);
});

Deno.test("metricsOf() leaves out the newest minute when none is stored: 0 would be a time", () => {
  assert.doesNotMatch(metricsOf({ ...STATE, newestMinute: null }), /newest_minute/);
});

Deno.test("metricsOf() counts the names that are rejected", () => {
  assert.match(
    metricsOf({ ...STATE, rejected: ["x", "y"] }),
    /^xetra_parqed_rejected_files\{venue="DETR"\} 2$/m,
  );
});

Deno.test("roomText() counts days up to a year; a longer estimate would mean nothing", () => {
  assert.equal(roomText(1), "room for 1 day");
  assert.equal(roomText(365), "room for 365 days");
  assert.equal(roomText(969_461), "room for more than a year");
});
