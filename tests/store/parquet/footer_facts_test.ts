import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { parquetMetadata } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { join } from "node:path";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { factsIn, type FileFacts } from "../../../src/store/parquet/footer_facts.ts";
import { readFooter, readFooterFacts } from "../../../src/store/parquet/footer.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { publish } from "../parquet_files.ts";
import { trade } from "../trades.ts";

const BEFORE = new Layout(new URL("../written_by_0.1.0", import.meta.url).pathname);
const OF_FIRST_VERSION = BEFORE.partition(TRADES_BY_DAY, "DEUR", "2026-09-17");

Deno.test("the facts of a footer are the same as those that the library reads, for any columns, row groups and key-values", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 300 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { maxLength: 20 }),
      fc.uniqueArray(text.filter((name) => name !== ""), { minLength: 1, maxLength: 20 }),
      fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }),
      (keyValues, columns, groups) => {
        const metadata = metadataOf(fileOf(keyValues, columns, groups));
        assert.deepEqual(factsIn(metadata), factsByLibrary(metadata));
      },
    ),
  );
});

Deno.test("for a footer with flipped, lost and added bytes the facts are the library's, or there are none", () => {
  const whole = metadataOf(
    fileOf([["key", "value"], ["ledger", "08_34 12 0 credited"]], ["isin", "price"], [3, 2]),
  );
  const place = fc.nat(whole.length - 1);
  let read = 0;
  const change = fc.tuple(place, fc.nat(3), fc.uint8Array({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = changes.reduce((bytes, [at, lost, added]) => {
        return new Uint8Array(Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + lost)]));
      }, whole);
      const [facts, expected] = [factsIn(bytes), factsByLibrary(bytes)];
      if (facts === null || expected === null) return;
      assert.deepEqual(facts, expected);
      read++;
    }),
    { numRuns: 30_000 },
  );
  assert.ok(read > 1_000, `only ${read} were read by both`);
});

Deno.test("a partition's facts are those of its complete footer, also for version 0.1.0", async () => {
  using dir = temporaryDirectory();
  const path = join(dir.path, "trades.parquet");
  await publish(path, "08_34", [trade(), trade({ transaction_id: "2" })]);
  for (const { buffer } of [path, OF_FIRST_VERSION].map((path) => Deno.readFileSync(path))) {
    const { start: _, groups: __, ...facts } = await readFooter(file(buffer), TRADES);
    assert.deepEqual(await readFooterFacts(file(buffer), TRADES), facts);
  }
});

Deno.test("reading the facts of a damaged footer fails with the same message as reading the complete footer", async () => {
  using dir = temporaryDirectory();
  const path = join(dir.path, "trades.parquet");
  await publish(path, "08_34", [trade()]);
  const whole = Deno.readFileSync(path);
  const { start } = await readFooter(file(whole.buffer), TRADES);
  const flipped = (at: number) => whole.with(at, whole[at] ^ 0x10);
  const damaged = [whole.slice(0, 5), whole.slice(0, -1), whole.slice(0, -9)];
  for (let at = start; at < whole.length; at += 7) damaged.push(flipped(at));
  for (const { buffer } of [...damaged, flipped(whole.length - 1), flipped(whole.length - 6)]) {
    const reason = await reasonOf(() => readFooter(file(buffer), TRADES));
    assert.equal(await reasonOf(() => readFooterFacts(file(buffer), TRADES)), reason);
  }
});

/** The message of the error that it must throw. */
async function reasonOf(read: () => Promise<unknown>): Promise<string> {
  return await read().then(() => assert.fail("it was read"), (error) => `${error}`);
}

function file(buffer: ArrayBuffer) {
  return { byteLength: buffer.byteLength, slice: (start: number, end?: number) => buffer.slice(start, end) };
}

/** A file by the library's writer, with some text in each column. */
function fileOf(
  keyValues: readonly [string, string][],
  columns: readonly string[],
  groups: readonly number[],
): ArrayBuffer {
  const writer = new ByteWriter();
  const schema = [
    { name: "root", num_children: columns.length },
    ...columns.map((name) => ({
      name,
      type: "BYTE_ARRAY",
      converted_type: "UTF8",
      repetition_type: "OPTIONAL",
    })),
  ] as const;
  const parquet = new ParquetWriter({
    writer,
    schema: [...schema] as never,
    kvMetadata: keyValues.map(([key, value]) => ({ key, value })),
  });
  for (const rows of groups.filter((rows) => rows > 0)) {
    parquet.write({
      columnData: columns.map((name) => ({
        name,
        data: Array.from({ length: rows }, (_, i) => i % 3 ? `${i}` : null),
      })),
    });
  }
  parquet.finish();
  return writer.getBuffer();
}

/** What lies between the row groups and the tail. */
function metadataOf(file: ArrayBuffer): Uint8Array {
  const length = new DataView(file).getUint32(file.byteLength - 8, true);
  return new Uint8Array(file.slice(file.byteLength - 8 - length, file.byteLength - 8));
}

/** Null when the library refuses the bytes. */
function factsByLibrary(metadata: Uint8Array): FileFacts | null {
  const tail = Buffer.from("0000PAR1");
  tail.writeUInt32LE(metadata.length);
  try {
    const { num_rows, schema, key_value_metadata = [] } = parquetMetadata(
      new Uint8Array(Buffer.concat([metadata, tail])),
      { geoparquet: false },
    );
    return {
      rows: Number(num_rows),
      columns: schema.slice(1).map(({ name }) => name),
      metadata: new Map(key_value_metadata.map(({ key, value }) => [key, value ?? ""])),
    };
  } catch {
    return null;
  }
}
