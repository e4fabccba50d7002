import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Trades } from "../feed/trades.ts";
import { removeUnfinished, writeAtomically } from "./atomic.ts";
import { DamagedPartition } from "./damaged_partition.ts";
import { decodeLedger, encodeLedger, type Ledger } from "./ledger.ts";
import { type MergeTally, mergeTrades, type SortedSource } from "./merge.ts";
import { type Footer, readFooter, readTrades } from "./parquet_reader.ts";
import { ROW_GROUP_ROWS } from "./parquet_schema.ts";
import { TradesWriter } from "./parquet_writer.ts";

/** What our key-values in a Parquet footer begin with. */
const KEY = "xetra-parqed.";

/** A day's trades as they lie on disk. */
export interface Partition {
  readonly rows: number;
  readonly ledger: Ledger;
}

/** What publishing changed. */
export interface Published {
  /** Rows of the partition now. */
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  /** Duplicates that differ from the stored trade in a column outside of the identity; the stored one stays. */
  readonly conflicts: number;
}

/** How a partition is written. */
export interface Publication {
  /** What the footer names as its author. */
  readonly createdBy: string;
  /** Awaited after each row group, so that others get a turn; what it throws ends the publication. */
  readonly breathe: () => Promise<void>;
}

/** The partition at `path`; null when there is none. Throws `DamagedPartition` when its footer is not ours. */
export async function readPartition(path: string): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const footer = await readDamageable(path, () => readFooter(bufferOf(file)));
  return { rows: footer.rows, ledger: await readDamageable(path, () => ledgerOf(footer)) };
}

/**
 * Merges sorted trades into the partition at `path`, with the ledger entries of the files that they come from, in
 * one rename: a partition only grows. Its bytes are checked against their digest first.
 * Throws `DamagedPartition`; then, as after any other error, the partition is what it was.
 */
export async function publishPartition(
  path: string,
  sources: readonly SortedSource[],
  entries: Ledger,
  { createdBy, breathe }: Publication,
): Promise<Published> {
  using file = openIfThere(path);
  const stored = file === null ? null : await openStored(path, file);
  const ledger = new Map([...stored?.ledger ?? [], ...entries]);
  const tally = emptyTally();
  removeUnfinished(dirname(path));
  await writeAtomically(path, async (append) => {
    const hash = createHash("sha256");
    const writer = new TradesWriter((bytes) => {
      hash.update(bytes);
      append(bytes);
    }, createdBy);
    const all = stored === null ? sources : [stored.trades(), ...sources];
    for await (const group of mergeTrades(all, ROW_GROUP_ROWS, tally)) {
      writer.write(group);
      await breathe();
    }
    writer.finish(() =>
      new Map([
        [`${KEY}ledger`, encodeLedger(ledger)],
        [`${KEY}rows`, String(sum(tally.kept))],
        [`${KEY}digest`, hash.copy().digest("hex")],
      ])
    );
  });
  const rows = sum(tally.kept);
  return {
    rows,
    added: rows - (stored?.rows ?? 0),
    duplicates: tally.duplicates,
    conflicts: tally.conflicts,
  };
}

/** How many of the sorted trades the partition at `path` does not hold. */
export async function countUnmatched(path: string, sources: readonly SortedSource[]): Promise<number> {
  using file = openIfThere(path);
  const stored = file === null ? [] : [(await openStored(path, file)).trades()];
  const tally = emptyTally();
  for await (const _group of mergeTrades([...stored, ...sources], ROW_GROUP_ROWS, tally)); // only the tally counts
  return sum(tally.kept.slice(stored.length));
}

interface Stored extends Partition {
  trades(): AsyncGenerator<Trades>;
}

async function openStored(path: string, file: Deno.FsFile): Promise<Stored> {
  const buffer = bufferOf(file);
  const footer = await readDamageable(path, () => readFooter(buffer));
  const ledger = await readDamageable(path, () => {
    checkDigest(file, footer, buffer.byteLength);
    return ledgerOf(footer);
  });
  return { rows: footer.rows, ledger, trades: () => readTrades(buffer, footer) };
}

async function readDamageable<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new DamagedPartition(path, error);
  }
}

function ledgerOf({ rows, metadata }: Footer): Ledger {
  const ledger = metadata.get(`${KEY}ledger`);
  if (ledger === undefined) throw new Error("its footer has no ledger: it was not written by this program");
  if (metadata.get(`${KEY}rows`) !== String(rows)) {
    throw new Error("its footer counts other rows than its ledger");
  }
  return decodeLedger(ledger);
}

/** Compares all that lies before the footer with the digest in the footer: 10 ms for a day. */
function checkDigest(file: Deno.FsFile, { metadata, file: { metadata_length } }: Footer, size: number): void {
  const TAIL = 8; // the footer's length and the magic bytes
  const hash = createHash("sha256");
  const piece = new Uint8Array(1 << 20);
  file.seekSync(0, Deno.SeekMode.Start);
  for (let left = size - metadata_length - TAIL; left > 0;) {
    const read = file.readSync(piece.subarray(0, Math.min(left, piece.length)));
    if (read === null) throw new Error("it ended while it was read");
    hash.update(piece.subarray(0, read));
    left -= read;
  }
  if (hash.digest("hex") !== metadata.get(`${KEY}digest`)) {
    throw new Error("its bytes do not match their digest");
  }
}

/** Random access for the Parquet reader; synchronous below, for these are local files. */
function bufferOf(
  file: Deno.FsFile,
): { byteLength: number; slice(start: number, end?: number): ArrayBuffer } {
  const { size } = file.statSync();
  return {
    byteLength: size,
    slice: (start, end = size) => {
      const bytes = new Uint8Array(end - start);
      file.seekSync(start, Deno.SeekMode.Start);
      for (let filled = 0; filled < bytes.length;) {
        const read = file.readSync(bytes.subarray(filled));
        if (read === null) throw new Error("it ended while it was read");
        filled += read;
      }
      return bytes.buffer;
    },
  };
}

function openIfThere(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function emptyTally(): MergeTally {
  return { kept: [], duplicates: 0, conflicts: 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
