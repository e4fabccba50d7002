import assert from "node:assert/strict";
import { metricsOf, type VenueHealth, type VenueState, verdictOf } from "../../src/collect/health.ts";
import type { DayStatus } from "../../src/collect/status.ts";

const DAY: DayStatus = {
  date: "2026-09-01",
  listed: 5,
  stored: 3,
  waiting: 0,
  pending: 0,
  lost: 2,
  trades: 1200,
  damaged: false,
};
const STATE: VenueState = {
  venue: "DETR",
  version: "1.0.0",
  lastCycle: {
    start: "2026-09-01T09:00:00.000Z",
    end: "2026-09-01T09:00:30.500Z",
    files: 3,
    trades: 1200,
    exitCode: 0,
    error: null,
  },
  failedCycles: 0,
  nextCycle: null,
  newestMinute: "2026-09-01T08:44",
  notUnderstood: { files: 0, oldest: null },
  lost: { files: 0, last: null },
  reconciled: null,
  days: [DAY],
};
const HEALTH: VenueHealth = { venue: "DETR", daemon: 17, state: STATE, lagMinutes: 0, diskDaysLeft: 100 };

const withState = (known: Partial<VenueState>): VenueHealth => ({ ...HEALTH, state: { ...STATE, ...known } });
const failed = (failedCycles: number) =>
  withState({ failedCycles, lastCycle: { ...STATE.lastCycle, error: "no listing" } });

Deno.test("verdictOf() has nothing to say of a venue that is well", () => {
  assert.deepEqual(verdictOf(HEALTH), { level: 0, reason: "DETR: fine" });
  assert.equal(verdictOf({ ...HEALTH, daemon: 0, diskDaysLeft: null }).level, 0);
});

Deno.test("verdictOf() names each trouble with its gravity", () => {
  const troubles: [health: VenueHealth, level: number, reason: string][] = [
    [{ ...HEALTH, daemon: null }, 2, "no daemon is running"],
    [withState({ notUnderstood: { files: 1, oldest: null } }), 2, "1 file kept and not understood"],
    [withState({ days: [DAY, { ...DAY, damaged: true }] }), 2, "the partition of 2026-09-01 is damaged"],
    [withState({ lost: { files: 2, last: "2026-09-01" } }), 1, "2 files lost, the last at 2026-09-01"],
    [failed(2), 1, "the last cycle failed: no listing"],
    [failed(3), 2, "3 failed cycles in a row"],
    [{ ...HEALTH, lagMinutes: 94 }, 0, "fine"],
    [{ ...HEALTH, lagMinutes: 95 }, 1, "95 minutes of trading behind"],
    [{ ...HEALTH, lagMinutes: 360 }, 2, "360 minutes of trading behind"],
    [withState({ days: [{ ...DAY, pending: 1 }, { ...DAY, pending: 1 }] }), 1, "2 files pending"],
    [{ ...HEALTH, diskDaysLeft: 4 }, 0, "fine"],
    [{ ...HEALTH, diskDaysLeft: 3 }, 1, "the disk has room for 3 days"],
    [{ ...HEALTH, diskDaysLeft: 2 }, 1, "the disk has room for 2 days"],
    [{ ...HEALTH, diskDaysLeft: 1 }, 2, "the disk has room for 1 day"],
    [{ ...HEALTH, diskDaysLeft: 0 }, 2, "the disk has room for 0 days"],
    [{ ...HEALTH, state: null }, 1, "no cycle has ended yet"],
  ];
  for (const [health, level, reason] of troubles) {
    assert.deepEqual(verdictOf(health), { level, reason: `DETR: ${reason}` });
  }
});

Deno.test("verdictOf() speaks of the worst of several troubles", () => {
  const health = { ...withState({ days: [{ ...DAY, pending: 3 }] }), lagMinutes: 400 };
  assert.deepEqual(verdictOf(health), { level: 2, reason: "DETR: 400 minutes of trading behind" });
});

Deno.test("metricsOf() is a gauge a fact, each with help and type, in seconds since 1970", () => {
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
    "pending_files 0",
    "lost_files 0",
    "listed_files 5",
    `newest_minute_timestamp_seconds ${Date.parse("2026-09-01T08:44Z") / 1000}`,
  ]);
  assert.equal(lines.length, 3 * values.length);
  for (const value of values) {
    const [name] = value.split("{");
    assert.equal(lines.filter((line) => line === `# TYPE ${name} gauge`).length, 1);
    assert.equal(lines.filter((line) => line.startsWith(`# HELP ${name} `)).length, 1);
  }
});

Deno.test("metricsOf() leaves out the newest minute when none is stored: 0 would be a time", () => {
  assert.doesNotMatch(metricsOf({ ...STATE, newestMinute: null }), /newest_minute/);
});
