import { POSTTRADE, type SourceFile } from "../../feed/file_names.ts";
import { fromDisk } from "../../system/disk_error.ts";
import { newHash, shortDigest, shortened } from "../digest.ts";
import { gunzip } from "./gzip.ts";
import { countLinesIn } from "./count_lines.ts";

const MIB = 1024 * 1024;
/** The largest unpacked size: sixty times the largest file seen. Anything larger is a gzip bomb. */
const UNPACKED_LIMIT: Record<SourceFile["kind"], number> = {
  minute: 256 * MIB,
  daily: 4096 * MIB,
  odd: 4096 * MIB,
};

/** How far a file may unpack. A minute of the order book has 200 MB and more. */
export function unpackedLimit({ kind, service }: SourceFile): number {
  return service === POSTTRADE ? UNPACKED_LIMIT[kind] : UNPACKED_LIMIT.daily;
}

/** A file that is in the spool. */
export interface SpooledFile {
  readonly file: SourceFile;
  readonly path: string;
  /** Set for a second version, that is, other bytes under an existing name: `NAME.~DIGEST`. */
  readonly version: string | null;
}

/** The unpacked content of a spooled file, in pieces; throws `NotGzip` when its bytes have been damaged. */
export function unpack({ file, path }: SpooledFile): AsyncIterable<Uint8Array> {
  return gunzip(path, unpackedLimit(file));
}

/** What is unpacked, and what names the packed bytes in the ledger, once all pieces were taken. */
export interface Unpacked {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly digest: () => string;
}

/** The same as `unpack`, with the digest of the file's bytes; a small file is read only once for both. */
export function unpackHashed({ file, path }: SpooledFile): Unpacked {
  let known: string | null = null;
  const onRead = (packed: Uint8Array) => known = shortDigest(packed);
  return {
    pieces: gunzip(path, unpackedLimit(file), onRead),
    digest: () => known ?? rawDigest(path),
  };
}

/**
 * The digest that identifies a raw file in the ledger. Read in one go: a stream would cost a seventh of the time of
 * publishing a day.
 */
export function rawDigest(path: string): string {
  const hash = newHash();
  const piece = new Uint8Array(64 * 1024);
  using file = fromDisk(path, () => Deno.openSync(path));
  const next = () => fromDisk(path, () => file.readSync(piece));
  for (let read = next(); read !== null; read = next()) hash.update(piece.subarray(0, read));
  return shortened(hash);
}

/**
 * The number of lines in a spooled file that are not blank; it equals the number of rows if no line is bad. Throws as
 * `unpack`.
 */
export function countLines(spooled: SpooledFile): Promise<number> {
  return countLinesIn(unpack(spooled));
}
