import { MINUTE_MAKER } from "./minute_maker_bytes.ts";

/** What `assembly/make_minutes.ts` exports, where it is explained. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly beginLine: () => void;
  /** Returns the row at which there was no more room, or `to`. */
  readonly addRows: (from: number, to: number) => number;
  readonly barsMade: () => number;
  readonly finish: () => void;
  readonly clear: () => void;
}

const SIZES = ["MOST_BARS", "MOST_ROWS"] as const;
const TRADES = ["TIMES", "PRICES", "QUANTITIES", "NOTATIONS", "NATURES"] as const;
const BARS = [
  "STARTS",
  "OPEN",
  "HIGH",
  "LOW",
  "CLOSE",
  "VOLUME",
  "TURNOVER",
  "VWAP",
  "TRADES",
  "FIXINGS",
  "AUCTION_VOLUME",
  "OFF_BOOK_VOLUME",
  "OFF_BOOK_TRADES",
] as const;
const CONSTANTS = [...SIZES, ...TRADES, ...BARS];

/** An instance of the kernel that makes bars of a minute. It has 2 MB of memory of its own. */
export interface MinuteMaker extends Exports {
  /** Addresses in its memory, in bytes, and how many rows and bars there is room for. */
  readonly at: Readonly<Record<typeof CONSTANTS[number], number>>;
  /** Its memory, which never grows. */
  readonly buffer: ArrayBuffer;
}

/** Compiled once for all instances. */
let compiled: WebAssembly.Module | undefined;

/** Null where there is no WebAssembly. */
export function newMinuteMaker(): MinuteMaker | null {
  if (typeof WebAssembly === "undefined") return null;
  compiled ??= new WebAssembly.Module(MINUTE_MAKER);
  const { exports } = new WebAssembly.Instance(compiled);
  const at = Object.fromEntries(CONSTANTS.map((name) => [name, (exports[name] as WebAssembly.Global).value]));
  const { memory } = exports as unknown as Exports;
  return {
    ...exports as unknown as Exports,
    at: at as MinuteMaker["at"],
    buffer: memory.buffer as ArrayBuffer,
  };
}
