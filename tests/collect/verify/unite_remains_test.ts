import assert from "node:assert/strict";
import { stillCredited, storedMinutes, unprovedIn } from "../../../src/collect/verify/unite_remains.ts";
import { CREDITED, type Ledger, type LedgerEntry } from "../../../src/store/ledger.ts";

const A = "aaaaaaaaaaaaaaaa";
const B = "bbbbbbbbbbbbbbbb";
const MINUTES = [8 * 60 + 33, 8 * 60 + 34, 8 * 60 + 35];

function ledger(entries: Record<string, string | LedgerEntry>): Ledger {
  return new Map(
    Object.entries(entries).map(([key, of]) => [
      key,
      typeof of === "string" ? { rows: 7, rejected: 0, digest: of } : of,
    ]),
  );
}

Deno.test("a file is proved by an entry with its digest, or by a credited minute of as many rows", () => {
  const unproved = (made: Record<string, string | LedgerEntry>) => [
    ...unprovedIn(ledger({ "08_34": A }), ledger(made)).keys(),
  ];
  assert.deepEqual(unproved({ "08_34": A }), []);
  assert.deepEqual(unproved({ "08_34": B }), ["08_34"]);
  assert.deepEqual(unproved({ "08_34": CREDITED }), []);
  assert.deepEqual(unproved({ "08_34": { rows: 6, rejected: 0, digest: CREDITED } }), ["08_34"]);
});

Deno.test("minutes stay credited beside a minute that is not proved, but not beside a daily file that is not", () => {
  const ours = ledger({ "08_33": CREDITED, "08_34": CREDITED, "08_35": A, "daily-2026-09-01": A });
  const kept = (unproved: Record<string, string>) => [
    ...stillCredited(ours, ledger({ "08_34": B }), ledger(unproved)).keys(),
  ];
  assert.deepEqual(kept({}), ["08_33"]);
  assert.deepEqual(kept({ "08_35": A }), ["08_33"]);
  assert.deepEqual(kept({ "08_35": A, "daily-2026-09-01": A }), []);
});

Deno.test("rows are taken as they were stored only of minutes for which no other source stands", () => {
  const taken = (unproved: Ledger | null, made: Ledger, decoded: Ledger) =>
    MINUTES.filter(storedMinutes(unproved, made, decoded)).map((minute) => minute - 8 * 60);
  const made = ledger({ "08_33": A, "08_34": B });
  const decoded = ledger({ "08_33": A });
  assert.deepEqual(taken(ledger({ "08_35": A }), made, decoded), [35]);
  assert.deepEqual(taken(ledger({ [`08_34~${A}`]: A }), made, decoded), [34], "of a second version");
  assert.deepEqual(
    taken(ledger({ "daily-2026-09-01": A }), made, decoded),
    [34, 35],
    "of any minute that was not decoded from a raw file",
  );
  assert.deepEqual(taken(null, made, decoded), [35], "without a ledger");
  assert.deepEqual(taken(null, ledger({ "08_34": CREDITED }), decoded), [33, 34, 35]);
});
