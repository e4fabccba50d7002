import assert from "node:assert/strict";
import { monthIssues } from "../../../src/collect/verify/verify_month.ts";
import type { MonthDay } from "../../../src/store/month/stored_month.ts";

const day = (date: number, rows: number, digest = "a"): MonthDay => ({
  date: `2026-09-0${date}`,
  rows,
  digest,
});

/** What is found of a month that was made from the days before, with those that are stored now. */
function found(before: readonly MonthDay[], readable: readonly MonthDay[], ...damaged: string[]): string[] {
  const now = { readable, damaged: new Set(damaged) };
  return monthIssues("DETR", "2026-09", "/month.parquet", { days: before }, now)
    .map(({ kind, severity, what }) => `${kind} ${severity}: ${what}`);
}

Deno.test("a month is compared with its days by their digests: grown ones make it stale, shrunk ones incomplete", () => {
  const cases: [what: string, now: readonly MonthDay[], damaged: string[], expected: string[]][] = [
    ["the same", [day(1, 10), day(2, 20)], [], []],
    ["one has grown", [day(1, 10), day(2, 25, "b")], [], [
      "stale month warning: 1 day changed since it was made, 2026-09-02 first",
    ]],
    ["one came besides", [day(1, 10), day(2, 20), day(3, 5)], [], [
      "stale month warning: 1 day changed since it was made, 2026-09-03 first",
    ]],
    ["one has fewer rows", [day(1, 10), day(2, 19, "b")], [], [
      "shrunk days incomplete: it holds more than its days do now: 2026-09-02 had 20 rows and has 19",
    ]],
    ["one is gone", [day(1, 10)], [], [
      "shrunk days incomplete: it holds more than its days do now: 2026-09-02 had 20 rows and has no file",
    ]],
    ["one is damaged, which is an issue of its own", [day(1, 10)], ["2026-09-02"], []],
    ["one has shrunk and another grown", [day(1, 9, "b"), day(2, 25, "b")], [], [
      "shrunk days incomplete: it holds more than its days do now: 2026-09-01 had 10 rows and has 9",
    ]],
  ];
  for (const [what, now, damaged, expected] of cases) {
    assert.deepEqual(found([day(1, 10), day(2, 20)], now, ...damaged), expected, what);
  }
});
