import assert from "node:assert/strict";
import fc from "fast-check";
import { dailyFile, minuteFile, oddFile, POSTTRADE, type SourceFile } from "../../src/feed/file_names.ts";
import { CREDITED, encodeLedger, type LedgerEntry, ledgerKey } from "../../src/store/ledger.ts";
import { markOf, marksOf, MINUTE, outlineOf, unitedOutline } from "../../src/store/ledger_outline.ts";

const DATE = "2026-09-01";
const FETCHED: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };
const OF_DAILY: LedgerEntry = { ...FETCHED, digest: CREDITED };

const file: fc.Arbitrary<SourceFile> = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 1439 }), fc.constantFrom(POSTTRADE, "pretrade", "pretradeOthers"))
    .map(([minute, service]) => minuteFile("DETR", DATE, minute, service)),
  fc.constantFrom(dailyFile("DETR", DATE), oddFile(`DETR-posttrade-${DATE}-rest.json.gz`, "DETR")!),
);
const version = fc.constantFrom(null, "fedcba9876543210");
const entry = fc.constantFrom<LedgerEntry>(
  FETCHED,
  OF_DAILY,
  { ...FETCHED, rows: 0, leftOut: { depth: 3, filtered: 4 } },
);

Deno.test("an outline says of every file, and of each version, whether the ledger has it, and whether it was fetched", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(file, version, entry)), file, version, (entries, asked, askedVersion) => {
      const ledger = new Map(entries.map(([file, version, entry]) => [ledgerKey(file, version), entry]));
      const outline = outlineOf(encodeLedger(ledger));
      const files: [SourceFile, string | null][] = [
        ...entries.map(([file, version]) => [file, version] as [SourceFile, string | null]),
        [asked, askedVersion],
      ];
      for (const [file, version] of files) {
        const stored = ledger.get(ledgerKey(file, version));
        const expected = stored === undefined
          ? MINUTE.unknown
          : stored.digest === CREDITED
          ? MINUTE.credited
          : MINUTE.fetched;
        assert.equal(markOf(outline, file, version), expected, ledgerKey(file, version));
      }
      const whole = ledger.keys().filter((key) => !/^(?:\w+-)?\d\d_\d\d$/.test(key)).toArray();
      assert.deepEqual([...outline.others.keys()].sort(), whole.sort());
    }),
  );
});

Deno.test("the hours of a date have one outline together", () => {
  const hours = [480, 540].map((minute) =>
    outlineOf(encodeLedger(
      new Map([
        [ledgerKey(minuteFile("DETR", DATE, minute, "pretrade")), FETCHED],
        [`adopted~${minute}`, FETCHED],
      ]),
    ))
  );
  const united = unitedOutline(hours);
  const marks = marksOf(united, "pretrade");
  assert.deepEqual([...marks.keys()].filter((minute) => marks[minute] === MINUTE.fetched), [480, 540]);
  assert.deepEqual([...united.others.keys()], ["adopted~480", "adopted~540"]);
});

Deno.test("an outline refuses a line that is not an entry, as the ledger does", () => {
  for (const text of ["08_34 1 0", "08_34 1 0 credited\nx", "08_34 1 0 0123456789abcdeg"]) {
    assert.throws(() => outlineOf(text), /not an entry/);
  }
});
