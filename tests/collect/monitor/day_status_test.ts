import assert from "node:assert/strict";
import { statusOf } from "../../../src/collect/monitor/day_status.ts";
import { CREDITED, ledgerKey } from "../../../src/store/ledger.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import { minutesOf } from "../situations.ts";
import { DATE, ENTRY, spooled, storedDay as day } from "./stored_day.ts";

Deno.test("statusOf() compares what is listed with what is stored, waiting, pending, lost and absent", () => {
  const files = minutesOf(DATE, "09:00", 6);
  const [a, b, c, d, e] = files;
  const [f] = minutesOf(DATE, "10:00", 1);
  const waiting = spooled(c);
  const record = new Map([[d.name, { absentCycles: 3, reason: "404" }], [e.name, {
    absentCycles: 2,
    reason: "404",
  }]]);
  const status = statusOf(files, new Map([[DATE, day([a, b], { spooled: waiting, waiting })]]), record, [f]);
  assert.deepEqual(status, [{
    date: DATE,
    listed: 6,
    stored: 2,
    waiting: 1,
    pending: 2,
    lost: 1,
    absent: 1,
    trades: 14,
    damaged: false,
  }]);
});

Deno.test("statusOf() has one line per date, oldest first, also for dates that are no longer listed", () => {
  const dates = ["2026-09-02", "2026-08-31", DATE];
  const days = new Map(dates.map((date) => [date, { ...day(minutesOf(date, "09:00", 1)), date }]));
  const status = statusOf(minutesOf(DATE, "09:00", 2), days, new Map(), []);
  assert.deepEqual(
    status.map(({ date, listed, stored, pending }) => [date, listed, stored, pending]),
    [["2026-08-31", 0, 1, 0], [DATE, 2, 1, 1], ["2026-09-02", 0, 1, 0]],
  );
});

Deno.test("statusOf() counts minutes that are credited to a daily file as stored, and does not count a stored name as lost", () => {
  const [minute] = minutesOf(DATE, "09:00", 1);
  const ledger = new Map([[ledgerKey(minute), { ...ENTRY, digest: CREDITED }]]);
  const record = new Map([[minute.name, { absentCycles: 3, reason: "404" }]]);
  const [{ stored, pending, lost }] = statusOf([minute], new Map([[DATE, day([], { ledger })]]), record, []);
  assert.deepEqual([stored, pending, lost], [1, 0, 0]);
});

Deno.test("statusOf() says that a partition is damaged", () => {
  const damage = new DamagedPartition("/path", new Error("cut"));
  const [{ damaged, pending }] = statusOf(
    minutesOf(DATE, "09:00", 1),
    new Map([[DATE, day([], { damage })]]),
    new Map(),
    [],
  );
  assert.deepEqual([damaged, pending], [true, 1]);
});
