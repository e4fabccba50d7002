import assert from "node:assert/strict";
import { parseInterval } from "../../src/daemon/interval.ts";

Deno.test("parseInterval() takes a bare number as hours", () => {
  assert.deepEqual(parseInterval("1"), { millis: 3_600_000, text: "1 hour(s)" });
  assert.deepEqual(parseInterval("0.5"), { millis: 1_800_000, text: "0.5 hour(s)" });
  assert.deepEqual(parseInterval(" 24 "), { millis: 86_400_000, text: "24 hour(s)" });
});

Deno.test("parseInterval() takes hours, minutes and seconds with their units", () => {
  assert.deepEqual(parseInterval("15m"), { millis: 900_000, text: "15 minute(s)" });
  assert.deepEqual(parseInterval("90s"), { millis: 90_000, text: "90 second(s)" });
  assert.deepEqual(parseInterval("1h30m"), { millis: 5_400_000, text: "1 hour(s) 30 minute(s)" });
  assert.deepEqual(parseInterval("2h"), { millis: 7_200_000, text: "2 hour(s)" });
  assert.deepEqual(parseInterval("0.2s"), { millis: 200, text: "0.2 second(s)" });
});

Deno.test("parseInterval() refuses 0, negative intervals, those longer than a year, and text that is not a number", () => {
  const none = [
    "0",
    "0.0",
    "0m",
    "0h0m",
    "-1",
    "-15m",
    "",
    " ",
    "x",
    "1x",
    "m",
    "1m1h",
    "1e3",
    "NaN",
    "Infinity",
    "1,5",
  ];
  for (const text of [...none, "1h 30m", "0.0001s", "9000", "9".repeat(400)]) {
    assert.throws(() => parseInterval(text), { name: "RangeError", message: /an interval is/ }, text);
  }
});
