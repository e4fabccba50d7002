import type { DataReader } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";
import type { Distinct } from "./distinct.ts";
import type { Present } from "./present.ts";

/** The loops in which each value of a column is encoded or decoded. */
export interface ValueLoops {
  readonly packInt64: (writer: ByteWriter, values: BigInt64Array) => void;
  readonly packLengths: (writer: ByteWriter, lengths: Int32Array) => void;
  readonly writeHybrid: (
    writer: ByteWriter,
    values: Uint32Array | Uint8Array,
    width: number,
    least?: number,
  ) => void;
  readonly distinct: (numbers: Float64Array) => Distinct;
  readonly present: (numbers: Float64Array) => Present;
  readonly unpackInt64: (reader: DataReader, output: BigInt64Array) => void;
  readonly unpackCodes: (
    bytes: DataView,
    bit: number,
    width: number,
    output: Uint32Array | Uint8Array,
    more: number,
  ) => void;
}
