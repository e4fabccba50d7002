import { createReadStream } from "node:fs";
import { Readable, type Transform } from "node:stream";
import { createGunzip, createGzip, gunzipSync } from "node:zlib";
import { fromDisk } from "../../system/disk_error.ts";

/** Files up to this size are unpacked in one piece, which is three times as fast; a minute file has some 30 KB. */
const ONE_PIECE_BYTES = 1024 * 1024;
/**
 * The largest unpacked size for that, ten times the busiest minute. A gzip bomb is unpacked piece by piece and needs no
 * memory.
 */
const ONE_PIECE_UNPACKED_BYTES = 32 * 1024 * 1024;

/** Larger files are unpacked in pieces of this size; smaller pieces take longer, larger ones only memory. */
const PIECE_BYTES = 128 * 1024;

/** And read in pieces of this size: each is a wait for another thread. */
const READ_BYTES = 1024 * 1024;

/** If the trailer is wrong or padded, the output grows in steps of this size. */
const SMALLEST_CHUNK_BYTES = 64 * 1024;

/** The exchange's own level, and zlib's default, so that packing a file always gives the same bytes. */
const PACKING = { level: 6 };

const TOO_LARGE = "ERR_BUFFER_TOO_LARGE";

/** The bytes of a file are not a complete gzip stream, or unpack to more than allowed. */
export class NotGzip extends Error {
  override name = "NotGzip";
}

/**
 * The content of a gzip file, in pieces; several members in sequence and padding with zeros are allowed. Throws
 * `NotGzip` when the stream is cut off, its checksum is wrong, or it unpacks to more than `limit` bytes; by then some
 * pieces may have been returned. A piece can be read until the next one is requested. If the file is small and read in one
 * go, `onRead` receives the packed bytes before the first piece is returned.
 */
export async function* gunzip(
  path: string,
  limit: number,
  onRead: (packed: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const { size } = Deno.statSync(path);
  try {
    const packed = size <= ONE_PIECE_BYTES ? fromDisk(path, () => Deno.readFileSync(path)) : null;
    if (packed !== null) onRead(packed);
    const whole = packed === null ? null : gunzipOnePiece(packed, limit);
    if (whole === null) {
      return yield* gunzipStream(createReadStream(path, { highWaterMark: READ_BYTES }), limit);
    }
    try {
      yield new Uint8Array(whole.buffer, whole.byteOffset, whole.length); // slices of a Buffer are no copies
    } finally {
      release(whole);
    }
  } catch (error) {
    throw isZlibError(error) ? new NotGzip(error.message, { cause: error }) : error;
  }
}

/**
 * Frees the memory of a piece at once; none is so small that node:buffer would share it. The garbage collector would let 40 MB
 * accumulate, and unpacking into memory that was just used takes half of the time.
 */
function release({ buffer }: Uint8Array): void {
  (buffer as ArrayBuffer).transfer(0);
}

/**
 * With an output buffer of the right size from the start: the gzip trailer says it, modulo 2³². Null when that is
 * more than is unpacked in one piece.
 */
function gunzipOnePiece(bytes: Uint8Array, limit: number): Uint8Array | null {
  if (bytes.length < 18) return gunzipSync(bytes);
  const said = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const most = Math.min(limit, ONE_PIECE_UNPACKED_BYTES);
  try {
    return gunzipSync(bytes, {
      chunkSize: Math.max(SMALLEST_CHUNK_BYTES, Math.min(said, most) + 1),
      maxOutputLength: most,
    });
  } catch (error) {
    if (most < limit && isZlibError(error) && error.code === TOO_LARGE) return null;
    throw error;
  }
}

/**
 * A file's bytes as one gzip member, in pieces. The result is always the same, since the header has neither time nor
 * name. Throws the disk's errors.
 */
export function gzip(path: string): AsyncGenerator<Uint8Array> {
  return piped(createReadStream(path), createGzip(PACKING));
}

/** The same for bytes that come in pieces; throws what they throw. */
export function gzipPieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return piped(Readable.from(pieces), createGzip(PACKING));
}

/** Like `gunzip`, for a gzip file in memory. */
export async function* gunzipBytes(pieces: readonly Uint8Array[], limit: number): AsyncGenerator<Uint8Array> {
  try {
    yield* gunzipStream(Readable.from(pieces), limit);
  } catch (error) {
    throw isZlibError(error) ? new NotGzip(error.message, { cause: error }) : error;
  }
}

async function* gunzipStream(source: Readable, limit: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const piece of piped(source, createGunzip({ chunkSize: PIECE_BYTES }))) {
    total += piece.length;
    if (total > limit) throw new NotGzip(`unpacks to more than ${limit} bytes`);
    yield piece;
  }
}

/** What comes out of `through` when the source goes into it; both are destroyed in the end. */
async function* piped(source: Readable, through: Transform): AsyncGenerator<Uint8Array> {
  // pipe() does not pass on errors of reading.
  source.on("error", (error) => through.destroy(error));
  try {
    yield* source.pipe(through);
  } finally {
    source.destroy();
    through.destroy();
  }
}

function isZlibError(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return String(error.code).startsWith("Z_") || error.code === TOO_LARGE;
}
