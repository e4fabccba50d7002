const NEWLINE = 0x0a;
/** A row of the exchange has some 500 bytes; a line longer than this is not a row, and must not fill the memory. */
const MAX_LINE_BYTES = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
/**
 * Whatever its key is called, a row of the exchange has an ISIN as a value. The error message of a server is also a
 * JSON object, but has none: taken for a file, it would count as seen, and the file would never be requested again.
 */
const ISIN = /"[A-Z]{2}[A-Z0-9]{9}\d"/;

/** Called between pieces of long work: lets other work run, or throws to end it. */
export type Breathe = () => void | Promise<void>;

/** The bytes of a file are not complete NDJSON; the message has the number of the first wrong line, counting from 1. */
export class NotNdjson extends Error {
  override name = "NotNdjson";

  constructor(readonly line: number, what: string) {
    super(`line ${line} ${what}`);
  }
}

/**
 * Counts the lines of an NDJSON file; needs memory for one line. Calls `breathe` between pieces; an error from it ends
 * the work. Throws `NotNdjson` unless every line that is not blank is a complete JSON object (the last one with or
 * without a newline) and there is at least one; a single line must contain an instrument.
 */
export async function countObjects(path: string, breathe: Breathe = () => {}): Promise<number> {
  const lines = new NdjsonLines();
  const piece = new Uint8Array(PIECE_BYTES);
  using file = await Deno.open(path);
  for (;;) {
    const read = await file.read(piece);
    if (read === null) return lines.finish();
    lines.push(piece.subarray(0, read));
    await breathe();
  }
}

/**
 * The same pieces. Throws as `countObjects` as soon as they turn out not to be complete NDJSON, at the latest at their
 * end.
 */
export async function* wholeNdjson(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const lines = new NdjsonLines();
  for await (const piece of pieces) {
    lines.push(piece);
    yield piece;
  }
  lines.finish();
}

/** The lines of NDJSON that comes in pieces of any size. */
class NdjsonLines {
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  /** The beginning of a line whose end has not arrived yet. */
  #rest = new Uint8Array(0);
  #line = 1;
  #objects = 0;
  #hasIsin = false;

  /** Takes the next piece and keeps no reference to it. Throws `NotNdjson` at the first line that is not an object. */
  push(piece: Uint8Array): void {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#endLine(this.#joined(piece.subarray(start, end)));
      this.#rest = new Uint8Array(0);
      start = end + 1;
    }
    this.#rest = this.#joined(piece.subarray(start)).slice();
  }

  /** The number of objects. Throws `NotNdjson` when the last one is cut off, or the only one is not a row. */
  finish(): number {
    this.#endLine(this.#rest);
    if (this.#objects === 0) throw new NotNdjson(1, "is not there");
    if (this.#objects === 1 && !this.#hasIsin) throw new NotNdjson(1, "is alone, and names no instrument");
    return this.#objects;
  }

  #joined(part: Uint8Array): Uint8Array {
    const length = this.#rest.length + part.length;
    if (length > MAX_LINE_BYTES) throw new NotNdjson(this.#line, `is longer than ${MAX_LINE_BYTES} bytes`);
    if (this.#rest.length === 0) return part;
    const both = new Uint8Array(length);
    both.set(this.#rest);
    both.set(part, this.#rest.length);
    return both;
  }

  #endLine(bytes: Uint8Array): void {
    const text = this.#decoded(bytes).trim();
    if (text !== "") {
      if (!isObject(text)) throw new NotNdjson(this.#line, "is not a whole JSON object");
      this.#objects++;
      this.#hasIsin ||= ISIN.test(text);
    }
    this.#line++;
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return this.#text.decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) throw new NotNdjson(this.#line, "is not UTF-8");
      throw error;
    }
  }
}

function isObject(text: string): boolean {
  if (!text.startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true; // it parsed and begins with a brace, so it is an object
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
