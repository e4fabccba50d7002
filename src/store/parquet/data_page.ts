import type { Encoding } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { fastestLoops } from "./fastest_loops.ts";
import { compress } from "./zstd.ts";

/** The one data page of a column in a row group. */
export interface Page {
  readonly encoding: Encoding;
  readonly rows: number;
  /** Rows that have a value. */
  readonly count: number;
  /** One for each row: 1 if it has a value, 0 if not; null when all rows agree in this. */
  readonly levels: Uint8Array | null;
  /** Writes the values, without the nulls. */
  readonly encode: (writer: ByteWriter) => void;
}

/** Used for one page at a time: a new buffer for each page would leave 10 MB of garbage per row group. */
const PAGE = new ByteWriter(1 << 20);

/**
 * Writes a data page of version 2, with levels unless the column is required. Returns its size before compression. Like
 * hyparquet-writer's `writeDataPageV2`, but for a caller that already knows whether there are nulls; that function
 * looks at each row three times.
 */
export function writeDataPage(writer: ByteWriter, page: Page, required: boolean): number {
  const levels = new ByteWriter();
  if (!required) writeLevels(levels, page);
  PAGE.index = PAGE.offset = 0;
  page.encode(PAGE);
  const packed = compress(PAGE.getBytes());
  const start = writer.offset;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levels.offset + PAGE.offset,
    compressed_page_size: levels.offset + packed.length,
    data_page_header_v2: {
      num_values: page.rows,
      num_nulls: page.rows - page.count,
      num_rows: page.rows,
      encoding: page.encoding,
      definition_levels_byte_length: levels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const size = writer.offset - start + levels.offset + PAGE.offset;
  writer.appendBytes(levels.getBytes());
  writer.appendBytes(packed);
  return size;
}

/**
 * The same as a page of version 1, which has its levels among the values: behind their length, and compressed with them.
 */
export function writeFirstDataPage(writer: ByteWriter, page: Page, required: boolean): number {
  const levels = new ByteWriter();
  if (!required) writeLevels(levels, page);
  PAGE.index = PAGE.offset = 0;
  if (!required) {
    PAGE.appendUint32(levels.offset);
    PAGE.appendBytes(levels.getBytes());
  }
  page.encode(PAGE);
  const packed = compress(PAGE.getBytes());
  const start = writer.offset;
  writePageHeader(writer, {
    type: "DATA_PAGE",
    uncompressed_page_size: PAGE.offset,
    compressed_page_size: packed.length,
    data_page_header: {
      num_values: page.rows,
      encoding: page.encoding,
      definition_level_encoding: "RLE",
      repetition_level_encoding: "RLE",
    },
  });
  const size = writer.offset - start + PAGE.offset;
  writer.appendBytes(packed);
  return size;
}

function writeLevels(writer: ByteWriter, { rows, count, levels }: Page): void {
  if (levels !== null) {
    fastestLoops().writeHybrid(writer, levels, 1);
  } else if (rows > 0) { // one run
    writer.appendVarInt(rows << 1);
    writer.appendUint8(count > 0 ? 1 : 0);
  }
}
