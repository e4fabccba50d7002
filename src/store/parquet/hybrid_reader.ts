import { readVarInt } from "hyparquet/src/thrift.js";
import type { DataReader } from "hyparquet";
import { fastestLoops } from "./fastest_loops.ts";
import { unpackCodes } from "./hybrid.ts";

/** Fewer codes than these are not worth a call of the kernel. */
const MANY = 64;

/** Reads Parquet's hybrid of runs and packed bits in pieces; hyparquet's own reader returns all values at once. */
export class HybridReader {
  readonly #reader: DataReader;
  readonly #width: number;
  /** How many values are left in the current run or packed groups. */
  #left = 0;
  /** The value of the current run; null in packed groups. */
  #run: number | null = null;
  /** Where the next packed value begins. */
  #bit = 0;

  /** For values of `width` bits, at most 24; `reader` must be at their beginning. */
  constructor(reader: DataReader, width: number) {
    this.#reader = reader;
    this.#width = width;
  }

  /** Fills `output` with the next values, each increased by `more`. */
  read(output: Uint32Array | Uint8Array, more = 0): void {
    for (let at = 0; at < output.length;) {
      const count = this.#next(output.length - at);
      if (this.#run !== null) output.fill(this.#run + more, at, at + count);
      else this.#unpack(output.subarray(at, at + count), more);
      at += count;
    }
  }

  /** Passes over the next `count` values. */
  skip(count: number): void {
    for (let left = count; left > 0;) {
      const passed = this.#next(left);
      this.#bit += passed * this.#width;
      left -= passed;
    }
  }

  /** Counts off up to so many values of the current run or groups, or else of the next; returns how many. */
  #next(most: number): number {
    if (this.#left === 0) this.#begin();
    const count = Math.min(most, this.#left);
    this.#left -= count;
    return count;
  }

  #begin(): void {
    const reader = this.#reader;
    const header = readVarInt(reader);
    const isRun = (header & 1) === 0;
    this.#left = isRun ? header >>> 1 : (header >>> 1) * 8;
    if (this.#left === 0) throw new Error("a column has a run of no values");
    this.#run = isRun ? 0 : null;
    if (!isRun) {
      this.#bit = 8 * reader.offset;
      reader.offset += this.#left * this.#width / 8;
      return;
    }
    for (let bits = 0; bits < this.#width; bits += 8) {
      this.#run! |= reader.view.getUint8(reader.offset++) << bits;
    }
  }

  #unpack(output: Uint32Array | Uint8Array, more: number): void {
    const { view } = this.#reader;
    if (output.length < MANY) unpackCodes(view, this.#bit, this.#width, output, more);
    else fastestLoops().unpackCodes(view, this.#bit, this.#width, output, more);
    this.#bit += output.length * this.#width;
  }
}
