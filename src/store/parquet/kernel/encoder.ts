import { ENCODER } from "./encoder_bytes.ts";

/** What `assembly/encode_values.ts` exports, where it is explained. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  /** Each returns the address where its output ends; `packInt64` 0 when a difference is too large. */
  readonly packInt64: (count: number) => number;
  readonly packLengths: (count: number) => number;
  readonly packCodes: (count: number, width: number, least: number) => number;
  /** Returns how many there are. */
  readonly findDistinct: (count: number) => number;
  /** Returns how many are not NaN. */
  readonly partPresent: (count: number) => number;
  /** Returns the address where its input ends, 0 when it is left to TypeScript. */
  readonly unpackInt64: (count: number, size: number) => number;
  readonly unpackCodes: (count: number, bit: number, width: number, more: number) => void;
}

const CONSTANTS = ["BOUNDS", "CODES", "DISTINCT", "MOST_BYTES", "MOST_VALUES", "OUTPUT", "VALUES"] as const;

/** An instance of the kernel that encodes. It has 2.4 MB of memory of its own. */
export interface Encoder extends Exports {
  /** Addresses in its memory, in bytes, and how many values a call takes. */
  readonly at: Readonly<Record<typeof CONSTANTS[number], number>>;
  /** Its memory, which never grows. */
  readonly buffer: ArrayBuffer;
}

/** Whether WebAssembly is there, with SIMD. */
export function isEncoderSupported(): boolean {
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(ENCODER);
}

export function newEncoder(): Encoder {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(ENCODER));
  const at = Object.fromEntries(CONSTANTS.map((name) => [name, (exports[name] as WebAssembly.Global).value]));
  const { memory } = exports as unknown as Exports;
  return {
    ...exports as unknown as Exports,
    at: at as Encoder["at"],
    buffer: memory.buffer as ArrayBuffer,
  };
}
