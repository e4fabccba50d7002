import assert from "node:assert/strict";
import { datesIn, sourcesAmong } from "../../../src/collect/verify/rebuild.ts";
import { dailyFile, oddFile, type SourceFile } from "../../../src/feed/file_names.ts";
import { adoptedKey, CREDITED, type Ledger, type LedgerEntry } from "../../../src/store/ledger.ts";
import { DIGEST, ledgerWith, minutesOf, spooled } from "../situations.ts";

const DATE = "2026-09-01";
const [FIRST, SECOND] = minutesOf(DATE, "09:00", 2);
const DAILY = dailyFile("DETR", DATE);
const WITHHELD: Partial<LedgerEntry> = { rejected: 3, judged: "withheld" };
const OF_0_1_0: Partial<LedgerEntry> = { rejected: 3 };

Deno.test("a partition is made anew of the raw files that its ledger names, a withheld daily file only beside all others", () => {
  const cases: [
    what: string,
    ledger: Ledger,
    there: SourceFile[],
    sources: SourceFile[],
    complete: boolean,
  ][] = [
    ["all there", ledgerWith([FIRST], [SECOND]), [FIRST, SECOND], [FIRST, SECOND], true],
    ["one gone", ledgerWith([FIRST], [SECOND]), [FIRST], [FIRST], false],
    ["credited", ledgerWith([FIRST, { digest: CREDITED }], [DAILY]), [DAILY], [DAILY], true],
    ["taken daily", ledgerWith([FIRST], [DAILY]), [DAILY], [DAILY], false],
    ["withheld, all there", ledgerWith([FIRST], [DAILY, WITHHELD]), [FIRST, DAILY], [FIRST, DAILY], true],
    ["withheld, one gone", ledgerWith([FIRST], [DAILY, WITHHELD]), [DAILY], [], false],
    ["judged by 0.1.0, one gone", ledgerWith([FIRST], [DAILY, OF_0_1_0]), [DAILY], [], false],
    ["nothing there", ledgerWith([FIRST]), [], [], false],
    ["an empty ledger", new Map(), [], [], true],
  ];
  for (const [what, ledger, there, sources, complete] of cases) {
    const chosen = sourcesAmong(there.map((file) => spooled(file)), ledger);
    assert.deepEqual(chosen.files.map(({ file }) => file), sources, what);
    assert.equal(chosen.complete, complete, what);
  }
});

Deno.test("the predecessor's rows are in no raw file: a partition that has some is never complete without them", () => {
  const ledger = new Map([...ledgerWith([FIRST]), [
    adoptedKey(DIGEST),
    { rows: 1, rejected: 0, digest: DIGEST },
  ]]);
  assert.equal(sourcesAmong([spooled(FIRST)], ledger).complete, false);
});

Deno.test("a second version of a minute file is a source of its own", () => {
  const other = spooled(FIRST, DIGEST);
  const ledger = new Map([
    ...ledgerWith([FIRST]),
    [`09_00~${DIGEST}`, { rows: 1, rejected: 0, digest: DIGEST }],
  ]);
  assert.equal(sourcesAmong([spooled(FIRST)], ledger).complete, false);
  assert.equal(sourcesAmong([spooled(FIRST), other], ledger).complete, true);
});

Deno.test("datesIn() are the partition's own date, and those of the daily files and odd names in its ledger", () => {
  assert.deepEqual(datesIn(new Map(), DATE), [DATE]);
  const odd = oddFile("DETR-posttrade-2026-09-02-all.json.gz", "DETR")!;
  const after = dailyFile("DETR", "2026-09-02");
  assert.deepEqual(datesIn(ledgerWith([FIRST], [DAILY], [odd], [after]), DATE), [DATE, "2026-09-02"]);
});
