import assert from "node:assert/strict";
import fc from "fast-check";
import {
  daysOf,
  flagOf,
  int32Of,
  int64Of,
  nanosOf,
  numberOf,
  textOf,
} from "../../../src/feed/decode/values.ts";

Deno.test("nanosOf() reads instants with none to nine digits of fraction, to the last nanosecond", () => {
  assert.equal(nanosOf("2025-10-31T13:54:00.042457058Z"), 1761918840042457058n);
  assert.equal(nanosOf("2025-10-31T13:54:00Z"), 1761918840000000000n);
  assert.equal(nanosOf("2025-10-31T13:54:00.Z"), 1761918840000000000n);
  assert.equal(nanosOf("2025-10-31T13:54:00.5Z"), 1761918840500000000n);
  assert.equal(nanosOf("2025-10-31T14:54:00.5+01:00"), 1761918840500000000n);
});

Deno.test("nanosOf() is null for anything that is not an instant within its 64 bits", () => {
  for (
    const value of ["", "today", "2025-10-31", "2025-13-31T13:54:00Z", "1500-01-01T00:00:00Z", 17, null, {}]
  ) {
    assert.equal(nanosOf(value), null, String(value));
  }
});

Deno.test("numberOf() reads numbers and strings that JSON would read as numbers", () => {
  assert.equal(numberOf(56.2), 56.2);
  assert.equal(numberOf("56.20"), 56.2);
  assert.equal(numberOf("-1e3"), -1000);
  for (const value of ["", " 5", "5,0", "0x10", "Infinity", "1e999", NaN, true, null, []]) {
    assert.equal(numberOf(value), null, String(value));
  }
});

Deno.test("numberOf() agrees with JSON.parse on every number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
    assert.equal(numberOf(JSON.stringify(number)), JSON.parse(JSON.stringify(number)));
  }));
});

Deno.test("int64Of() and int32Of() refuse what they would have to round", () => {
  assert.equal(int64Of(33976320), 33976320);
  assert.equal(int64Of(2 ** 53), null);
  assert.equal(int64Of(1.5), null);
  assert.equal(int32Of("2"), 2);
  assert.equal(int32Of(2 ** 31), null);
});

Deno.test("daysOf() counts calendar days from 1970, and is null for anything that is not a date", () => {
  assert.equal(daysOf("1970-01-02"), 1);
  assert.equal(daysOf("20261218"), daysOf("2026-12-18"));
  assert.equal(daysOf(20261218), daysOf("2026-12-18"));
  for (const value of ["2026-02-30", "202612", "DEC26", ""]) assert.equal(daysOf(value), null, value);
});

Deno.test("flagOf() knows H and -, and is null for the rest", () => {
  assert.deepEqual(["H", "-", "h", "", "X", true].map(flagOf), [1, 0, null, null, null, null]);
});

Deno.test("numberOf() is null for a number beyond 2⁵³ in a string when a double would lose a digit", () => {
  for (
    const digits of [
      "9007199254740993",
      "-9007199254740993",
      "123456789012345678.9",
      "1.2345678901234567890e30",
    ]
  ) {
    assert.equal(numberOf(digits), null, digits);
  }
  for (const digits of ["9007199254740992", "1e23", "100000000000000000000000.0", "1.5e308"]) {
    assert.equal(numberOf(digits), Number(digits), digits);
  }
});

Deno.test("textOf() takes numbers as JSON prints them, and nothing nested", () => {
  assert.deepEqual(["1", 1, 1.50, true, null, { a: 1 }].map(textOf), ["1", "1", "1.5", "true", null, null]);
});
