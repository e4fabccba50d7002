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

/** Writes the values as hyparquet-writer's `deltaBinaryPack` does. */
export function packInt64(writer: ByteWriter, values: BigInt64Array): void {
  const deltas = exactDeltas(values);
  if (deltas === null) return deltaBinaryPack(writer, values, "INT64");
  pack(writer, values[0], deltas);
}

/** The same for lengths, as 32-bit integers. */
export function packLengths(writer: ByteWriter, lengths: Int32Array): void {
  if (lengths.length === 0) return deltaBinaryPack(writer, lengths, "INT32");
  const deltas = new Float64Array(lengths.length - 1);
  for (let i = 0; i < deltas.length; i++) deltas[i] = lengths[i + 1] - lengths[i];
  pack(writer, BigInt(lengths[0]), deltas);
}

function pack(writer: ByteWriter, first: bigint, deltas: Float64Array): void {
  for (const number of [BLOCK, MINIBLOCKS, deltas.length + 1]) writer.appendVarInt(number);
  writer.appendZigZag(first);
  for (let start = 0; start < deltas.length; start += BLOCK) {
    packBlock(writer, deltas.subarray(start, start + BLOCK));
  }
}

/** Each value minus the previous one; null when there is none, or one is too large. */
function exactDeltas(values: BigInt64Array): Float64Array | null {
  if (values.length === 0) return null;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length); // little-endian: low, high
  const deltas = new Float64Array(values.length - 1);
  for (let i = 0; i < deltas.length; i++) {
    const high = words[2 * i + 3] - words[2 * i + 1];
    if (high > EXACT_HIGH || high < -EXACT_HIGH) return null;
    deltas[i] = high * TWO_32 + ((words[2 * i + 2] >>> 0) - (words[2 * i] >>> 0));
  }
  return deltas;
}

/** Turns the deltas of a block into distances from the smallest one, and writes them with as many bits as they need. */
function packBlock(writer: ByteWriter, deltas: Float64Array): void {
  let least = deltas[0];
  for (let i = 1; i < deltas.length; i++) if (deltas[i] < least) least = deltas[i];
  appendZigZag(writer, least);
  const widths: number[] = [];
  for (let start = 0; start < BLOCK; start += MINIBLOCK) {
    let largest = 0;
    const end = Math.min(start + MINIBLOCK, deltas.length);
    for (let i = start; i < end; i++) largest = Math.max(largest, deltas[i] -= least);
    widths.push(bitWidth(largest));
  }
  for (const width of widths) writer.appendUint8(width);
  widths.forEach((width, i) => packMiniblock(writer, deltas, i * MINIBLOCK, width));
}

/** Appends a whole number of at most 53 bits; for a BigInt this takes several objects a byte. */
function appendZigZag(writer: ByteWriter, number: number): void {
  let left = number < 0 ? -2 * number - 1 : 2 * number;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) writer.appendUint8(left & 0x7f | 0x80);
  writer.appendUint8(left);
}

/** Its bytes are whole words, since it has as many values as a word has bits; zeros stand for those that it lacks. */
function packMiniblock(writer: ByteWriter, deltas: Float64Array, start: number, width: number): void {
  const bytes = MINIBLOCK * width / 8;
  writer.ensure(bytes);
  const { view } = writer;
  const last = writer.index + bytes;
  let offset = writer.index;
  let bits = 0;
  let used = 0; // not yet written: fewer than 32
  for (let i = start; i < Math.min(start + MINIBLOCK, deltas.length); i++) {
    let word = deltas[i] >>> 0; // the low one; then the high one
    for (let left = width; left > 0; left -= 32) {
      bits |= word << used;
      const rest = used + Math.min(left, 32) - 32;
      if (rest >= 0) {
        view.setInt32(offset, bits, true);
        offset += 4;
        bits = used === 0 ? 0 : word >>> (32 - used);
      }
      used = rest >= 0 ? rest : rest + 32;
      if (left > 32) word = Math.floor(deltas[i] / TWO_32);
    }
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
