import type { DataReader } from "hyparquet";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readVarInt, readZigZagBigInt } from "hyparquet/src/thrift.js";
import type { ByteWriter } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";

/**
 * Parquet's DELTA_BINARY_PACKED for 64-bit integers, using plain numbers wherever they are exact. The libraries create
 * several BigInts for each value: half of the time and a third of the memory of a month's consolidation, measured.
 */

const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;
const TWO_32 = 2 ** 32;
/** Differences up to 2⁵² (52 days in nanoseconds) are exact, and so is their distance from the smallest one. */
const EXACT_BITS = 53;
const EXACT_DELTA = 2 ** 52;
/** The weight of the next four bytes when this many bits of the first four are skipped. */
const ABOVE = Array.from({ length: 8 }, (_, shift) => 2 ** (32 - shift));
const EXACT_HIGH = EXACT_DELTA / TWO_32 - 1;

/** The deltas of a block, and then their distances from the smallest one. Used for one block at a time. */
const DELTAS = new Float64Array(BLOCK);

/** Writes the values as hyparquet-writer's `deltaBinaryPack` does. */
export function packInt64(writer: ByteWriter, values: BigInt64Array): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length); // little-endian: low, high
  if (!areExact(words)) return deltaBinaryPack(writer, values, "INT64");
  writeHeader(writer, values.length, values[0]);
  for (let at = 1; at < values.length; at += BLOCK) {
    const count = Math.min(BLOCK, values.length - at);
    for (let i = 0, low = 2 * at; i < count; i++, low += 2) {
      DELTAS[i] = (words[low + 1] - words[low - 1]) * TWO_32 + (words[low] >>> 0) - (words[low - 2] >>> 0);
    }
    packBlock(writer, count);
  }
}

/** The same for lengths, as 32-bit integers. */
export function packLengths(writer: ByteWriter, lengths: Int32Array): void {
  if (lengths.length === 0) return deltaBinaryPack(writer, lengths, "INT32");
  writeHeader(writer, lengths.length, BigInt(lengths[0]));
  for (let at = 1; at < lengths.length; at += BLOCK) {
    const count = Math.min(BLOCK, lengths.length - at);
    for (let i = 0; i < count; i++) DELTAS[i] = lengths[at + i] - lengths[at + i - 1];
    packBlock(writer, count);
  }
}

/** Whether there are values, and each differs from the previous one by a number that is exact. */
function areExact(words: Int32Array): boolean {
  for (let high = 3; high < words.length; high += 2) {
    const delta = words[high] - words[high - 2];
    if (delta > EXACT_HIGH || delta < -EXACT_HIGH) return false;
  }
  return words.length > 0;
}

function writeHeader(writer: ByteWriter, count: number, first: bigint): void {
  for (const number of [BLOCK, MINIBLOCKS, count]) writer.appendVarInt(number);
  writer.appendZigZag(first);
}

/** Turns the first `count` deltas into distances from the smallest one, and writes them with as many bits as they need. */
function packBlock(writer: ByteWriter, count: number): void {
  let least = DELTAS[0];
  for (let i = 1; i < count; i++) if (DELTAS[i] < least) least = DELTAS[i];
  appendZigZag(writer, least);
  const widths = writer.index;
  for (let i = 0; i < MINIBLOCKS; i++) writer.appendUint8(0);
  for (let start = 0; start < count; start += MINIBLOCK) {
    const end = Math.min(start + MINIBLOCK, count);
    let largest = 0;
    for (let i = start; i < end; i++) {
      const distance = DELTAS[i] -= least;
      if (distance > largest) largest = distance;
    }
    const width = bitWidth(largest);
    writer.view.setUint8(widths + start / MINIBLOCK, width);
    packMiniblock(writer, start, end, width);
  }
}

/** Appends a whole number of at most 53 bits; for a BigInt this takes several objects a byte. */
function appendZigZag(writer: ByteWriter, number: number): void {
  let left = number < 0 ? -2 * number - 1 : 2 * number;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) writer.appendUint8(left & 0x7f | 0x80);
  writer.appendUint8(left);
}

/** Its bytes are whole words, since it has as many values as a word has bits; zeros stand for those that it lacks. */
function packMiniblock(writer: ByteWriter, start: number, end: number, width: number): void {
  const bytes = MINIBLOCK * width / 8;
  writer.ensure(bytes);
  const { view } = writer;
  const last = writer.index + bytes;
  let offset = writer.index;
  let bits = 0;
  let used = 0; // not yet written: fewer than 32
  const ofLast = width > 32 ? width - 32 : width; // bits of a value's last word
  for (let i = start; i < end; i++) {
    let word = DELTAS[i] >>> 0;
    if (width > 32) { // this one is full, and the high one follows
      view.setInt32(offset, bits | word << used, true);
      offset += 4;
      bits = used === 0 ? 0 : word >>> (32 - used);
      word = DELTAS[i] / TWO_32 >>> 0;
    }
    bits |= word << used;
    used += ofLast;
    if (used < 32) continue;
    view.setInt32(offset, bits, true);
    offset += 4;
    used -= 32;
    bits = used === 0 ? 0 : word >>> (ofLast - used);
  }
  for (; offset < last; offset += 4, bits = 0) view.setInt32(offset, bits, true);
  writer.index += bytes;
  writer.offset += bytes;
}

function bitWidth(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / TWO_32);
}

/** Reads as many values as `output` has room for. */
export function unpackInt64(reader: DataReader, output: BigInt64Array): void {
  const copy = padded(reader);
  if (unpackExactly(copy, output)) {
    reader.offset = copy.offset;
    return;
  }
  deltaBinaryUnpack(reader, output.length, output);
}

/** The same with plain numbers; false when a delta may be too large for that, or a block does not have our form. */
function unpackExactly(reader: DataReader, output: BigInt64Array): boolean {
  if (readVarInt(reader) !== BLOCK || readVarInt(reader) !== MINIBLOCKS) return false;
  readVarInt(reader); // skips their number, which the caller knows
  if (output.length === 0) return false;
  output[0] = readZigZagBigInt(reader);
  const words = new Int32Array(output.buffer, output.byteOffset, 2 * output.length);
  for (let at = 1; at < output.length;) {
    const least = readZigZagBigInt(reader);
    if (least !== BigInt.asIntN(EXACT_BITS, least)) return false;
    const widths = reader.offset;
    reader.offset += MINIBLOCKS;
    for (let i = 0; i < MINIBLOCKS && at < output.length; i++) {
      const width = reader.view.getUint8(widths + i);
      if (width > EXACT_BITS) return false;
      const end = Math.min(at + MINIBLOCK, output.length);
      if (!unpackMiniblock(reader, words, at, end, width, Number(least))) return false;
      at = end;
      reader.offset += MINIBLOCK * width / 8;
    }
  }
  return true;
}

/** Fills the values from `at` to `end`, each from the previous one and its delta; false when a delta is too large. */
function unpackMiniblock(
  { view, offset }: DataReader,
  words: Int32Array,
  at: number,
  end: number,
  width: number,
  least: number,
): boolean {
  let low = words[2 * at - 2] >>> 0;
  let high = words[2 * at - 1];
  let bit = 8 * offset;
  for (let i = at; i < end; i++, bit += width) {
    const delta = least + bitsAt(view, bit, width);
    if (delta > EXACT_DELTA || delta < -EXACT_DELTA) return false;
    const sum = low + delta;
    const carry = Math.floor(sum / TWO_32);
    low = sum - carry * TWO_32;
    high += carry;
    words[2 * i] = low;
    words[2 * i + 1] = high;
  }
  return true;
}

/** The number of `width` bits that begins at a bit position; the view must have eight bytes from there on. */
function bitsAt(view: DataView, bit: number, width: number): number {
  const place = bit >>> 3;
  const shift = bit & 7;
  const low = view.getUint32(place, true) >>> shift;
  const more = width + shift - 32; // bits in the next four bytes
  if (more <= 0) return width === 32 ? low : low & ((1 << width) - 1);
  return low + (view.getUint32(place + 4, true) & ((1 << more) - 1)) * ABOVE[shift];
}

/** The reader with spare bytes behind its last one, so that the bits of a number can be read in one go. */
function padded({ view, offset }: DataReader): DataReader {
  const bytes = new Uint8Array(view.byteLength + 8);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return { view: new DataView(bytes.buffer), offset };
}
