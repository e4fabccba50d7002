import assert from "node:assert/strict";
import { CompactReader } from "../../../src/store/parquet/compact_reader.ts";

Deno.test("a number without an end, and an invalid length, are refused instead of being read forever", () => {
  for (const length of [11, 150, 2_000]) {
    const endless = new Uint8Array(length).fill(0x80);
    assert.throws(() => new CompactReader(endless).binary(), RangeError);
    assert.throws(() => new CompactReader(endless).integer(), RangeError);
  }
  const longest = new Uint8Array([...new Uint8Array(9).fill(0xff), 0x01]);
  assert.throws(() => new CompactReader(longest).binary(), /it ends/);
});
