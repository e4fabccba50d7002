import assert from "node:assert/strict";
import { filterOfHour } from "../../../src/collect/quotes/hour_filter.ts";
import { filterText, NO_FILTER, type QuoteFilter } from "../../../src/feed/quote_filter.ts";
import { DIGEST } from "../situations.ts";

const A: QuoteFilter = { isins: ["DE0007100000"], notation: null };
const AB: QuoteFilter = { isins: ["DE0007100000", "DE0007164600"], notation: null };
const BONDS: QuoteFilter = { isins: null, notation: 2 };
const KEYS = ["pretrade-08_00", "pretrade-08_01"];

const storedWith = (filter: QuoteFilter) => ({
  filter: filterText(filter),
  ledger: new Map(KEYS.map((key) => [key, { rows: 1, rejected: 0, digest: DIGEST }])),
});
const decide = (own: QuoteFilter | null, wanted: QuoteFilter, ...keys: string[]) =>
  filterOfHour(own && storedWith(own), wanted, new Set(keys));

Deno.test("a new hour gets the requested filter, and an hour that has it keeps it", () => {
  for (const filter of [NO_FILTER, A, BONDS]) {
    assert.deepEqual(decide(null, filter), { filter, isNarrower: false });
    assert.deepEqual(decide(filter, filter), { filter, isNarrower: false });
  }
});

Deno.test("a wider filter is used if all files of the hour are read again; otherwise the hour keeps its own and lacks requested quotes", () => {
  for (const [own, wanted] of [[A, AB], [A, NO_FILTER], [BONDS, NO_FILTER]]) {
    assert.deepEqual(decide(own, wanted, ...KEYS, "pretrade-08_02"), { filter: wanted, isNarrower: false });
    assert.deepEqual(decide(own, wanted, KEYS[0], "pretrade-08_02"), { filter: own, isNarrower: true });
  }
});

Deno.test("a narrower filter does not change an hour, and a different one leaves out requested quotes", () => {
  assert.deepEqual(decide(AB, A, ...KEYS), { filter: AB, isNarrower: false });
  assert.deepEqual(decide(A, BONDS, ...KEYS), { filter: A, isNarrower: true });
});
