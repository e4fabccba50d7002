import assert from "node:assert/strict";
import type { DayInventory } from "../../../src/collect/inventory.ts";
import { type DayEvidence, issuesOf, isWhole, statusOf } from "../../../src/collect/monitor/status.ts";
import { dailyFile, minuteFile, type SourceFile } from "../../../src/feed/file_names.ts";
import { CREDITED, type LedgerEntry, ledgerKey } from "../../../src/store/ledger.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import type { SpooledFile } from "../../../src/store/spool/spooled_file.ts";
import { at, minutesOf } from "../situations.ts";

const DATE = "2026-09-01";
const ENTRY: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };

function spooled(...files: readonly SourceFile[]): SpooledFile[] {
  return files.map((file) => ({ file, path: `/raw/${file.name}`, version: null }));
}

/** What is found out of a date of which the trading calendar expects no names, unless `known` says otherwise. */
const evidence = (known: Partial<DayEvidence> = {}): DayEvidence => ({
  record: new Map(),
  heldBack: new Set(),
  rejected: [],
  absent: null,
  ...known,
});

/** A date of which these files are in the ledger. */
function day(stored: readonly SourceFile[], known: Partial<DayInventory> = {}): DayInventory {
  const ledger = new Map(stored.map((file) => [ledgerKey(file), ENTRY]));
  return { date: DATE, rows: 7 * stored.length, ledger, spooled: [], waiting: [], damage: null, ...known };
}

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

Deno.test("statusOf() is a line a date, oldest first, also for dates that are no longer listed", () => {
  const dates = ["2026-09-02", "2026-08-31", DATE];
  const days = new Map(dates.map((date) => [date, { ...day(minutesOf(date, "09:00", 1)), date }]));
  const status = statusOf(minutesOf(DATE, "09:00", 2), days, new Map(), []);
  assert.deepEqual(
    status.map(({ date, listed, stored, pending }) => [date, listed, stored, pending]),
    [["2026-08-31", 0, 1, 0], [DATE, 2, 1, 1], ["2026-09-02", 0, 1, 0]],
  );
});

Deno.test("statusOf() takes minutes that are credited to a daily file for stored, and a lost name that was stored for no loss", () => {
  const [minute] = minutesOf(DATE, "09:00", 1);
  const ledger = new Map([[ledgerKey(minute), { ...ENTRY, digest: CREDITED }]]);
  const record = new Map([[minute.name, { absentCycles: 3, reason: "404" }]]);
  const [{ stored, pending, lost }] = statusOf([minute], new Map([[DATE, day([], { ledger })]]), record, []);
  assert.deepEqual([stored, pending, lost], [1, 0, 0]);
});

Deno.test("statusOf() tells that a partition is damaged", () => {
  const damage = new DamagedPartition("/path", new Error("cut"));
  const [{ damaged, pending }] = statusOf(
    minutesOf(DATE, "09:00", 1),
    new Map([[DATE, day([], { damage })]]),
    new Map(),
    [],
  );
  assert.deepEqual([damaged, pending], [true, 1]);
});

Deno.test("issuesOf() a whole date are none, and isWhole() says so", () => {
  const issues = issuesOf(day(minutesOf(DATE, "09:00", 500)), evidence());
  assert.deepEqual(issues, {
    date: DATE,
    absent: [],
    gaps: [],
    pending: [],
    undecoded: [],
    withBadLines: [],
    contradictions: [],
    rejected: [],
    damage: null,
  });
  assert.ok(isWhole(issues));
  assert.ok(isWhole(issuesOf(day([]), evidence())));
});

Deno.test("issuesOf() finds the gaps between stored minutes, not before the first or after the last", () => {
  const stored = ["09:00", "09:01", "09:03", "09:10", "23:59"].map((clock) =>
    minuteFile("DETR", DATE, at(clock))
  );
  const { gaps } = issuesOf(day([...stored.toReversed(), dailyFile("DETR", DATE)]), evidence());
  assert.deepEqual(gaps, [
    { from: "09_02", to: "09_02", minutes: 1 },
    { from: "09_04", to: "09_09", minutes: 6 },
    { from: "09_11", to: "23_58", minutes: 888 },
  ]);
});

Deno.test("issuesOf() has absent minutes instead of gaps where names are expected, one run where they follow", () => {
  const stored = ["09:00", "09:03"].map((clock) => minuteFile("DETR", DATE, at(clock)));
  const absent = [
    ...minutesOf(DATE, "09:01", 2),
    ...minutesOf(DATE, "09:59", 2),
    ...minutesOf(DATE, "12:00", 1),
  ];
  const found = issuesOf(day(stored), evidence({ absent }));
  assert.deepEqual([found.absent, found.gaps], [[
    { from: "09_01", to: "09_02", minutes: 2 },
    { from: "09_59", to: "10_00", minutes: 2 },
    { from: "12_00", to: "12_00", minutes: 1 },
  ], []]);
  assert.deepEqual(issuesOf(day(stored), evidence({ absent: [] })).gaps, []);
});

Deno.test("issuesOf() does not take a second version of a minute for a minute", () => {
  const ledger = new Map(["09_00", "09_00~0123456789abcdef", "09_01"].map((key) => [key, ENTRY]));
  assert.deepEqual(issuesOf(day([], { ledger }), evidence()).gaps, []);
});

Deno.test("issuesOf() names a second version that waits while the first is held back", () => {
  const [held] = spooled(...minutesOf(DATE, "09:00", 1));
  const second = { ...held, path: `${held.path}.~0123456789abcdef`, version: "0123456789abcdef" };
  const heldBack = new Set([held.file.name]);
  const { undecoded } = issuesOf(day([], { waiting: [held, second] }), evidence({ heldBack }));
  assert.deepEqual(undecoded, [second.path]);
});

Deno.test("issuesOf() names what is pending of its own date, waiting, with bad lines, contradicting, rejected and damaged", () => {
  const [a, b, c] = minutesOf(DATE, "09:00", 3);
  const pending = (...names: string[]) =>
    new Map(names.map((name) => [name, { absentCycles: 0, reason: "" }]));
  const ledger = new Map<string, LedgerEntry>([
    [ledgerKey(a), ENTRY],
    [ledgerKey(b), { ...ENTRY, rejected: 2 }],
    [ledgerKey(dailyFile("DETR", DATE)), { ...ENTRY, rejected: 7, judged: "withheld" }],
  ]);
  const damage = new DamagedPartition("/path", new Error("cut"));
  const issues = issuesOf(
    day([], { ledger, waiting: spooled(c), damage }),
    evidence({
      rejected: [a.name],
      record: pending(
        c.name,
        minuteFile("DETR", "2026-09-02", 0).name,
        dailyFile("DETR", DATE).name,
        "nonsense",
      ),
    }),
  );
  assert.deepEqual(issues, {
    date: DATE,
    absent: [],
    gaps: [],
    pending: [c.name, dailyFile("DETR", DATE).name],
    undecoded: [`/raw/${c.name}`],
    withBadLines: ["09_01"],
    contradictions: ["daily-2026-09-01"],
    rejected: [a.name],
    damage: damage.message,
  });
});

Deno.test("isWhole() is false of any issue", () => {
  const whole = issuesOf(day([]), evidence());
  for (
    const issue of [
      { absent: [{ from: "09_00", to: "09_00", minutes: 1 }] },
      { gaps: [{ from: "09_00", to: "09_00", minutes: 1 }] },
      { pending: ["x"] },
      { undecoded: ["x"] },
      { withBadLines: ["x"] },
      { contradictions: ["x"] },
      { rejected: ["x"] },
      { damage: "x" },
    ]
  ) assert.ok(!isWhole({ ...whole, ...issue }), Object.keys(issue)[0]);
});
