import { KERNEL } from "./kernel_bytes.ts";

/** A global variable or constant of the kernel. */
interface Global<T> {
  readonly value: T;
}

/** What `assembly/read_rows.ts` exports, where it is explained. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly readRows: (from: number, end: number, room: number) => number;
  readonly setColumns: (count: number) => void;
  readonly forgetTexts: () => void;
  readonly rows: Global<number>;
  readonly unstored: Global<number>;
  readonly filled: Global<bigint>;
  readonly areTextsFull: Global<number>;
}

const CONSTANTS = [
  "CELLS",
  "COLUMN_BYTES",
  "COLUMNS",
  "ENTRIES",
  "ENTRY_BYTES",
  "FORMS",
  "IDS",
  "MOST_ROWS",
  "MOST_TEXTS",
  "NODES",
  "NODES_BYTES",
  "NULLS",
  "WINDOW",
  "WINDOW_BYTES",
] as const;

/** An instance of the kernel. It has 8 MB of memory of its own, of which only the parts that are used take up space. */
export interface Kernel extends Exports {
  /** Addresses in its memory, in bytes, and sizes. */
  readonly at: Readonly<Record<typeof CONSTANTS[number], number>>;
  /** Its memory, which never grows, as bytes, as words of 32 bits, and as values of any kind. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
}

let compiled: WebAssembly.Module | undefined;

/** Whether WebAssembly is there, with SIMD. */
export function isKernelSupported(): boolean {
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(KERNEL);
}

export function newKernel(): Kernel {
  compiled ??= new WebAssembly.Module(KERNEL);
  const exports = new WebAssembly.Instance(compiled).exports;
  const at = Object.fromEntries(CONSTANTS.map((name) => [name, (exports[name] as WebAssembly.Global).value]));
  const buffer = (exports.memory as WebAssembly.Memory).buffer as ArrayBuffer;
  return {
    ...exports as unknown as Exports,
    at: at as Kernel["at"],
    bytes: new Uint8Array(buffer),
    words: new Int32Array(buffer),
    view: new DataView(buffer),
  };
}
