import assert from "node:assert/strict";
import { type DayEvidence, defectsOf, hasDefect } from "../../../src/collect/monitor/day_defects.ts";
import { dailyFile, minuteFile } from "../../../src/feed/file_names.ts";
import { type LedgerEntry, ledgerKey } from "../../../src/store/ledger.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import { at, minutesOf } from "../situations.ts";
import { DATE, ENTRY, spooled, storedDay as day } from "./stored_day.ts";

/** What is known of a date on which the trading calendar expects no names, unless `known` says otherwise. */
const evidence = (known: Partial<DayEvidence> = {}): DayEvidence => ({
  record: new Map(),
  heldBack: new Set(),
  rejected: [],
  absent: null,
  ...known,
});

Deno.test("defectsOf() finds nothing in a complete date, and hasDefect() says so", () => {
  const issues = defectsOf(day(minutesOf(DATE, "09:00", 500)), evidence());
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
  assert.ok(!hasDefect(issues));
  assert.ok(!hasDefect(defectsOf(day([]), evidence())));
});

Deno.test("defectsOf() finds the gaps between stored minutes, not before the first or after the last", () => {
  const stored = ["09:00", "09:01", "09:03", "09:10", "23:59"].map((clock) =>
    minuteFile("DETR", DATE, at(clock))
  );
  const { gaps } = defectsOf(day([...stored.toReversed(), dailyFile("DETR", DATE)]), evidence());
  assert.deepEqual(gaps, [
    { from: "09_02", to: "09_02", minutes: 1 },
    { from: "09_04", to: "09_09", minutes: 6 },
    { from: "09_11", to: "23_58", minutes: 888 },
  ]);
});

Deno.test("defectsOf() has absent minutes instead of gaps where names are expected, consecutive ones in one run", () => {
  const stored = ["09:00", "09:03"].map((clock) => minuteFile("DETR", DATE, at(clock)));
  const absent = [
    ...minutesOf(DATE, "09:01", 2),
    ...minutesOf(DATE, "09:59", 2),
    ...minutesOf(DATE, "12:00", 1),
  ];
  const found = defectsOf(day(stored), evidence({ absent }));
  assert.deepEqual([found.absent, found.gaps], [[
    { from: "09_01", to: "09_02", minutes: 2 },
    { from: "09_59", to: "10_00", minutes: 2 },
    { from: "12_00", to: "12_00", minutes: 1 },
  ], []]);
  assert.deepEqual(defectsOf(day(stored), evidence({ absent: [] })).gaps, []);
});

Deno.test("defectsOf() does not count a second version of a minute as another minute", () => {
  const ledger = new Map(["09_00", "09_00~0123456789abcdef", "09_01"].map((key) => [key, ENTRY]));
  assert.deepEqual(defectsOf(day([], { ledger }), evidence()).gaps, []);
});

Deno.test("defectsOf() names a second version that waits while the first is held back", () => {
  const [held] = spooled(...minutesOf(DATE, "09:00", 1));
  const second = { ...held, path: `${held.path}.~0123456789abcdef`, version: "0123456789abcdef" };
  const heldBack = new Set([held.file.name]);
  const { undecoded } = defectsOf(day([], { waiting: [held, second] }), evidence({ heldBack }));
  assert.deepEqual(undecoded, [second.path]);
});

Deno.test("defectsOf() names what is pending of its own date, waiting, with bad lines, contradicting, rejected and damaged", () => {
  const [a, b, c] = minutesOf(DATE, "09:00", 3);
  const pending = (...names: string[]) =>
    new Map(names.map((name) => [name, { absentCycles: 0, reason: "" }]));
  const ledger = new Map<string, LedgerEntry>([
    [ledgerKey(a), ENTRY],
    [ledgerKey(b), { ...ENTRY, rejected: 2 }],
    [ledgerKey(dailyFile("DETR", DATE)), { ...ENTRY, rejected: 7, judged: "withheld" }],
  ]);
  const damage = new DamagedPartition("/path", new Error("cut"));
  const issues = defectsOf(
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

Deno.test("hasDefect() is true of each", () => {
  const whole = defectsOf(day([]), evidence());
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
  ) assert.ok(hasDefect({ ...whole, ...issue }), Object.keys(issue)[0]);
});
