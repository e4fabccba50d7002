import assert from "node:assert/strict";
import { dailyIssues } from "../../../src/collect/verify/verify_daily.ts";
import { dailyFile } from "../../../src/feed/file_names.ts";
import type { LedgerEntry } from "../../../src/store/ledger.ts";
import { DIGEST } from "../situations.ts";

const DAILY = dailyFile("DETR", "2026-09-01");
const ENTRY: LedgerEntry = { rows: 600, rejected: 0, digest: DIGEST };

Deno.test("trades of a daily file that are not stored are damage only where its entry says that they were taken", () => {
  const what = `3 of the 600 trades of ${DAILY.name} are not stored`;
  const withheld = `${what}; they were withheld, and its raw file is gone`;
  const cases: [string, LedgerEntry | undefined, severity: string, kind: string, what: string][] = [
    ["not fetched yet", undefined, "incomplete", "not reconciled", what],
    ["taken", ENTRY, "damage", "trades missing", what],
    ["taken with bad lines", { ...ENTRY, rejected: 2, judged: "taken" }, "damage", "trades missing", what],
    ["withheld", { ...ENTRY, rejected: 5, judged: "withheld" }, "incomplete", "not reconciled", withheld],
    ["withheld by 0.1.0", { ...ENTRY, rejected: 5 }, "incomplete", "not reconciled", withheld],
  ];
  for (const [how, entry, severity, kind, expected] of cases) {
    const [issue, ...others] = dailyIssues(DAILY, "/trades.parquet", entry, { rows: 600, unmatched: 3 });
    assert.deepEqual([issue.severity, issue.kind, issue.what], [severity, kind, expected], how);
    assert.deepEqual(others, []);
    assert.deepEqual(dailyIssues(DAILY, "/trades.parquet", entry, { rows: 600, unmatched: 0 }), [], how);
  }
});
