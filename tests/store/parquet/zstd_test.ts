import assert from "node:assert/strict";
import { constants, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { compress, decompress } from "../../../src/store/parquet/zstd.ts";

const anyBytes = fc.uint8Array({ maxLength: 80, size: "max" });

Deno.test("compress() gives the same bytes whether or not it has compressed the input before", () => {
  fc.assert(fc.property(anyBytes, (bytes) => {
    const chunkSize = Math.max(64, bytes.length + 1);
    const params = { [constants.ZSTD_c_compressionLevel]: 1 };
    const expected = zstdCompressSync(bytes, { chunkSize, params });
    for (let i = 0; i < 2; i++) assert.deepEqual([...compress(bytes)], [...expected]);
    assert.deepEqual([...decompress(compress(bytes), bytes.length)], [...bytes]);
  }));
});

Deno.test("compress() remembers its input as it was, in a buffer that is used again", () => {
  const buffer = new Uint8Array(8);
  const results = [1, 2, 1].map((value) => compress(buffer.fill(value)));
  assert.deepEqual(
    results.map((result) => [...decompress(result, 8)]),
    [1, 2, 1].map((value) => Array(8).fill(value)),
  );
});

Deno.test("compress() gives the same bytes for more small inputs than it remembers", () => {
  const input = (number: number) => new Uint8Array(Uint32Array.of(number).buffer);
  const first = Array.from({ length: 1_500 }, (_, number) => compress(input(number)));
  first.forEach((result, number) => assert.deepEqual(compress(input(number)), result));
});
