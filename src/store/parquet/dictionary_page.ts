import type { DecodedArray, ParquetType } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writePlain } from "hyparquet-writer/src/plain.js";
import { compress } from "./zstd.ts";

/** The size of the length before each text. */
const LENGTH_BYTES = 4;
/** A character has at most so many bytes in UTF-8, for each unit of UTF-16. */
const MOST_BYTES = 3;

const UTF8 = new TextEncoder();
/** Used for one page at a time. */
const PAGE = new ByteWriter(1 << 16);

/** Writes a dictionary page of plain values; returns its size before compression, with its header. */
export function writeDictionaryPage(writer: ByteWriter, type: ParquetType, dictionary: DecodedArray): number {
  PAGE.index = PAGE.offset = 0;
  if (type === "BYTE_ARRAY") writeTexts(PAGE, dictionary as string[]);
  else writePlain(PAGE, dictionary, type, undefined);
  const packed = compress(PAGE.getBytes());
  const start = writer.offset;
  writePageHeader(writer, {
    type: "DICTIONARY_PAGE",
    uncompressed_page_size: PAGE.offset,
    compressed_page_size: packed.length,
    dictionary_page_header: { num_values: dictionary.length, encoding: "PLAIN" },
  });
  const size = writer.offset - start + PAGE.offset;
  writer.appendBytes(packed);
  return size;
}

/** The library makes an encoder and an array for each text, which takes ten times as long. */
function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  let bytes = new Uint8Array(writer.buffer);
  for (const text of texts) {
    writer.ensure(LENGTH_BYTES + MOST_BYTES * text.length);
    if (bytes.buffer !== writer.buffer) bytes = new Uint8Array(writer.buffer);
    const start = writer.index + LENGTH_BYTES;
    const isAscii = writeAscii(bytes, start, text);
    const length = isAscii ? text.length : UTF8.encodeInto(text, bytes.subarray(start)).written;
    writer.appendUint32(length);
    writer.index += length;
    writer.offset += length;
  }
}

/** False when the text has other characters; then what was written is to be overwritten. */
function writeAscii(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    bytes[start + i] = unit;
  }
  return true;
}
