import assert from "node:assert/strict";
import { doubtfulAmong, largest } from "../../../src/collect/verify/reprocess_day.ts";
import { dailyFile } from "../../../src/feed/file_names.ts";
import { CREDITED, type LedgerEntry } from "../../../src/store/ledger.ts";
import { DIGEST, ledgerWith, minutesOf, spooled } from "../situations.ts";

const [FILE] = minutesOf("2026-09-01", "09:00", 1);
const DAILY = dailyFile("DETR", "2026-09-01");

Deno.test("reprocess decodes again what may give more than is stored of it", () => {
  const cases: [
    what: string,
    entry: Partial<LedgerEntry> | null,
    isDoubtful: boolean,
    whenRebuilt: boolean,
  ][] = [
    ["in no ledger", null, true, true],
    ["stored whole", {}, false, false],
    ["with rejected lines", { rejected: 2 }, true, false],
    ["a daily file stands for it", { digest: CREDITED }, true, true],
    ["withheld", { rejected: 2, judged: "withheld" }, true, true],
    ["taken with rejected lines", { rejected: 2, judged: "taken" }, true, false],
  ];
  for (const [what, entry, isDoubtful, whenRebuilt] of cases) {
    for (const file of [FILE, DAILY]) {
      const ledger = entry === null ? new Map() : ledgerWith([file, entry]);
      const among = (rebuilt: boolean) =>
        doubtfulAmong([spooled(file)], ledger, new Set(), rebuilt).length === 1;
      assert.deepEqual([among(false), among(true)], [isDoubtful, whenRebuilt], what);
    }
  }
});

Deno.test("an accepted name is not decoded again while it is in no ledger", () => {
  const accepted = new Set([FILE.name]);
  assert.deepEqual(doubtfulAmong([spooled(FILE)], new Map(), accepted, false), []);
  assert.equal(doubtfulAmong([spooled(FILE, DIGEST)], new Map(), accepted, false).length, 1);
  assert.equal(
    doubtfulAmong([spooled(FILE)], ledgerWith([FILE, { rejected: 1 }]), accepted, false).length,
    1,
  );
});

Deno.test("of two entries for one file the newer stays, unless it has fewer rows; no entry is lost", () => {
  const rowsOf = (before: number, after: number) =>
    largest(ledgerWith([FILE, { rows: before }], [DAILY]), ledgerWith([FILE, { rows: after, rejected: 1 }]));
  assert.deepEqual(rowsOf(10, 12), ledgerWith([FILE, { rows: 12, rejected: 1 }], [DAILY]));
  assert.deepEqual(rowsOf(10, 10), ledgerWith([FILE, { rows: 10, rejected: 1 }], [DAILY]));
  assert.deepEqual(rowsOf(10, 9), ledgerWith([FILE, { rows: 10 }], [DAILY]));
  assert.deepEqual(largest(ledgerWith([FILE]), new Map()), ledgerWith([FILE]));
});
