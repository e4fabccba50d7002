import assert from "node:assert/strict";
import {
  type ComparedMinute,
  type Comparison,
  comparisonOf,
  judge,
  reconciliationOf,
} from "../../../src/collect/publish/reconcile.ts";
import { minutesOf } from "../situations.ts";

const FILES = minutesOf("2026-09-01", "09:00", 3);
const DAILY = "DETR-posttrade-daily-2026-09-01.json.gz";

const compared = (at: number, known: Partial<ComparedMinute> = {}): ComparedMinute => ({
  file: FILES[at],
  isOfDay: true,
  entered: 10,
  common: 10,
  onlyStored: 0,
  onlyDaily: 0,
  ...known,
});
const comparison = (known: Partial<Comparison>): Comparison => ({
  compared: 0,
  added: 0,
  shortFiles: 0,
  firstShort: null,
  onlyInMinutes: 0,
  minuteRows: 0,
  ...known,
});

Deno.test("judge() withholds only if more than 20 rows of the minutes, and more than 1 % of them, are not in the daily file", () => {
  const cases: [onlyInMinutes: number, minuteRows: number, judgement: "taken" | "withheld"][] = [
    [0, 0, "taken"],
    [0, 600, "taken"],
    [20, 20, "taken"],
    [20, 600, "taken"],
    [21, 21, "withheld"],
    [21, 600, "withheld"],
    [21, 2_099, "withheld"],
    [21, 2_100, "taken"],
    [4_000, 400_000, "taken"],
    [4_001, 400_000, "withheld"],
  ];
  for (const [onlyInMinutes, minuteRows, judgement] of cases) {
    const given = comparison({ onlyInMinutes, minuteRows, compared: 600 });
    assert.equal(judge(given), judgement, `${onlyInMinutes} of ${minuteRows}`);
  }
});

Deno.test("judge() takes whatever the daily file has beyond the minutes", () => {
  for (const added of [1, 200, 600]) {
    assert.equal(judge(comparison({ added, compared: 600, minuteRows: 600 - added })), "taken");
  }
});

Deno.test("comparisonOf() no minute is empty", () => {
  assert.deepEqual(comparisonOf([], 0), comparison({}));
});

Deno.test("comparisonOf() adds up rows that only the daily file has, and names the first minute file that falls short", () => {
  const minutes = [
    compared(2, { onlyDaily: 7 }),
    compared(0),
    compared(1, { entered: 0, common: 0, onlyDaily: 9 }),
  ];
  assert.deepEqual(
    comparisonOf(minutes, 36),
    comparison({ compared: 36, added: 16, shortFiles: 2, firstShort: FILES[1].name, minuteRows: 20 }),
  );
});

Deno.test("comparisonOf() counts against the daily file rows that only minutes of its own day have, as far as their files had them", () => {
  const cases: [what: string, minute: Partial<ComparedMinute>, onlyInMinutes: number][] = [
    ["the same in both", {}, 0],
    ["three rows of ten are others", { common: 7, onlyStored: 3, onlyDaily: 3 }, 3],
    ["none is in the daily file", { common: 0, onlyStored: 10 }, 10],
    ["the minute file was cut, and the rest of it stored by another", { entered: 5, common: 10 }, 0],
    ["another has stored rows beside a whole minute file", { common: 10, onlyStored: 30 }, 0],
    [
      "another has stored rows beside a minute file of which two are others",
      { common: 8, onlyStored: 30 },
      2,
    ],
    ["a row comes twice in the minute file", { entered: 11, common: 10 }, 0],
    ["a minute of another trading day", { common: 0, onlyStored: 10, isOfDay: false }, 0],
  ];
  for (const [what, minute, onlyInMinutes] of cases) {
    assert.equal(comparisonOf([compared(0, minute)], 10).onlyInMinutes, onlyInMinutes, what);
  }
});

Deno.test("reconciliationOf() is the contradiction with its figures, or else the difference", () => {
  assert.deepEqual(reconciliationOf(DAILY, comparison({})), []);
  const { minuteRows: _, ...difference } = comparison({ compared: 600, added: 200, shortFiles: 20 });
  assert.deepEqual(
    reconciliationOf(DAILY, comparison({ ...difference, minuteRows: 400 })),
    [{ kind: "reconciled", name: DAILY, ...difference }],
  );
  assert.deepEqual(
    reconciliationOf(DAILY, comparison({ compared: 500, added: 5, onlyInMinutes: 30, minuteRows: 600 })),
    [{ kind: "contradiction", name: DAILY, onlyInMinutes: 30, minuteRows: 600, withheld: 5 }],
  );
});
