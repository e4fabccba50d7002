import assert from "node:assert/strict";
import fc from "fast-check";
import type { DecodedArray, ParquetType } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeDictionaryPage as writeByLibrary } from "hyparquet-writer/src/dictionary.js";
import { writeDictionaryPage } from "../../../src/store/parquet/dictionary_page.ts";
import { compress } from "../../../src/store/parquet/zstd.ts";

function assertAsByLibrary(type: ParquetType, dictionary: DecodedArray): void {
  const [ours, theirs] = [new ByteWriter(), new ByteWriter()];
  const element = { name: "column", type };
  const column = {
    ...{ columnName: "column", element, schemaPath: [element], codec: "ZSTD" as const },
    ...{ compressors: { ZSTD: compress }, stats: true, pageSize: 0, columnIndex: false, offsetIndex: false },
  };
  const size = writeDictionaryPage(ours, type, dictionary);
  assert.equal(size, writeByLibrary(theirs, column, dictionary));
  assert.deepEqual(ours.getBytes(), theirs.getBytes());
}

Deno.test("a dictionary page has the bytes that the library makes, whatever the texts or numbers, however many", () => {
  const text = fc.string({ unit: fc.oneof(fc.constant("D"), fc.string({ unit: "grapheme", maxLength: 2 })) });
  fc.assert(fc.property(fc.array(text), (texts) => assertAsByLibrary("BYTE_ARRAY", texts)));
  assertAsByLibrary("BYTE_ARRAY", ["Börse", "x".repeat(200_000), "ü".repeat(100_000), ""]);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true })), (numbers) => assertAsByLibrary("DOUBLE", numbers)),
  );
  fc.assert(fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (numbers) => {
    assertAsByLibrary("INT64", numbers);
  }));
});
