/**
 * The loops in WebAssembly must write and read the same as those in TypeScript, whatever the values are. `packInt64` and the
 * others in TypeScript are compared with hyparquet-writer in `delta_test.ts`.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteWriter } from "hyparquet-writer";
import { ENCODING, makeKernel } from "../../../scripts/kernel/compile.ts";
import { fastestLoops, IN_TYPESCRIPT } from "../../../src/store/parquet/fastest_loops.ts";
import { newEncoder } from "../../../src/store/parquet/kernel/encoder.ts";
import { KernelLoops } from "../../../src/store/parquet/kernel_loops.ts";
import type { ValueLoops } from "../../../src/store/parquet/value_loops.ts";
import { Random } from "../../../scripts/replica/random.ts";

const RUNS = { numRuns: 500 };
const ENCODER = newEncoder();
/** The same instance for all values: nothing may be left of earlier ones. */
const IN_WEBASSEMBLY = new KernelLoops(ENCODER, IN_TYPESCRIPT);
/** A kernel to which nothing is left: it fails where TypeScript takes over. */
const ALONE = new KernelLoops(ENCODER, {
  packInt64: tookOver,
  packLengths: tookOver,
  writeHybrid: tookOver,
  distinct: tookOver,
  present: tookOver,
  unpackInt64: tookOver,
  unpackCodes: tookOver,
});

function tookOver(): never {
  throw new Error("it was left to TypeScript");
}

type Write = (loops: ValueLoops, writer: ByteWriter) => void;

/** Something stands in the writer already, as in a page. */
function written(loops: ValueLoops, write: Write): Uint8Array {
  const writer = new ByteWriter(8);
  writer.appendUint8(7);
  write(loops, writer);
  assert.equal(writer.offset, writer.index);
  return writer.getBytes();
}

/** Compares by byte: of so many bytes that differ, `deepEqual` would describe each. */
function assertSame(write: Write, loops = IN_WEBASSEMBLY): void {
  const [actual, expected] = [written(loops, write), written(IN_TYPESCRIPT, write)];
  assert.equal(actual.length, expected.length);
  assert.equal(actual.findIndex((byte, i) => byte !== expected[i]), -1);
}

/** Up to so many values, which are the sums of steps that differ in size. */
function integers(step: fc.Arbitrary<bigint>): fc.Arbitrary<BigInt64Array> {
  return fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.array(step, LONG)).map(
    ([first, steps]) => {
      let value = first;
      return BigInt64Array.from(steps, (step) => value = BigInt.asIntN(64, value + step));
    },
  );
}

const LONG = { maxLength: 400, size: "max" } as const;
const STEPS = [2n ** 3n, 2n ** 31n, 2n ** 33n, 2n ** 52n, 2n ** 53n, 2n ** 63n - 1n].map((most) =>
  fc.bigInt({ min: -most, max: most })
);

Deno.test("the kernel packs any 64-bit integers to the same bytes", () => {
  fc.assert(
    fc.property(fc.oneof(...STEPS.map(integers)), (values) => {
      assertSame((loops, writer) => loops.packInt64(writer, values));
    }),
    RUNS,
  );
});

Deno.test("the kernel packs any lengths to the same bytes", () => {
  const lengths = fc.oneof(
    fc.array(fc.nat({ max: 60 }), LONG),
    fc.array(fc.nat({ max: 2 ** 31 - 1 }), LONG),
    fc.array(fc.constantFrom(0, 24), LONG),
  );
  fc.assert(
    fc.property(lengths, (lengths) => {
      assertSame((loops, writer) => loops.packLengths(writer, Int32Array.from(lengths)));
    }),
    RUNS,
  );
});

Deno.test("the kernel writes codes of any width, in runs or not, to the same bytes, from words and from bytes", () => {
  const length = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }));
  const runs = fc.array(fc.tuple(fc.nat({ max: 2 ** 24 - 1 }), length), { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(runs, fc.integer({ min: 0, max: 24 }), fc.constantFrom(0, 1), (runs, width, least) => {
      const codes = runs.flatMap(([code, count]) => Array<number>(count).fill(code % 2 ** width + least));
      assertSame((loops, writer) => loops.writeHybrid(writer, Uint32Array.from(codes), width, least));
      const flags = Uint8Array.from(codes, (code) => code & 1);
      assertSame((loops, writer) => loops.writeHybrid(writer, flags, 1));
    }),
    RUNS,
  );
});

/** Bytes with something before and behind them, as in a page. */
function amid(bytes: Uint8Array): { view: DataView<ArrayBuffer>; offset: number } {
  const page = new Uint8Array(bytes.length + 20).fill(0xff);
  page.set(bytes, 3);
  return { view: new DataView(page.buffer), offset: 3 };
}

Deno.test("the kernel unpacks any 64-bit integers, and stops where TypeScript stops", () => {
  fc.assert(
    fc.property(fc.oneof(...STEPS.map(integers)), (values) => {
      if (values.length === 0) return;
      const writer = new ByteWriter(8);
      IN_TYPESCRIPT.packInt64(writer, values);
      const [reader, other] = [amid(writer.getBytes()), amid(writer.getBytes())];
      const [output, expected] = [new BigInt64Array(values.length), new BigInt64Array(values.length)];
      IN_WEBASSEMBLY.unpackInt64(reader, output);
      IN_TYPESCRIPT.unpackInt64(other, expected);
      assert.deepEqual(output, values);
      assert.deepEqual(expected, values);
      assert.equal(reader.offset, other.offset);
    }),
    RUNS,
  );
});

Deno.test("of a page that was cut short the kernel reads nothing else than TypeScript, wherever it ends", () => {
  const writer = new ByteWriter(8);
  IN_TYPESCRIPT.packInt64(writer, BigInt64Array.from({ length: 300 }, (_, i) => BigInt(i * i) << 13n));
  const bytes = writer.getBytes();
  const read = (loops: ValueLoops, end: number) => {
    const output = new BigInt64Array(300);
    try {
      loops.unpackInt64({ view: new DataView(bytes.slice(0, end).buffer), offset: 0 }, output);
      return output;
    } catch (error) {
      return (error as Error).name;
    }
  };
  IN_WEBASSEMBLY.unpackInt64(amid(bytes), new BigInt64Array(300)); // leaves the rest of the page in its memory
  for (let end = 0; end < bytes.length; end++) {
    assert.deepEqual(read(IN_WEBASSEMBLY, end), read(IN_TYPESCRIPT, end));
  }
  assert.equal(read(IN_WEBASSEMBLY, bytes.length >> 1), "RangeError");
  const codes = new DataView(new ArrayBuffer(99));
  assert.throws(() => IN_WEBASSEMBLY.unpackCodes(codes, 0, 8, new Uint32Array(100), 0), RangeError);
});

Deno.test("the kernel unpacks codes of any width from any bit on, to words and to bytes", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 400, size: "max" });
  fc.assert(
    fc.property(
      bytes,
      fc.nat({ max: 24 }),
      fc.nat({ max: 70 }),
      fc.nat({ max: 1 }),
      (bytes, width, bit, more) => {
        const count = width === 0 ? 100 : Math.max(0, Math.floor((8 * bytes.length - bit) / width));
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (bit > 8 * bytes.length) return;
        const [output, expected] = [new Uint32Array(count), new Uint32Array(count)];
        IN_WEBASSEMBLY.unpackCodes(view, bit, width, output, more);
        IN_TYPESCRIPT.unpackCodes(view, bit, width, expected, more);
        assert.deepEqual(output, expected);
        if (width > 7) return;
        const flags = new Uint8Array(count);
        IN_WEBASSEMBLY.unpackCodes(view, bit, width, flags, more);
        assert.deepEqual(flags, Uint8Array.from(expected));
      },
    ),
    RUNS,
  );
});

const NUMBERS = fc.oneof(
  fc.array(fc.double(), LONG),
  fc.array(fc.constantFrom(0, -0, NaN, 1, Infinity, -Infinity, Number.MIN_VALUE), LONG),
  fc.array(fc.nat({ max: 300 }), LONG),
  fc.array(fc.constant(NaN), LONG),
);

Deno.test("the kernel finds the same distinct numbers, with both zeros, infinities and NaN among them", () => {
  fc.assert(
    fc.property(NUMBERS, (numbers) => {
      const values = Float64Array.from(numbers);
      assert.deepEqual(IN_WEBASSEMBLY.distinct(values), IN_TYPESCRIPT.distinct(values));
    }),
    RUNS,
  );
});

Deno.test("the kernel parts numbers from nulls like TypeScript, with the same bounds", () => {
  fc.assert(
    fc.property(NUMBERS, (numbers) => {
      const column = Float64Array.from(numbers);
      const { values, levels, least, most } = IN_WEBASSEMBLY.present(column);
      const expected = IN_TYPESCRIPT.present(column);
      assert.deepEqual(values, expected.values);
      assert.deepEqual(levels, expected.levels);
      assert.deepEqual([least + 0, most + 0], [expected.least + 0, expected.most + 0]); // of either sign when zero
    }),
    RUNS,
  );
});

Deno.test("as many values as a row group has are left to nobody, one more to TypeScript", () => {
  const most = ENCODER.at.MOST_VALUES;
  for (const [count, loops] of [[most, ALONE], [most + 1, IN_WEBASSEMBLY]] as const) {
    const random = new Random("lengths");
    const lengths = Int32Array.from({ length: count }, () => random.below(2 ** 31));
    const times = BigInt64Array.from(lengths, (length) => BigInt(length) << 21n);
    const codes = Uint32Array.from(lengths, (length) => length % 2 ** 24);
    assertSame((loops, writer) => loops.packLengths(writer, lengths), loops);
    assertSame((loops, writer) => loops.packInt64(writer, times), loops);
    assertSame((loops, writer) => loops.writeHybrid(writer, codes, 24), loops);
    const packed = new ByteWriter();
    IN_TYPESCRIPT.packInt64(packed, times);
    const [unpacked, unpackedCodes] = [new BigInt64Array(count), new Uint32Array(count)];
    loops.unpackInt64({ view: new DataView(packed.getBytes().slice().buffer), offset: 0 }, unpacked);
    assert.equal(unpacked.findIndex((time, i) => time !== times[i]), -1);
    loops.unpackCodes(new DataView(codes.buffer), 0, 16, unpackedCodes, 0);
    assert.equal(
      unpackedCodes.findIndex((code, i) => code !== (codes[i >> 1] >>> (i % 2 * 16) & 0xffff)),
      -1,
    );
    const numbers = Float64Array.from(lengths, (length) => length / 7);
    assert.equal(loops.present(numbers).most, IN_TYPESCRIPT.present(numbers).most);
    const [actual, expected] = [loops.distinct(numbers), IN_TYPESCRIPT.distinct(numbers)];
    assert.equal(actual.codes.findIndex((code, i) => code !== expected.codes[i]), -1);
    assert.equal(actual.values.findIndex((value, i) => value !== expected.values[i]), -1);
    assert.throws(() => ALONE.packLengths(new ByteWriter(), new Int32Array(most + 1)), /left to TypeScript/);
  }
});

Deno.test("the committed encoding kernel is what its sources compile to", async () => {
  assert.equal(ENCODING.folder.join(ENCODING.made).readTextSync(), await makeKernel(ENCODING));
});

Deno.test("columns are encoded in WebAssembly where it is there, and in TypeScript where it is not", async () => {
  assert.ok(fastestLoops() instanceof KernelLoops);
  const script = new URL("loops_without_webassembly.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--jitless", script],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "in TypeScript\n");
});
