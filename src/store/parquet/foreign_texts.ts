import type { ColumnMetaData, Compressors, DataReader, PageHeader } from "hyparquet";
import { decompressPage } from "hyparquet/src/datapage.js";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";

/** Values that are unpacked at a time. */
const PIECE = 4_096;
/** A column with more distinct texts than this holds ids, which are not worth looking up. */
const FEW_TEXTS = 16_384;
/** The size of the length before each text. */
const LENGTH_BYTES = 4;

const DECODER = new TextDecoder();

/** Whether a page holds texts one after the other, without a dictionary. */
export function isPlainTexts({ data_page_header, data_page_header_v2 }: PageHeader, type: string): boolean {
  return type === "BYTE_ARRAY" && (data_page_header ?? data_page_header_v2)?.encoding === "PLAIN";
}

/**
 * The texts of such a page, in pieces; afterwards the reader stands at its end. The predecessor uses no dictionaries:
 * the library would create objects for 200,000 values before returning the first text, and take 300 MB for a day.
 * `known` replaces equal texts by the same string object.
 */
export function* plainTexts(
  reader: DataReader,
  header: PageHeader,
  { codec }: ColumnMetaData,
  { compressors, isRequired, known }: {
    readonly compressors: Compressors;
    readonly isRequired: boolean;
    readonly known: Map<string, string>;
  },
): Generator<(string | undefined)[]> {
  const packed = new Uint8Array(reader.view.buffer, reader.offset, header.compressed_page_size);
  reader.offset += header.compressed_page_size;
  const unpack = (bytes: Uint8Array, size: number) => decompressPage(bytes, size, codec, compressors);
  const { levels, values } = header.data_page_header_v2 === undefined
    ? partsOf(unpack(packed, header.uncompressed_page_size), header, isRequired)
    : partsOfV2(packed, header, isRequired, unpack);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  let at = 0;
  for (let start = 0; start < levels.length; start += PIECE) {
    const piece = new Array<string | undefined>(Math.min(PIECE, levels.length - start));
    for (let i = 0; i < piece.length; i++) {
      if (levels[start + i] === 0) continue;
      const end = at + LENGTH_BYTES + view.getUint32(at, true);
      if (end > values.length) throw new Error("a text ends behind its page");
      piece[i] = shared(known, DECODER.decode(values.subarray(at + LENGTH_BYTES, end)));
      at = end;
    }
    yield piece;
  }
}

interface Parts {
  /** One for each row: 1 if it has a value, 0 if not. */
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
}

function partsOf(page: Uint8Array, { data_page_header }: PageHeader, isRequired: boolean): Parts {
  const levels = new Uint8Array(data_page_header!.num_values).fill(1);
  const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
  if (!isRequired) readRleBitPackedHybrid(reader, 1, levels);
  return { levels, values: page.subarray(reader.offset) };
}

function partsOfV2(
  packed: Uint8Array,
  header: PageHeader,
  isRequired: boolean,
  unpack: (bytes: Uint8Array, size: number) => Uint8Array,
): Parts {
  const data = header.data_page_header_v2!;
  const levelBytes = data.repetition_levels_byte_length + data.definition_levels_byte_length;
  const levels = new Uint8Array(data.num_values).fill(1);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (!isRequired) {
    const reader = { view, offset: data.repetition_levels_byte_length };
    readRleBitPackedHybrid(reader, 1, levels, data.definition_levels_byte_length);
  }
  const values = packed.subarray(levelBytes);
  const isPacked = data.is_compressed !== false;
  return { levels, values: isPacked ? unpack(values, header.uncompressed_page_size - levelBytes) : values };
}

function shared(known: Map<string, string>, text: string): string {
  const same = known.get(text);
  if (same === undefined && known.size < FEW_TEXTS) known.set(text, text);
  return same ?? text;
}
