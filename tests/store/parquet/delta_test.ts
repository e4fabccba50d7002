import assert from "node:assert/strict";
import fc from "fast-check";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { ByteWriter } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { packInt64, packLengths, unpackInt64 } from "../../../src/store/parquet/delta.ts";
import { writeHybrid } from "../../../src/store/parquet/hybrid.ts";
import { HybridReader } from "../../../src/store/parquet/hybrid_reader.ts";

/** Steps from one value to the next: of a day's times, of a month's, and of any two 64-bit integers. */
const STEPS = [
  fc.bigInt({ min: -86_400n * 10n ** 9n, max: 86_400n * 10n ** 9n }),
  fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }),
  fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
];
const anyIntegers = fc.oneof(...STEPS.map((step) => fc.array(step, { maxLength: 400, size: "max" }))).map(
  (steps) => {
    let value = 1_788_000_000_000_000_000n;
    return BigInt64Array.from(steps, (step) => value = BigInt.asIntN(64, value + step));
  },
);

Deno.test("packInt64() writes the same bytes as hyparquet-writer", () => {
  fc.assert(fc.property(anyIntegers, (values) => {
    const bytes = packed((writer) => packInt64(writer, values));
    assert.deepEqual(bytes, packed((writer) => deltaBinaryPack(writer, values, "INT64")));
  }));
});

Deno.test("packLengths() writes the same bytes as hyparquet-writer", () => {
  const anyLengths = fc.oneof(
    fc.array(fc.nat({ max: 60 }), { maxLength: 400, size: "max" }),
    fc.array(fc.nat({ max: 2 ** 31 - 1 }), { maxLength: 400, size: "max" }),
    fc.array(fc.constantFrom(24, 25), { maxLength: 400, size: "max" }),
  );
  fc.assert(fc.property(anyLengths, (lengths) => {
    const values = Int32Array.from(lengths);
    const bytes = packed((writer) => packLengths(writer, values));
    assert.deepEqual(bytes, packed((writer) => deltaBinaryPack(writer, values, "INT32")));
  }));
});

Deno.test("unpackInt64() reads what either writes, like hyparquet, and stops at the same place", () => {
  fc.assert(fc.property(anyIntegers, (values) => {
    const bytes = packed((writer) => deltaBinaryPack(writer, values, "INT64"));
    const [reader, other] = [readerOf(bytes), readerOf(bytes)];
    const [output, expected] = [new BigInt64Array(values.length), new BigInt64Array(values.length)];
    unpackInt64(reader, output);
    deltaBinaryUnpack(other, values.length, expected);
    assert.deepEqual(output, values);
    assert.deepEqual(expected, values);
    assert.equal(reader.offset, other.offset);
  }));
});

Deno.test("the times of a month are packed as plain numbers, exactly up to the limits of this way", () => {
  for (const step of [2n ** 52n - 2n ** 32n, -(2n ** 52n) + 2n ** 32n, 31n * 86_400n * 10n ** 9n]) {
    const values = BigInt64Array.from({ length: 300 }, (_, i) => i % 2 === 0 ? 7n : 7n + step);
    const bytes = packed((writer) => packInt64(writer, values));
    assert.deepEqual(bytes, packed((writer) => deltaBinaryPack(writer, values, "INT64")));
    const output = new BigInt64Array(values.length);
    unpackInt64(readerOf(bytes), output);
    assert.deepEqual(output, values);
  }
});

const runs = fc.array(
  fc.tuple(fc.nat(), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }))),
  { maxLength: 60, size: "max" },
);
const width = fc.integer({ min: 0, max: 20 });

function valuesOf(runs: readonly (readonly [number, number])[], width: number): Uint32Array {
  return Uint32Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value % 2 ** width)));
}

Deno.test("writeHybrid() writes the same bytes as hyparquet-writer", () => {
  fc.assert(fc.property(runs, width, (runs, width) => {
    const values = valuesOf(runs, width);
    const ours = packed((writer) => writeHybrid(writer, values, width));
    assert.deepEqual(ours, packed((writer) => writeRleBitPackedHybrid(writer, values, width)));
    const shifted = values.map((value) => value + 1);
    assert.deepEqual(packed((writer) => writeHybrid(writer, shifted, width, 1)), ours);
    const reader = new HybridReader(readerOf(ours), width);
    const read = new Uint32Array(values.length);
    reader.read(read);
    assert.deepEqual(read, values);
    new HybridReader(readerOf(ours), width).read(read, 1);
    assert.deepEqual(read, shifted);
  }));
});

Deno.test("HybridReader reads runs and packed values, in pieces of any size", () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(runs, width, pieces, (runs, width, pieces) => {
    const values = valuesOf(runs, width);
    const reader = new HybridReader(
      readerOf(packed((writer) => writeRleBitPackedHybrid(writer, values, width))),
      width,
    );
    const read: number[] = [];
    for (let i = 0; read.length < values.length; i++) {
      const piece = new Uint32Array(Math.min(pieces[i % pieces.length], values.length - read.length));
      reader.read(piece);
      read.push(...piece);
    }
    assert.deepEqual(read, [...values]);
  }));
});

/** What is written to a buffer that was used before. */
function packed(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(1 << 16);
  new Uint8Array(writer.buffer).fill(0xff);
  write(writer);
  return writer.getBytes().slice();
}

function readerOf(bytes: Uint8Array) {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}
