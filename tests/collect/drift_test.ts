import assert from "node:assert/strict";
import { noticeGone } from "../../src/collect/publish/drift.ts";
import type { Finding } from "../../src/collect/findings.ts";
import { DailyMarks } from "../../src/store/records/daily_marks.ts";
import { Layout } from "../../src/store/layout.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const DATE = "2026-09-01";

function usual(carried: string[], missing: string[]): Finding {
  return { kind: "expected keys", date: DATE, carried, missing, rows: 500 };
}

Deno.test("noticeGone() misses a key from when all rows of the venue carried it, on any later day, and leaves other findings as they are", async () => {
  using dir = temporaryDirectory();
  const noticed = (day: number, ...findings: Finding[]) =>
    noticeGone(findings, new DailyMarks(new Layout(dir.path), "DEUR", Date.UTC(2026, 8, day)));
  const other: Finding = { kind: "not rebuilt", date: DATE, reason: "why" };
  const gone: Finding = { kind: "gone keys", date: DATE, keys: ["tickId"], rows: 500 };
  assert.deepEqual(await noticed(1, usual(["isin"], ["tickId", "sourceName"]), other), [other]);
  assert.deepEqual(await noticed(2, other, usual(["tickId"], ["sourceName"])), [other]);
  assert.deepEqual(await noticed(3, usual([], []), other), [other]);
  assert.deepEqual(await noticed(4, usual(["isin"], ["tickId", "sourceName"]), other), [gone, other]);
  assert.deepEqual(await noticed(5, usual(["isin"], ["tickId"])), [gone]);
});
