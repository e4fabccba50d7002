/** Reads a Parquet file with parquet-wasm, from the memory in which that stores its Arrow arrays. */
import { readParquet, wasmMemory } from "parquet-wasm";

/** A value as Arrow has it: 64-bit integers and nanoseconds as bigint, dates as days since 1970. */
export type ArrowValue = string | number | bigint | boolean | null;

/** A column by name, with Arrow's format string for its type. */
export interface ArrowColumn {
  readonly name: string;
  readonly format: string;
  readonly values: readonly ArrowValue[];
}

/** All columns of a Parquet file, in order. */
export function readArrow(parquet: Uint8Array): ArrowColumn[] {
  const stream = readParquet(parquet, { batchSize: 1 << 20 }).toFFI();
  try {
    const memory = new Memory(wasmMemory().buffer);
    const batches = Array.from(stream.arrayAddrs(), (address) => memory.children(address, ARRAY));
    return memory.children(stream.schemaAddr(), SCHEMA).map((schema, column) => {
      const format = memory.text(memory.pointer(schema));
      const values = batches.flatMap((arrays) => memory.values(arrays[column], format));
      return { name: memory.text(memory.pointer(schema + 4)), format, values };
    });
  } finally {
    stream.free();
  }
}

/** Offsets of the children in the structs of the Arrow C data interface, with pointers of four bytes. */
interface Struct {
  readonly childCount: number;
  readonly children: number;
}

const SCHEMA: Struct = { childCount: 24, children: 32 };
const ARRAY: Struct = { childCount: 32, children: 44 };
const ARRAY_LENGTH = 0;
const ARRAY_OFFSET = 16;
const ARRAY_BUFFERS = 40;

/** The memory of the WebAssembly module, in which addresses are numbers. */
class Memory {
  readonly #view: DataView;
  readonly #decoder = new TextDecoder();

  constructor(readonly buffer: ArrayBufferLike) {
    this.#view = new DataView(buffer);
  }

  pointer(address: number): number {
    return this.#view.getUint32(address, true);
  }

  children(struct: number, { childCount, children }: Struct): number[] {
    const pointers = this.pointer(struct + children);
    return Array.from({ length: this.#int64(struct + childCount) }, (_, i) => this.pointer(pointers + 4 * i));
  }

  /** The text up to a zero byte. */
  text(address: number): string {
    const end = new Uint8Array(this.buffer).indexOf(0, address);
    return this.#decoder.decode(new Uint8Array(this.buffer, address, end - address));
  }

  values(array: number, format: string): ArrowValue[] {
    const buffers = this.pointer(array + ARRAY_BUFFERS);
    const [validity, data, text] = [0, 1, 2].map((i) => this.pointer(buffers + 4 * i));
    const start = this.#int64(array + ARRAY_OFFSET);
    return Array.from({ length: this.#int64(array + ARRAY_LENGTH) }, (_, i) => {
      const isNull = validity !== 0 && !this.#bit(validity, start + i);
      return isNull ? null : this.#value(format, data, text, start + i);
    });
  }

  #value(format: string, data: number, text: number, row: number): ArrowValue {
    switch (format) {
      case "u": {
        const [from, to] = [row, row + 1].map((i) => this.#view.getInt32(data + 4 * i, true));
        return this.#decoder.decode(new Uint8Array(this.buffer, text + from, to - from));
      }
      case "tsn:":
      case "l":
        return this.#view.getBigInt64(data + 8 * row, true);
      case "i":
      case "tdD":
        return this.#view.getInt32(data + 4 * row, true);
      case "g":
        return this.#view.getFloat64(data + 8 * row, true);
      case "b":
        return this.#bit(data, row);
      default:
        throw new Error(`no column of ours has the Arrow format ${format}`);
    }
  }

  #bit(address: number, index: number): boolean {
    return (this.#view.getUint8(address + (index >> 3)) >> (index & 7) & 1) === 1;
  }

  #int64(address: number): number {
    return Number(this.#view.getBigInt64(address, true));
  }
}
