import assert from "node:assert/strict";
import fc from "fast-check";
import { NULL_TIME } from "../../src/feed/records/batch.ts";
import { NearlySorted } from "../../src/store/nearly_sorted.ts";

/** The smallest and the largest possible instant, null, and few others, so that many are equal. */
const instants = fc.oneof(
  fc.constantFrom(NULL_TIME, NULL_TIME + 1n, -1n, 0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n - 1n),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);

/** Sorted by `NearlySorted`, nulls last. */
function sorterOf(times: readonly bigint[]): NearlySorted {
  const nanos = BigInt64Array.from(times);
  const place = (time: bigint) => time === NULL_TIME ? 2n ** 63n : time;
  const compare = (i: number, j: number) =>
    Number(place(nanos[i]) > place(nanos[j])) - Number(place(nanos[i]) < place(nanos[j]));
  const sorter = new NearlySorted(new Uint32Array(nanos.buffer), compare);
  for (let row = 0; row < times.length; row++) sorter.put(row, row);
  sorter.sort(0, times.length);
  return sorter;
}

function sorted(times: readonly bigint[]): number[] {
  return [...sorterOf(times).rows];
}

/** The same by JavaScript's own stable sort. */
function plainlySorted(times: readonly bigint[]): number[] {
  const place = (row: number) => times[row] === NULL_TIME ? 2n ** 63n : times[row];
  return [...times.keys()].sort((i, j) => (place(i) < place(j) ? -1 : Number(place(i) > place(j))));
}

Deno.test("rows are in the order of their instants, nulls last, and equal ones keep their order", () => {
  fc.assert(fc.property(fc.array(instants, { maxLength: 50 }), (times) => {
    assert.deepEqual(sorted(times), plainlySorted(times));
  }));
});

Deno.test("rows in no order at all, or in the opposite one, are sorted as well", () => {
  const backwards = Array.from({ length: 5_000 }, (_, i) => BigInt((5_000 - i) >> 1));
  const mixed = backwards.map((_, i) => BigInt((i * 7919) % 997));
  for (const times of [backwards, mixed]) assert.deepEqual(sorted(times), plainlySorted(times));
});

Deno.test("rows of one instant are known to be simultaneous, however they were sorted", () => {
  const mixed = Array.from({ length: 5_000 }, (_, i) => BigInt((i * 7919) % 997));
  for (const times of [mixed, mixed.toSorted((a, b) => Number(a - b))]) {
    const sorter = sorterOf(times);
    for (let place = 1; place < times.length; place++) {
      const [before, row] = sorter.rows.subarray(place - 1, place + 1);
      assert.equal(sorter.areSimultaneous(place - 1, place), times[before] === times[row]);
    }
  }
});
