import assert from "node:assert/strict";
import fc from "fast-check";
import { distinct } from "../../../src/store/parquet/distinct.ts";

Deno.test("distinct() gives each number a code, in the order of their first rows, and null for NaN; the two zeros differ", () => {
  const { codes, values } = distinct(Float64Array.of(7, NaN, -0, 7, 0, 0.1, -0, NaN));
  assert.deepEqual([[...codes], values], [[1, 0, 2, 1, 3, 4, 2, 0], [7, -0, 0, 0.1]]);
  assert.deepEqual(distinct(new Float64Array()), { codes: new Uint32Array(), values: [] });
});

Deno.test("distinct() finds all numbers again by their codes, and has none twice", () => {
  const few = fc.constantFrom(0, -0, 1, 100, 1e300, 5e-324, NaN);
  const numbers = fc.array(fc.oneof(few, fc.double(), fc.integer()), { maxLength: 300, size: "max" });
  fc.assert(fc.property(numbers, (numbers) => {
    const { codes, values } = distinct(Float64Array.from(numbers));
    assert.deepEqual(Array.from(codes, (code) => code === 0 ? NaN : values[code - 1]), numbers);
    assert.equal(new Set(values.map((value) => Object.is(value, -0) ? "-0" : value)).size, values.length);
  }));
});
