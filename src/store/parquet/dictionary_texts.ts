import type { DataReader } from "hyparquet";

/** The size of the length before each text. */
const LENGTH_BYTES = 4;

const UTF8 = new TextDecoder();
/** Agrees with UTF-8 about ASCII, and makes one character of each byte. */
const LATIN1 = new TextDecoder("latin1");

/**
 * The texts of a dictionary page. The page is decoded as a whole and cut into its texts, since a call for each takes eight
 * times as long, measured with 900 ISINs; only a text that is not ASCII is decoded by itself. Throws a RangeError when the page
 * ends too early.
 */
export function readTexts({ view, offset }: DataReader, count: number): string[] {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const characters = LATIN1.decode(bytes);
  const texts: string[] = [];
  for (let at = offset; texts.length < count;) {
    const start = at + LENGTH_BYTES;
    at = start + view.getUint32(at, true);
    if (at > bytes.length) throw new RangeError("a text is longer than its page");
    texts.push(
      isAscii(bytes, start, at) ? characters.slice(start, at) : UTF8.decode(bytes.subarray(start, at)),
    );
  }
  return texts;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > 0x7f) return false;
  return true;
}
