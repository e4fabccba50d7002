import assert from "node:assert/strict";
import type { Finding } from "../../src/collect/findings.ts";
import { type CycleReport, isComplete } from "../../src/collect/report.ts";
import type { PendingFile } from "../../src/store/state/pending_record.ts";
import { minutesOf } from "./situations.ts";

const [a, b] = minutesOf("2026-09-01", "09:00", 2).map(({ name }) => name);

const pending = (absentCycles: number, reason = "why"): PendingFile => ({ absentCycles, reason });

/** The part of a report that decides whether it is complete. */
function report(known: Partial<CycleReport> = {}): CycleReport {
  const nothing = { listed: 0, odd: [], pending: new Map(), lost: [], rejected: [], findings: [] };
  return { ...nothing, ...known } as CycleReport;
}

Deno.test("isComplete() is true when there is nothing to do, or when files were given up in an earlier cycle", () => {
  assert.ok(isComplete(report()));
  assert.ok(isComplete(report({ listed: null })));
  assert.ok(isComplete(report({ pending: new Map([[a, pending(3)]]) })));
});

Deno.test("isComplete() is false while anything is pending or just lost", () => {
  assert.ok(!isComplete(report({ pending: new Map([[a, pending(3)], [b, pending(0)]]) })));
  assert.ok(!isComplete(report({ pending: new Map([[a, pending(2)]]) })));
  assert.ok(!isComplete(report({ pending: new Map([[a, pending(3)]]), lost: [a] })));
});

Deno.test("isComplete() is false while bytes are rejected, even for a name that is no longer listed", () => {
  assert.ok(!isComplete(report({ rejected: [a] })));
});

Deno.test("isComplete() is false while a listed name may be the exchange's new form", () => {
  assert.ok(!isComplete(report({ odd: ["DETR-posttrade-2026-09-01T16_xx.json.gz"] })));
});

Deno.test("isComplete() is false when data of the exchange are missing from the partition", () => {
  const harmless: Finding[] = [
    { kind: "stored", date: "2026-09-01", rows: 1, added: 1, duplicates: 1, conflicts: 1 },
    { kind: "unknown keys", date: "2026-09-01", keys: new Map([["new", 1]]) },
  ];
  const losses: Finding[] = [
    { kind: "unrecognized", date: "2026-09-01", paths: ["x"], keys: [], lacking: [] },
    { kind: "bad lines", name: a, count: 1, examples: [] },
    { kind: "damaged raw file", name: a, reason: "cut" },
    { kind: "contradiction", name: a, onlyInMinutes: 30, minuteRows: 100, withheld: 7 },
    { kind: "damaged partition", date: "2026-09-01", message: "x" },
  ];
  assert.ok(isComplete(report({ findings: harmless })));
  for (const loss of losses) assert.ok(!isComplete(report({ findings: [...harmless, loss] })), loss.kind);
});
