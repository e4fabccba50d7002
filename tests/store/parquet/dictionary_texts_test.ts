import assert from "node:assert/strict";
import fc from "fast-check";
import { readTexts } from "../../../src/store/parquet/dictionary_texts.ts";
import { decoderOf } from "../../../src/store/parquet/page_decoders.ts";

/** A dictionary page as in Parquet, behind three other bytes of its buffer. */
function pageOf(texts: readonly string[]): DataView {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const bytes = encoded.flatMap((text) => [...new Uint8Array(Uint32Array.of(text.length).buffer), ...text]);
  return new DataView(Uint8Array.of(1, 2, 3, ...bytes).buffer, 3);
}

Deno.test("the texts of a dictionary are read, ASCII or not, short or long, from anywhere in a buffer", () => {
  const text = fc.string({ unit: fc.oneof(fc.constant("D"), fc.string({ unit: "grapheme", maxLength: 2 })) })
    .filter((text) => text.isWellFormed() && !text.startsWith("\uFEFF"));
  fc.assert(fc.property(fc.array(text), (texts) => {
    assert.deepEqual(readTexts({ view: pageOf(texts), offset: 0 }, texts.length), texts);
  }));
  const long = ["DE0007164600", "x".repeat(300), "Börse", "", "ISIN\u0000"];
  assert.deepEqual(readTexts({ view: pageOf(long), offset: 0 }, 5), long);
});

Deno.test("a page that ends before its texts do, or before its numbers, throws instead of reading on behind it", () => {
  const page = pageOf(["EUR", "USD"]);
  const short = new DataView(page.buffer, page.byteOffset, page.byteLength - 1);
  assert.throws(() => readTexts({ view: short, offset: 0 }, 2), RangeError);
  assert.throws(() => readTexts({ view: page, offset: 0 }, 3), RangeError);

  const values = { view: new DataView(new ArrayBuffer(32), 0, 16), offset: 0 };
  const pages = { encoding: "PLAIN", levels: null, count: 3, values, dictionary: [] };
  assert.throws(() => decoderOf(pages, "double").take(3, null), RangeError);
});
