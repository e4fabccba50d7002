import type { DataReader } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";
import type { Distinct } from "./distinct.ts";
import type { Encoder } from "./kernel/encoder.ts";
import type { Present } from "./present.ts";
import type { ValueLoops } from "./value_loops.ts";

/**
 * The loops in WebAssembly. They write the same bytes as those in TypeScript, to which they leave what does not fit into
 * the kernel's memory. Values are copied into it, and bytes out of it: of a day 26 MB and 6 MB, which takes 5 ms.
 */
export class KernelLoops implements ValueLoops {
  readonly #encoder: Encoder;
  readonly #bytes: Uint8Array;
  readonly #codes: Uint32Array;
  readonly #distinct: Float64Array;
  readonly #bounds: Float64Array;
  readonly #longs: BigInt64Array;
  readonly #doubles: Float64Array;
  readonly #words: Uint32Array;

  constructor(encoder: Encoder, readonly inTypeScript: ValueLoops) {
    const { at: { BOUNDS, VALUES, CODES, DISTINCT, MOST_VALUES }, buffer } = encoder;
    this.#encoder = encoder;
    this.#bytes = new Uint8Array(buffer);
    this.#bounds = new Float64Array(buffer, BOUNDS, 2);
    this.#longs = new BigInt64Array(buffer, VALUES, MOST_VALUES);
    this.#doubles = new Float64Array(buffer, VALUES, MOST_VALUES);
    this.#words = new Uint32Array(buffer, VALUES, MOST_VALUES);
    this.#codes = new Uint32Array(buffer, CODES, MOST_VALUES);
    this.#distinct = new Float64Array(buffer, DISTINCT, MOST_VALUES);
  }

  packInt64(writer: ByteWriter, values: BigInt64Array): void {
    if (!this.#fits(values)) return this.inTypeScript.packInt64(writer, values);
    this.#longs.set(values);
    const end = this.#encoder.packInt64(values.length);
    if (end === 0) this.inTypeScript.packInt64(writer, values);
    else this.#append(writer, end);
  }

  packLengths(writer: ByteWriter, lengths: Int32Array): void {
    if (!this.#fits(lengths)) return this.inTypeScript.packLengths(writer, lengths);
    this.#words.set(lengths);
    this.#append(writer, this.#encoder.packLengths(lengths.length));
  }

  writeHybrid(writer: ByteWriter, values: Uint32Array | Uint8Array, width: number, least = 0): void {
    if (!this.#fits(values)) return this.inTypeScript.writeHybrid(writer, values, width, least);
    this.#words.set(values);
    this.#append(writer, this.#encoder.packCodes(values.length, width, least));
  }

  distinct(numbers: Float64Array): Distinct {
    if (!this.#fits(numbers)) return this.inTypeScript.distinct(numbers);
    this.#doubles.set(numbers);
    const known = this.#encoder.findDistinct(numbers.length);
    return {
      codes: this.#codes.slice(0, numbers.length),
      values: Array.from(this.#distinct.subarray(0, known)),
    };
  }

  present(numbers: Float64Array): Present {
    if (!this.#fits(numbers)) return this.inTypeScript.present(numbers);
    this.#doubles.set(numbers);
    const rows = numbers.length;
    const count = this.#encoder.partPresent(rows);
    const [least, most] = this.#bounds;
    if (count === rows) return { values: numbers, levels: null, least, most };
    const { CODES } = this.#encoder.at;
    const levels = count === 0 ? null : this.#bytes.slice(CODES, CODES + rows);
    return { values: this.#distinct.slice(0, count), levels, least, most };
  }

  unpackInt64(reader: DataReader, output: BigInt64Array): void {
    const { view, offset } = reader;
    const size = view.byteLength - offset;
    const end = this.#fits(output) && this.#take(view, offset, size)
      ? this.#encoder.unpackInt64(output.length, size)
      : 0;
    if (end === 0) return this.inTypeScript.unpackInt64(reader, output);
    output.set(this.#longs.subarray(0, output.length));
    reader.offset += end - this.#encoder.at.OUTPUT;
  }

  unpackCodes(
    bytes: DataView,
    bit: number,
    width: number,
    output: Uint32Array | Uint8Array,
    more: number,
  ): void {
    const first = bit >>> 3;
    const size = Math.ceil((bit + output.length * width) / 8) - first;
    if (!this.#fits(output) || !this.#take(bytes, first, size)) {
      return this.inTypeScript.unpackCodes(bytes, bit, width, output, more);
    }
    this.#encoder.unpackCodes(output.length, bit & 7, width, more);
    output.set(this.#words.subarray(0, output.length));
  }

  /** Copies bytes to be decoded into the kernel's memory; false when they do not fit, or there are not as many. */
  #take({ buffer, byteOffset, byteLength }: DataView, start: number, size: number): boolean {
    if (size > this.#encoder.at.MOST_BYTES || start + size > byteLength) return false;
    this.#bytes.set(new Uint8Array(buffer, byteOffset + start, size), this.#encoder.at.OUTPUT);
    return true;
  }

  #fits({ length }: { readonly length: number }): boolean {
    return length > 0 && length <= this.#encoder.at.MOST_VALUES;
  }

  #append(writer: ByteWriter, end: number): void {
    writer.appendBytes(this.#bytes.subarray(this.#encoder.at.OUTPUT, end));
  }
}
