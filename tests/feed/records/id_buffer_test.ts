import assert from "node:assert/strict";
import fc from "fast-check";
import { copyBytes } from "../../../src/feed/records/id_buffer.ts";

Deno.test("copyBytes() copies bytes between any places, and changes no others", () => {
  const anyPlace = fc.nat({ max: 20 });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 60, maxLength: 60 }),
      anyPlace,
      anyPlace,
      anyPlace,
      (bytes, to, from, count) => {
        const target = new Uint8Array(to + count + 3).fill(0xaa);
        const source = new Uint8Array(bytes.buffer, 0, from + count);
        copyBytes(
          new DataView(target.buffer),
          to,
          new DataView(source.buffer, 0, source.length),
          from,
          count,
        );
        const expected = new Uint8Array(target.length).fill(0xaa);
        expected.set(source.subarray(from), to);
        assert.deepEqual(target, expected);
      },
    ),
  );
});
