import assert from "node:assert/strict";
import {
  covers,
  filterText,
  NO_FILTER,
  parseFilterText,
  type QuoteFilter,
  unitedFilter,
} from "../../src/feed/quote_filter.ts";

const [SAP, APPLE] = ["DE0007164600", "US0378331005"];
const ONE: QuoteFilter = { isins: [SAP], notation: null };
const TWO: QuoteFilter = { isins: [SAP, APPLE], notation: null };
const BONDS: QuoteFilter = { isins: null, notation: 2 };
const BOTH: QuoteFilter = { isins: [SAP], notation: 2 };

Deno.test("a filter is read as it was written, and one that stores everything is written as an empty text", () => {
  for (const filter of [NO_FILTER, ONE, TWO, BONDS, BOTH]) {
    assert.deepEqual(parseFilterText(filterText(filter)), filter);
  }
  assert.deepEqual([NO_FILTER, TWO, BOTH].map(filterText), [
    "",
    "isin=DE0007164600,US0378331005",
    "isin=DE0007164600 notation=2",
  ]);
  for (const text of ["isin=", "notation=3", " notation=2", "isin=A notation", "x"]) {
    assert.throws(() => parseFilterText(text), /is no filter/, text);
  }
});

Deno.test("covers() is true when everything that the other filter stores is stored as well", () => {
  const all = [NO_FILTER, TWO, ONE, BONDS, BOTH];
  const table = all.map((filter) => all.map((other) => Number(covers(filter, other))).join(""));
  assert.deepEqual(table, ["11111", "01101", "00101", "00011", "00001"]);
});

Deno.test("unitedFilter() covers both, and stores no more than necessary", () => {
  assert.deepEqual(unitedFilter(ONE, { isins: [APPLE], notation: null }), TWO);
  assert.deepEqual(unitedFilter(ONE, BONDS), NO_FILTER);
  assert.deepEqual(unitedFilter(BOTH, BONDS), BONDS);
});
