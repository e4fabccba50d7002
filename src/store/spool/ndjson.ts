const NEWLINE = 0x0a;
/** A row of the exchange has some 500 bytes; a longer line than this is no row, and must not fill the memory. */
const MAX_LINE_BYTES = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
/**
 * Whatever its key is called, a row of the exchange has an ISIN as a value. The message of a server in trouble is an
 * object as well, and has none: taken for a file, it would be seen, and the file never be asked for again.
 */
const ISIN = /"[A-Z]{2}[A-Z0-9]{9}\d"/;

/** Called between pieces of long work: gives way to others, or throws to end it. */
export type Breathe = () => void | Promise<void>;

/** The bytes of a file are not whole NDJSON; says which line is none, counting from 1. */
export class NotNdjson extends Error {
  override name = "NotNdjson";

  constructor(readonly line: number, what: string) {
    super(`line ${line} ${what}`);
  }
}

/**
 * Counts the lines of a file of NDJSON; needs memory for one line. Calls `breathe` between pieces; what that throws ends
 * it. Throws `NotNdjson` unless each line that is not blank is a whole JSON object, the last one with or without its
 * newline, and there is one at least; a lone one must name an instrument.
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

/** The same pieces; throws as `countObjects` as soon as they, or at their end all of them, are no whole NDJSON. */
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
  /** What has come of a line whose end has not. */
  #rest = new Uint8Array(0);
  #line = 1;
  #objects = 0;
  #hasIsin = false;

  /** Takes the next piece, and keeps none of it. Throws `NotNdjson` at the first line that is no object. */
  push(piece: Uint8Array): void {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      this.#endLine(this.#joined(piece.subarray(start, end)));
      this.#rest = new Uint8Array(0);
      start = end + 1;
    }
    this.#rest = this.#joined(piece.subarray(start)).slice();
  }

  /** How many objects there were. Throws `NotNdjson` when the last one is cut, or the only one is no row. */
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
    return true; // what begins so is an object
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
