import { newHash } from "../digest.ts";
import { gunzip, NotGzip } from "./gzip.ts";
import { countLinesIn } from "./count_lines.ts";
import { type Breathe, countObjects, NotNdjson } from "./ndjson.ts";

/** What downloaded bytes are: a file with this many lines, packed or plain, or the reason why they are not a file. */
export type Inspection =
  | { readonly lines: number; readonly isPlain: boolean }
  | { readonly reason: string };

/**
 * Reads a gzip stream to its end, where its checksum is; it may unpack to at most `limit` bytes. Throws the disk's
 * errors.
 */
export async function inspectGzip(path: string, limit: number): Promise<Inspection> {
  try {
    return { lines: await countLinesIn(gunzip(path, limit)), isPlain: false };
  } catch (error) {
    if (error instanceof NotGzip) return { reason: error.message };
    throw error;
  }
}

/** The same, but complete plain NDJSON counts as a file too. Also throws what `breathe` throws. */
export async function inspect(path: string, limit: number, breathe: Breathe): Promise<Inspection> {
  const packed = await inspectGzip(path, limit);
  if ("lines" in packed) return packed;
  try {
    return { lines: await countObjects(path, breathe), isPlain: true };
  } catch (error) {
    if (!(error instanceof NotNdjson)) throw error;
    // For a web page or a cut gzip stream it does not help to report that it is not NDJSON.
    return error.line === 1 ? packed : { reason: `neither gzip nor whole NDJSON: ${error.message}` };
  }
}

/**
 * Finds the known gzip file that has the same content as the one at `path`: the same lines have other bytes if another
 * program packed them. Null when there is none, or the file's own bytes are damaged. Throws the disk's errors.
 */
export async function findSame<T extends { readonly path: string }>(
  path: string,
  known: readonly T[],
  limit: number,
): Promise<T | null> {
  const content = await contentDigest(path, limit);
  for (const file of content === null ? [] : known) {
    if (await contentDigest(file.path, limit) === content) return file;
  }
  return null;
}

/** Identifies the unpacked content of a gzip file; null when its bytes are damaged. */
async function contentDigest(path: string, limit: number): Promise<string | null> {
  const hash = newHash();
  try {
    for await (const piece of gunzip(path, limit)) hash.update(piece);
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof NotGzip) return null;
    throw error;
  }
}
