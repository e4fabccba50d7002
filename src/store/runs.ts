import { deserialize, serialize } from "node:v8";
import { join } from "node:path";
import { gather, type Trades } from "../feed/trades.ts";
import { removeIfThere, writeTemporary } from "./atomic.ts";
import type { SortedSource } from "./merge.ts";
import { sortTrades } from "./order.ts";

/** Rows sorted at a time: about 17 MB of columns. */
export const RUN_ROWS = 65_536;
/** Rows of a run that a merge holds at a time. */
const PIECE_ROWS = 8_192;

/**
 * Trades in no order, turned into sorted runs. All but the last run go to temporary files, so that the memory is
 * bounded by a run, whatever the number of trades. Dispose it to remove the files.
 */
export class Runs implements Disposable {
  readonly #directory: string;
  #files: string[] = [];
  #last: Trades | null = null;

  /** `directory` must belong to these runs alone; it is made when it is needed. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Adds a batch; nothing may be added once `sources` has been called. */
  add(batch: Trades): void {
    if (batch.rows === 0) return;
    if (this.#last !== null) this.#spill(this.#last);
    this.#last = sortTrades(batch);
  }

  /** The runs, in the order in which they were added. */
  sources(): SortedSource[] {
    const last = this.#last;
    return [...this.#files.map(readRun), ...(last === null ? [] : [single(last)])];
  }

  [Symbol.dispose](): void {
    if (this.#files.length > 0) removeIfThere(this.#directory);
  }

  #spill(run: Trades): void {
    const path = join(this.#directory, String(this.#files.length));
    this.#files.push(path);
    writeTemporary(path, (append) => {
      for (let start = 0; start < run.rows; start += PIECE_ROWS) {
        const piece = serialize(slice(run, start, Math.min(start + PIECE_ROWS, run.rows)));
        const length = new DataView(new ArrayBuffer(4));
        length.setUint32(0, piece.length);
        append(new Uint8Array(length.buffer));
        append(piece);
      }
    });
  }
}

async function* single(trades: Trades): SortedSource {
  yield trades;
}

async function* readRun(path: string): SortedSource {
  using file = await Deno.open(path);
  for (let length = await readExactly(file, 4); length !== null; length = await readExactly(file, 4)) {
    const piece = await readExactly(file, new DataView(length.buffer).getUint32(0));
    if (piece === null) throw new Error(`${path} ends within a piece`);
    yield deserialize(piece) as Trades;
  }
}

/** The next `length` bytes; null at the end of the file. */
async function readExactly(file: Deno.FsFile, length: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) return null;
    filled += read;
  }
  return bytes;
}

function slice(trades: Trades, start: number, end: number): Trades {
  const row = Uint32Array.from({ length: end - start }, (_, i) => start + i);
  return gather({ batches: [trades], batch: new Uint32Array(row.length), row });
}
