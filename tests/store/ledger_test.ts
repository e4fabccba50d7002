import assert from "node:assert/strict";
import fc from "fast-check";
import { dailyFile, minuteFile, oddFile } from "../../src/feed/file_names.ts";
import {
  adoptedKey,
  CREDITED,
  dateOfKey,
  decodeLedger,
  encodeLedger,
  type Judgement,
  judgementOf,
  type LedgerEntry,
  ledgerKey,
  minuteFilesIn,
  minuteOfKey,
} from "../../src/store/ledger.ts";

const ODD = oddFile("DETR-posttrade-2026-09-01T16_xx.json.gz", "DETR")!;
const entry: fc.Arbitrary<LedgerEntry> = fc.record<LedgerEntry>({
  rows: fc.nat(),
  rejected: fc.nat(),
  digest: fc.oneof(fc.constant(CREDITED), fc.stringMatching(/^[0-9a-f]{16}$/)),
  judged: fc.constantFrom("taken", "withheld"),
  leftOut: fc.record({ depth: fc.nat(), filtered: fc.nat() }, { noNullPrototype: true }),
}, { noNullPrototype: true, requiredKeys: ["rows", "rejected", "digest"] });
const key = fc.oneof(
  fc.integer({ min: 0, max: 1439 }).map((minute) => ledgerKey(minuteFile("DETR", "2026-09-01", minute))),
  fc.constantFrom(ledgerKey(dailyFile("DETR", "2026-09-01")), "08_34~0123456789abcdef"),
  fc.constantFrom(null, "0123456789abcdef").map((version) => ledgerKey(ODD, version)),
);

Deno.test("a ledger is read back as it was written", () => {
  fc.assert(fc.property(fc.array(fc.tuple(key, entry)), (entries) => {
    const ledger = new Map(entries);
    assert.deepEqual(decodeLedger(encodeLedger(ledger)), ledger);
  }));
});

Deno.test("the minutes of several services have separate keys in one ledger, and are found again", () => {
  const files = ["posttrade", "pretradeOthers", "pretradeMDOptions"].map((service) =>
    minuteFile("DEUR", "2026-09-01", 514, service)
  );
  const keys = files.map((file) => ledgerKey(file));
  assert.deepEqual(keys, ["08_34", "pretradeOthers-08_34", "pretradeMDOptions-08_34"]);
  assert.deepEqual(keys.map(minuteOfKey), [514, 514, 514]);
  assert.deepEqual(keys.map(dateOfKey), [null, null, null]);
  const ledger = new Map(keys.map((key) => [key, { rows: 1, rejected: 0, digest: CREDITED }]));
  assert.deepEqual(minuteFilesIn(ledger, "DEUR", "2026-09-01"), files);
});

Deno.test("dateOfKey() is the date whose raw folder holds a file that has several dates", () => {
  for (const version of [null, "0123456789abcdef"]) {
    assert.equal(dateOfKey(ledgerKey(ODD, version)), "2026-09-01");
    assert.equal(dateOfKey(ledgerKey(dailyFile("DETR", "2026-09-17"), version)), "2026-09-17");
    assert.equal(dateOfKey(ledgerKey(minuteFile("DETR", "2026-09-01", 514), version)), null);
  }
  assert.equal(dateOfKey(adoptedKey("0123456789abcdef")), null);
});

Deno.test("the ledger of a full day of 1,440 minutes and a daily file stays under 64 KB", () => {
  const entry = { rows: 99_999, rejected: 0, digest: "0123456789abcdef" };
  const minutes = Array.from(
    { length: 1440 },
    (_, minute) => ledgerKey(minuteFile("DETR", "2026-09-01", minute)),
  );
  const ledger = new Map([...minutes, "daily-2026-09-01", "daily-2026-09-02"].map((key) => [key, entry]));
  const { length } = encodeLedger(ledger);
  assert.ok(length < 64_000, `${length} bytes`);
});

Deno.test("judgementOf() is what an entry says, else that everything was taken, or unknown where version 0.1.0 left something out", () => {
  const entry = { rows: 9, rejected: 0, digest: "0123456789abcdef" };
  const cases: [LedgerEntry | undefined, Judgement | null][] = [
    [undefined, null],
    [entry, "taken"],
    [{ ...entry, rejected: 2 }, null],
    [{ ...entry, rejected: 2, judged: "taken" }, "taken"],
    [{ ...entry, rejected: 2, judged: "withheld" }, "withheld"],
    [{ ...entry, judged: "withheld" }, "withheld"],
  ];
  for (const [entry, judgement] of cases) assert.equal(judgementOf(entry), judgement, JSON.stringify(entry));
});

Deno.test("decodeLedger() throws at a line that is not an entry", () => {
  for (
    const text of [
      "08_34 1 0",
      "08_34 -1 0 credited",
      "08_34 1 0 xyz",
      "daily-2026-09-01 1 0 0123456789abcdef doubted",
      "{}",
    ]
  ) {
    assert.throws(() => decodeLedger(text), /not an entry/);
  }
});
