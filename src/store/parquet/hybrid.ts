import { readVarInt } from "hyparquet/src/thrift.js";
import type { DataReader } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";

/** Values that are packed together, so that they fill whole bytes; as many equal ones in a row make a run. */
const GROUP = 8;

/** Reads Parquet's hybrid of runs and packed bits in pieces; hyparquet's own reader returns all values at once. */
export class HybridReader {
  readonly #reader: DataReader;
  readonly #width: number;
  /** How many values are left in the current run or packed groups. */
  #left = 0;
  /** The value of the current run; null in packed groups. */
  #run: number | null = null;
  /** Bits that were read but not yet used, and their number. */
  #bits = 0;
  #used = 0;

  /** For values of `width` bits, at most 24; `reader` must be at their beginning. */
  constructor(reader: DataReader, width: number) {
    this.#reader = reader;
    this.#width = width;
  }

  /** Fills `output` with the next values. */
  read(output: Uint32Array | Uint8Array): void {
    for (let at = 0; at < output.length;) {
      if (this.#left === 0) this.#begin();
      const end = Math.min(output.length, at + this.#left);
      this.#left -= end - at;
      if (this.#run !== null) output.fill(this.#run, at, end);
      else this.#unpack(output, at, end);
      at = end;
    }
  }

  /** Passes over the next `count` values. */
  skip(count: number): void {
    for (let left = count; left > 0;) {
      if (this.#left === 0) this.#begin();
      const passed = Math.min(left, this.#left);
      this.#left -= passed;
      left -= passed;
      if (this.#run === null) this.#skipBits(passed * this.#width);
    }
  }

  #skipBits(count: number): void {
    const known = Math.min(count, this.#used);
    const unread = count - known;
    this.#bits >>>= known;
    this.#used -= known;
    this.#reader.offset += unread >>> 3;
    const over = unread & 7;
    if (over === 0) return;
    this.#bits = this.#reader.view.getUint8(this.#reader.offset++) >>> over;
    this.#used = 8 - over;
  }

  #begin(): void {
    const reader = this.#reader;
    const header = readVarInt(reader);
    const isRun = (header & 1) === 0;
    this.#left = isRun ? header >>> 1 : (header >>> 1) * 8;
    if (this.#left === 0) throw new Error("a column has a run of no values");
    this.#bits = this.#used = 0;
    this.#run = isRun ? 0 : null;
    if (!isRun) return;
    for (let bits = 0; bits < this.#width; bits += 8) {
      this.#run! |= reader.view.getUint8(reader.offset++) << bits;
    }
  }

  #unpack(output: Uint32Array | Uint8Array, from: number, to: number): void {
    const { view } = this.#reader;
    const mask = (1 << this.#width) - 1;
    let bits = this.#bits;
    let used = this.#used;
    let offset = this.#reader.offset;
    for (let at = from; at < to; at++) {
      for (; used < this.#width; used += 8) bits |= view.getUint8(offset++) << used;
      output[at] = bits & mask;
      bits >>>= this.#width;
      used -= this.#width;
    }
    this.#bits = bits;
    this.#used = used;
    this.#reader.offset = offset;
  }
}

/**
 * Writes values, less `least`, in `width` bits each, at most 24, as hyparquet-writer's `writeRleBitPackedHybrid` does: that
 * appends each byte by a call of its own, which takes twice as long.
 */
export function writeHybrid(
  writer: ByteWriter,
  values: Uint32Array | Uint8Array,
  width: number,
  least = 0,
): void {
  let packed = 0; // values before this one are written
  let at = 0;
  while (at < values.length) {
    // Most groups are no run; then their last value differs, as a rule, or they have fewer values.
    const end = values[at + GROUP - 1] === values[at] ? runEnd(values, at) : at;
    if (end - at < GROUP) {
      at += GROUP;
      continue;
    }
    if (packed < at) packGroups(writer, values, packed, at, width, least);
    writer.appendVarInt((end - at) << 1);
    const value = values[at] - least;
    for (let bits = 0; bits < width; bits += 8) writer.appendUint8((value >> bits) & 0xff);
    packed = at = end;
  }
  if (packed < at) packGroups(writer, values, packed, at, width, least);
}

/** Where the values end that equal the one at `start`. */
function runEnd(values: Uint32Array | Uint8Array, start: number): number {
  const value = values[start];
  let end = start + 1;
  while (end < values.length && values[end] === value) end++;
  return end;
}

/** Packs whole groups of values; zeros stand for those that the last one lacks. */
function packGroups(
  writer: ByteWriter,
  values: Uint32Array | Uint8Array,
  start: number,
  end: number,
  width: number,
  least: number,
): void {
  writer.appendVarInt(((end - start) / GROUP) << 1 | 1);
  const bytes = (end - start) * width / 8;
  writer.ensure(bytes);
  const { view } = writer;
  const last = writer.index + bytes;
  let place = writer.index;
  let bits = 0; // not yet written: fewer than 32
  let used = 0;
  for (let i = start; i < Math.min(end, values.length); i++) {
    const value = values[i] - least;
    bits |= value << used;
    used += width;
    if (used < 32) continue;
    view.setInt32(place, bits, true);
    place += 4;
    used -= 32;
    bits = value >>> (width - used);
  }
  for (; place < last; bits >>>= 8) view.setUint8(place++, bits & 0xff);
  writer.index += bytes;
  writer.offset += bytes;
}
