import type { SourceFile } from "../../feed/file_names.ts";
import { fromDisk } from "../../system/disk_error.ts";
import { newHash, shortDigest, shortened } from "../digest.ts";
import { gunzip } from "./gzip.ts";
import { countLinesIn } from "./lines.ts";

const MIB = 1024 * 1024;
/** How far a file may unpack: sixty times the largest seen; beyond it is a bomb, not trades. */
export const UNPACKED_LIMIT: Record<SourceFile["kind"], number> = {
  minute: 256 * MIB,
  daily: 4096 * MIB,
  odd: 4096 * MIB,
};

/** A file that is in the spool. */
export interface SpooledFile {
  readonly file: SourceFile;
  readonly path: string;
  /** Set on a second version, other bytes under a name that was there already: `NAME.~DIGEST`. */
  readonly version: string | null;
}

/** The content of a spooled file, unpacked, in pieces; throws `NotGzip` when its bytes have been damaged. */
export function unpack({ file, path }: SpooledFile): AsyncIterable<Uint8Array> {
  return gunzip(path, UNPACKED_LIMIT[file.kind]);
}

/** What is unpacked, and what names the packed bytes in the ledger, once all pieces were taken. */
export interface Unpacked {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly digest: () => string;
}

/** The same as `unpack`, with the digest of the file's bytes: a small file is read once for both. */
export function unpackHashed({ file, path }: SpooledFile): Unpacked {
  let known: string | null = null;
  const onRead = (packed: Uint8Array) => known = shortDigest(packed);
  return {
    pieces: gunzip(path, UNPACKED_LIMIT[file.kind], onRead),
    digest: () => known ?? rawDigest(path),
  };
}

/** What names a raw file's bytes in the ledger. Read in one go: a stream costs a seventh of a day's publication. */
export function rawDigest(path: string): string {
  const hash = newHash();
  const piece = new Uint8Array(64 * 1024);
  using file = fromDisk(path, () => Deno.openSync(path));
  const next = () => fromDisk(path, () => file.readSync(piece));
  for (let read = next(); read !== null; read = next()) hash.update(piece.subarray(0, read));
  return shortened(hash);
}

/** The lines of a spooled file that are not blank: so many rows it has, if none is bad. Throws as `unpack`. */
export function countLines(spooled: SpooledFile): Promise<number> {
  return countLinesIn(unpack(spooled));
}
