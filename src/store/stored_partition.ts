import { createHash } from "node:crypto";
import type { Trades } from "../feed/trades.ts";
import { DamagedPartition } from "./damaged_partition.ts";
import { decodeLedger, type Ledger } from "./ledger.ts";
import { type Footer, readFooter, readTrades } from "./parquet_reader.ts";

/** The keys of our own in a Parquet footer. */
export const KEYS = {
  ledger: "xetra-parqed.ledger",
  rows: "xetra-parqed.rows",
  digest: "xetra-parqed.digest",
} as const;

/** A day's trades as they lie on disk. */
export interface Partition {
  readonly rows: number;
  readonly ledger: Ledger;
}

/** The partition at `path`; null when there is none. Throws `DamagedPartition` when its footer is not ours. */
export async function readPartition(path: string): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const footer = await readDamageable(path, () => readFooter(bufferOf(file)));
  return { rows: footer.rows, ledger: await readDamageable(path, () => ledgerOf(footer)) };
}

/** The same, with all its bytes checked against their digest: a proof that what its ledger names can be read. */
export async function checkPartition(path: string): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const { rows, ledger } = await openStored(path, file);
  return { rows, ledger };
}

/** A partition whose bytes have been checked against their digest. */
export interface StoredPartition extends Partition {
  /** Its row groups, one at a time, as long as its file is open. */
  trades(): AsyncGenerator<Trades>;
}

/** Reads an open partition, `path` being its name for the message. Throws `DamagedPartition`. */
export async function openStored(path: string, file: Deno.FsFile): Promise<StoredPartition> {
  const buffer = bufferOf(file);
  const footer = await readDamageable(path, () => readFooter(buffer));
  const ledger = await readDamageable(path, () => {
    checkDigest(file, footer, buffer.byteLength);
    return ledgerOf(footer);
  });
  return { rows: footer.rows, ledger, trades: () => readTrades(buffer, footer) };
}

/** What `read` returns; what it throws becomes `DamagedPartition`. */
export async function readDamageable<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new DamagedPartition(path, error);
  }
}

function ledgerOf({ rows, metadata }: Footer): Ledger {
  const ledger = metadata.get(KEYS.ledger);
  if (ledger === undefined) throw new Error("its footer has no ledger: it was not written by this program");
  if (metadata.get(KEYS.rows) !== String(rows)) {
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
  if (hash.digest("hex") !== metadata.get(KEYS.digest)) {
    throw new Error("its bytes do not match their digest");
  }
}

/** Random access for the Parquet reader; synchronous below, for these are local files. */
export function bufferOf(
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

/** Opens a file for reading; null when it is not there. */
export function openIfThere(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
