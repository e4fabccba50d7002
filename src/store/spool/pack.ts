import { gzipPieces } from "./gzip.ts";
import { wholeNdjson } from "./ndjson.ts";

/** The first byte of a gzip stream; no text begins with it. */
const GZIP_MAGIC = 0x1f;

/**
 * A body as a gzip stream, in pieces: as downloaded, or packed if it is plain NDJSON, so that it is small enough to be
 * held in memory. Throws `NotNdjson` when it is neither, and what its own pieces throw.
 */
export async function* packed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  const whole = resumed(first.value, pieces);
  yield* first.value[0] === GZIP_MAGIC ? whole : gzipPieces(wholeNdjson(whole));
}

async function* resumed(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.(); // a caller that stops early must not leave the connection open
  }
}
