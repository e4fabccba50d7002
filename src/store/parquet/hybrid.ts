import { readVarInt } from "hyparquet/src/thrift.js";
import type { DataReader } from "hyparquet";

/**
 * Reads Parquet's hybrid of runs and packed bits in pieces; hyparquet's own reader returns all values at once.
 */
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
