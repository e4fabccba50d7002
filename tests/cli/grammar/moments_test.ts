import assert from "node:assert/strict";
import { clockOption, endOf, momentOption, startOf } from "../../../src/cli/grammar/moments.ts";

const DAY = "2026-09-01";
const textOf = (nanos: bigint) => new Temporal.Instant(nanos).toString();

Deno.test("a time without a zone is in Frankfurt's, in summer and in winter; a time without a date is on the given day", () => {
  const times: [text: string, utc: string][] = [
    ["17:30", "2026-09-01T15:30:00Z"],
    ["17:30:05.000000001", "2026-09-01T15:30:05.000000001Z"],
    ["2026-12-01T17:30", "2026-12-01T16:30:00Z"],
    ["2026-12-01 17:30:01", "2026-12-01T16:30:01Z"],
    ["2026-09-01T17:30:00.5Z", "2026-09-01T17:30:00.5Z"],
    ["2026-09-01T17:30:00-04:00", "2026-09-01T21:30:00Z"],
  ];
  for (const [text, utc] of times) {
    assert.equal(textOf(startOf(momentOption(text), DAY)), utc, text);
    assert.equal(textOf(endOf(momentOption(text), DAY)), utc, text);
  }
});

Deno.test("a date begins with its first instant in Frankfurt and ends with its last, also when the clocks change", () => {
  const dates: [date: string, first: string, last: string][] = [
    ["2026-09-01", "2026-08-31T22:00:00Z", "2026-09-01T21:59:59.999999999Z"],
    ["2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999999999Z"],
  ];
  for (const [date, first, last] of dates) {
    assert.equal(textOf(startOf(momentOption(date), DAY)), first);
    assert.equal(textOf(endOf(momentOption(date), DAY)), last);
  }
});

Deno.test("anything that is not a time is refused, and the message names the accepted forms", () => {
  for (const text of ["", "noon", "25:00", "17:3", "2026-13-01", "2026-09-01T25:00", "1756747800"]) {
    assert.throws(() => momentOption(text), /A time is 17:30, 2026-09-01T17:30/, text);
  }
  for (const text of ["2026-09-01", "2026-09-01T17:30"]) {
    assert.throws(() => clockOption(text), /A time of day is/);
  }
});
