import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Node requires pieces of output to have at least this many bytes. */
const LEAST_PIECE = 64;

/** The results of inputs up to this size are remembered, up to so many of them. */
const SMALL_BYTES = 64;
const MOST_REMEMBERED = 1_000;

const remembered = new Map<string, Uint8Array>();

/**
 * Level 1: on this data smaller and faster than level 3. Most columns repeat few values: of the small pages of a day only
 * one in six differs from the others, and zlib takes longer to set up than to compress them. The result must only be
 * read, since it may be shared.
 */
export function compress(bytes: Uint8Array): Uint8Array {
  if (bytes.length > SMALL_BYTES) return compressed(bytes);
  const key = String.fromCharCode(...bytes);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const result = compressed(bytes);
  if (remembered.size === MOST_REMEMBERED) remembered.clear();
  remembered.set(key, result);
  return result;
}

/**
 * The output is written in one piece, like that of `decompress`: pieces of 16 KB that are joined in the end would leave
 * 10 MB of garbage per row group.
 */
function compressed(bytes: Uint8Array): Uint8Array {
  const chunkSize = Math.max(LEAST_PIECE, bytes.length + 1);
  return zstdCompressSync(bytes, { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Unpacks bytes whose unpacked size is known. */
export function decompress(bytes: Uint8Array, size: number): Uint8Array {
  return zstdDecompressSync(bytes, { chunkSize: Math.max(LEAST_PIECE, size + 1) });
}
