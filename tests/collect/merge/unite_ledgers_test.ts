import assert from "node:assert/strict";
import { unaccounted, uniteLedgers } from "../../../src/collect/merge/unite_ledgers.ts";
import { CREDITED, type Ledger, type LedgerEntry } from "../../../src/store/ledger.ts";

const A = "aaaaaaaaaaaaaaaa";
const B = "bbbbbbbbbbbbbbbb";

function entry(digest: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return { rows: 7, rejected: 0, digest, ...more };
}

/** What theirs adds to ours, as plain objects. */
function united(ours: Record<string, LedgerEntry>, theirs: Record<string, LedgerEntry>) {
  const { entries, conflicts } = uniteLedgers(new Map(Object.entries(ours)), new Map(Object.entries(theirs)));
  return { entries: Object.fromEntries(entries), conflicts };
}

const NOTHING = { entries: {}, conflicts: [] };

Deno.test("uniteLedgers() takes the entries that ours lacks, and leaves those that both have", () => {
  const daily = { "daily-2026-09-01": entry(B) };
  assert.deepEqual(united({ "08_34": entry(A) }, { "08_34": entry(A), "08_35": entry(B), ...daily }), {
    entries: { "08_35": entry(B), ...daily },
    conflicts: [],
  });
  assert.deepEqual(united({ "08_34": entry(A), "08_35": entry(B) }, { "08_34": entry(A) }), NOTHING);
  assert.deepEqual(united({}, { "adopted~0123456789abcdef": entry(A) }).conflicts, []);
});

Deno.test("uniteLedgers() lets a fetched minute replace a credited one, and not the other way round", () => {
  const [fetched, credited] = [{ "08_34": entry(A) }, { "08_34": entry(CREDITED) }];
  assert.deepEqual(united(credited, fetched), { entries: fetched, conflicts: [] });
  assert.deepEqual(united(fetched, credited), NOTHING);
  assert.deepEqual(united(credited, { "08_34": entry(CREDITED, { rows: 9 }) }), NOTHING);
});

Deno.test("uniteLedgers() takes the entry with more rows of the same bytes, or the one that withholds none of them", () => {
  const more = { "08_34": entry(A, { rows: 9 }) };
  assert.deepEqual(united({ "08_34": entry(A) }, more), { entries: more, conflicts: [] });
  assert.deepEqual(united(more, { "08_34": entry(A) }), NOTHING);
  const [taken, withheld] = [entry(A), entry(A, { rejected: 3, judged: "withheld" })];
  const daily = (entry: LedgerEntry) => ({ "daily-2026-09-01": entry });
  assert.deepEqual(united(daily(withheld), daily(taken)), { entries: daily(taken), conflicts: [] });
  assert.deepEqual(united(daily(taken), daily(withheld)), NOTHING);
});

Deno.test("uniteLedgers() enters different bytes of a file as a second version, and names the file once", () => {
  const [ours, theirs] = [{ "08_34": entry(A) }, { "08_34": entry(B) }];
  const version = { [`08_34~${B}`]: entry(B) };
  assert.deepEqual(united(ours, theirs), { entries: version, conflicts: ["08_34"] });
  assert.deepEqual(united({ ...ours, ...version }, theirs), NOTHING);
});

Deno.test("uniteLedgers() adds nothing the second time, whatever is in the two ledgers", () => {
  const ledgers: Ledger[] = [
    new Map([["08_34", entry(A)], ["08_35", entry(CREDITED)], ["daily-2026-09-01", entry(B)]]),
    new Map([["08_34", entry(B)], ["08_35", entry(A, { rows: 9 })], ["08_36", entry(A)]]),
    new Map([["08_34", entry(CREDITED)], [
      "daily-2026-09-01",
      entry(B, { rejected: 2, judged: "withheld" }),
    ]]),
    new Map(),
  ];
  for (const ours of ledgers) {
    for (const theirs of ledgers) {
      const { entries } = uniteLedgers(ours, theirs);
      assert.deepEqual(uniteLedgers(new Map([...ours, ...entries]), theirs), {
        entries: new Map(),
        conflicts: [],
      });
    }
  }
});

Deno.test("unaccounted() names the entries of ours for whose rows no entry of theirs stands", () => {
  const names = (
    ours: Record<string, LedgerEntry>,
    theirs: Record<string, LedgerEntry>,
  ) => [...unaccounted(new Map(Object.entries(ours)), new Map(Object.entries(theirs))).keys()];
  const ours = { "08_34": entry(A) };
  assert.deepEqual(names(ours, {}), ["08_34"]);
  assert.deepEqual(names(ours, { "08_34": entry(A), "08_35": entry(B) }), []);
  assert.deepEqual(names(ours, { "08_34": entry(B) }), ["08_34"], "other bytes");
  assert.deepEqual(names(ours, { "08_34": entry(B), [`08_34~${A}`]: entry(A) }), [], "as a second version");
  assert.deepEqual(names(ours, { "08_34": entry(A, { rows: 6 }) }), ["08_34"], "less of the same bytes");
  assert.deepEqual(names(ours, { "08_34": entry(A, { rows: 8 }) }), []);
  assert.deepEqual(names(ours, { "08_34": entry(CREDITED) }), ["08_34"]);
  assert.deepEqual(names({ "08_34": entry(CREDITED) }, {}), [], "its rows are those of a daily file");
  const withheld = entry(A, { rejected: 3, judged: "withheld" });
  assert.deepEqual(names({ "daily-2026-09-01": entry(A) }, { "daily-2026-09-01": withheld }), [
    "daily-2026-09-01",
  ]);
});
