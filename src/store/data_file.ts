import type { RecordType } from "../feed/records/record_type.ts";
import { fromDisk } from "../system/disk_error.ts";
import { NotAsWritten } from "./damage.ts";
import { newHash } from "./digest.ts";
import { inPresentOrder } from "./first_version.ts";
import { DIGEST_KEY, ROWS_KEY } from "./footer_keys.ts";
import type { SortedSource } from "./merge_sorted.ts";
import {
  type Footer,
  type FooterFacts,
  type IsWanted,
  readFooter,
  readFooterFacts,
} from "./parquet/footer.ts";
import { readBatches } from "./parquet/reader.ts";

/** What the footer of a file of rows says; `parquet` is either the facts about the whole file, or everything. */
export interface Described<F extends FooterFacts> {
  readonly rows: number;
  /** The SHA-256 of all that lies before the footer, in hex digits. */
  readonly digest: string;
  /** Includes the metadata that `writeBatches` was given to keep. */
  readonly parquet: F;
}
/** Enough to identify a file. */
export type DataFacts = Described<FooterFacts>;
/** Enough to read its rows. */
export type DataFooter = Described<Footer>;

/** Opens a file for reading; null when it does not exist. */
export function openIfThere(path: string): Deno.FsFile | null {
  try {
    return fromDisk(path, () => Deno.openSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Files that stay open until this is disposed of, each as it was opened. */
export interface OpenFiles<T> extends Disposable {
  readonly all: readonly T[];
}

/** Opens those of some files that exist, in their order. Throws what `open` throws; then none stays open. */
export async function openFiles<S extends { readonly path: string }, T>(
  sources: readonly S[],
  open: (source: S, file: Deno.FsFile) => Promise<T>,
): Promise<OpenFiles<T>> {
  using files = new DisposableStack();
  const all: T[] = [];
  for (const source of sources) {
    const file = openIfThere(source.path);
    if (file !== null) all.push(await open(source, files.use(file)));
  }
  const kept = files.move();
  return { all, [Symbol.dispose]: () => kept.dispose() };
}

/** Reads what the footer says of the file as a whole. Throws as `readDataFooter`. */
export async function readDataFacts(file: Deno.FsFile, type: RecordType): Promise<DataFacts> {
  return described(await readFooterFacts(bufferOf(file), type));
}

/**
 * Reads the footer alone, with all row groups or those that are wanted. Throws `NotAsWritten` when it is damaged or was not
 * written by this program, and the disk's errors.
 */
export async function readDataFooter(
  file: Deno.FsFile,
  type: RecordType,
  isWanted?: IsWanted,
): Promise<DataFooter> {
  return described(await readFooter(bufferOf(file), type, isWanted));
}

function described<F extends FooterFacts>(parquet: F): Described<F> {
  const [rows, digest] = [parquet.metadata.get(ROWS_KEY), parquet.metadata.get(DIGEST_KEY)];
  if (digest === undefined) {
    throw new NotAsWritten("its footer has no digest: it was not written by this program");
  }
  if (rows !== String(parquet.rows)) throw new NotAsWritten("its footer counts other rows than were written");
  return { rows: parquet.rows, digest, parquet };
}

/**
 * Compares everything before the footer with its digest; takes 10 ms for a day. Throws `NotAsWritten` when they differ.
 */
export function checkDigest(file: Deno.FsFile, { digest, parquet }: DataFooter): void {
  const hash = newHash();
  const piece = new Uint8Array(1 << 20);
  file.seekSync(0, Deno.SeekMode.Start);
  for (let left = parquet.start; left > 0;) {
    const read = file.readSync(piece.subarray(0, Math.min(left, piece.length)));
    if (read === null) throw new NotAsWritten("it ended while it was read");
    hash.update(piece.subarray(0, read));
    left -= read;
  }
  if (hash.digest("hex") !== digest) throw new NotAsWritten("its bytes do not match their digest");
}

/** The rows of an open file, in pieces. */
export function batchesIn(file: Deno.FsFile, { parquet }: DataFooter): SortedSource {
  const batches = readBatches(bufferOf(file).slice, parquet);
  return parquet.isOfFirstVersion ? inPresentOrder(batches) : batches;
}

/** The same rows; each piece is read through `reading`, which may replace the errors of reading it. */
export async function* guarded(
  source: SortedSource,
  reading: <T>(read: () => Promise<T>) => Promise<T>,
): SortedSource {
  const pieces = source[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await reading(() => pieces.next());
    if (done) return;
    yield value;
  }
}

/** Random access for the Parquet reader; the reads are synchronous, since these are local files. */
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
        if (read === null) throw new NotAsWritten("it ended while it was read");
        filled += read;
      }
      return bytes.buffer;
    },
  };
}
