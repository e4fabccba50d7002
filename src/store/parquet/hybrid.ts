import type { ByteWriter } from "hyparquet-writer";

/** Values that are packed together, so that they fill whole bytes; as many equal ones in a row make a run. */
const GROUP = 8;

/** Reads codes of `width` bits, at most 24, of which the first begins at a bit of the bytes, and increases each by `more`. Throws a RangeError when these end. */
export function unpackCodes(
  bytes: DataView,
  bit: number,
  width: number,
  output: Uint32Array | Uint8Array,
  more: number,
): void {
  const mask = (1 << width) - 1;
  let offset = bit >>> 3;
  let bits = 0; // read, but not yet used
  let used = 0; // their number
  if ((bit & 7) !== 0) {
    bits = bytes.getUint8(offset++) >>> (bit & 7);
    used = 8 - (bit & 7);
  }
  for (let i = 0; i < output.length; i++) {
    for (; used < width; used += 8) bits |= bytes.getUint8(offset++) << used;
    output[i] = (bits & mask) + more;
    bits >>>= width;
    used -= width;
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
