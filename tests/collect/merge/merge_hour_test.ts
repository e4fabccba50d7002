import assert from "node:assert/strict";
import { uniteHours } from "../../../src/collect/merge/merge_hour.ts";
import type { Ledger } from "../../../src/store/ledger.ts";

const A = "aaaaaaaaaaaaaaaa";
const ONE = "isin=DE0007164600";
const TWO = "isin=DE0007164600,US0378331005";

/** An hour with these minutes, of each so many rows. */
const hour = (filter: string, minutes: readonly number[], rows = 7) => ({
  filter,
  ledger: ledger(minutes, rows),
});

function ledger(minutes: readonly number[], rows: number): Ledger {
  return new Map(minutes.map((minute) => [`pretrade-08_${minute}`, { rows, rejected: 0, digest: A }]));
}

Deno.test("hours of one filter are united by their ledgers", () => {
  const keys = (ours: readonly number[] | null, theirs: readonly number[] | null) =>
    [...uniteHours(ours && hour(ONE, ours), theirs && hour(ONE, theirs))!.entries.keys()].map((key) =>
      key.slice(-2)
    );
  assert.deepEqual(keys([10, 11], [11, 12]), ["12"]);
  assert.deepEqual(keys(null, [11, 12]), ["11", "12"]);
  assert.deepEqual(keys([11], null), []);
});

Deno.test("an hour of a wider filter takes the place of ours if it has all our files; a narrower one adds nothing to all its files", () => {
  const [narrow, wide] = [hour(ONE, [10, 11], 3), hour(TWO, [10, 11, 12])];
  assert.deepEqual([...uniteHours(narrow, wide)!.entries.keys()].length, 3);
  assert.deepEqual([...uniteHours(wide, narrow)!.entries.keys()], []);
  assert.deepEqual([...uniteHours(narrow, hour("", [10, 11]))!.entries.keys()].length, 2);
});

Deno.test("hours of different filters of which neither has all of the other are not united", () => {
  assert.equal(uniteHours(hour(ONE, [10, 11], 3), hour(TWO, [10])), null);
  assert.equal(uniteHours(hour(TWO, [10]), hour(ONE, [10, 11], 3)), null);
  assert.equal(uniteHours(hour(ONE, [10]), hour("notation=2", [10])), null);
});
