import assert from "node:assert/strict";
import { byteRange } from "../../src/serve/byte_range.ts";

const SIZE = 1000;
const RANGES: [header: string | null, range: ReturnType<typeof byteRange>][] = [
  [null, null],
  ["bytes=0-0", { start: 0, length: 1 }],
  ["bytes=100-199", { start: 100, length: 100 }],
  ["bytes=990-", { start: 990, length: 10 }],
  ["bytes=-8", { start: 992, length: 8 }],
  ["bytes=-5000", { start: 0, length: 1000 }],
  ["bytes=900-5000", { start: 900, length: 100 }],
  ["bytes=1000-", "none"],
  ["bytes=5000-6000", "none"],
  ["bytes=-0", "none"],
  ["bytes=9-3", null],
  ["bytes=-", null],
  ["bytes=0-1,5-6", null],
  ["lines=0-1", null],
  ["bytes=99999999999999999999999-", null],
];

for (const [header, range] of RANGES) {
  Deno.test(`of 1,000 bytes, ${header ?? "no header"} means ${JSON.stringify(range)}`, () => {
    assert.deepEqual(byteRange(header, SIZE), range);
  });
}

Deno.test("of an empty file there is no stretch, and all of it is nothing", () => {
  assert.equal(byteRange("bytes=0-", 0), "none");
  assert.equal(byteRange(null, 0), null);
});
