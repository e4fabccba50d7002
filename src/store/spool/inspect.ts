import { newHash } from "../digest.ts";
import { gunzip, NotGzip } from "./gzip.ts";
import { countLinesIn } from "./lines.ts";
import { type Breathe, countObjects, NotNdjson } from "./ndjson.ts";

/** What bytes that came were found to be: a file with so many lines, packed or plain, or why they are none. */
export type Inspection =
  | { readonly lines: number; readonly isPlain: boolean }
  | { readonly reason: string };

/**
 * Reads a gzip stream to its end, where its checksum is; it may unpack to `limit` bytes. Throws what the disk throws.
 */
export async function inspectGzip(path: string, limit: number): Promise<Inspection> {
  try {
    return { lines: await countLinesIn(gunzip(path, limit)), isPlain: false };
  } catch (error) {
    if (error instanceof NotGzip) return { reason: error.message };
    throw error;
  }
}

/** The same, but plain NDJSON is a file as well, if it is whole. Throws what `breathe` throws, too. */
export async function inspect(path: string, limit: number, breathe: Breathe): Promise<Inspection> {
  const packed = await inspectGzip(path, limit);
  if ("lines" in packed) return packed;
  try {
    return { lines: await countObjects(path, breathe), isPlain: true };
  } catch (error) {
    if (!(error instanceof NotNdjson)) throw error;
    // Of a web page, or a gzip stream that is cut, nobody wants to hear that it is no NDJSON.
    return error.line === 1 ? packed : { reason: `neither gzip nor whole NDJSON: ${error.message}` };
  }
}

/**
 * Which of the known gzip files has the content of another, that at `path`: the same lines are other bytes when somebody
 * else has packed them. Null when none has, or its own bytes are damaged. Throws what the disk throws.
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

/** What names the unpacked content of a gzip file; null when its bytes are damaged. */
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
