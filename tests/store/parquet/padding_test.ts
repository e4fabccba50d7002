import assert from "node:assert/strict";
import { zerosAfter } from "../../../src/store/parquet/padding.ts";
import { duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { publish } from "../parquet_files.ts";
import { trade } from "../trades.ts";

Deno.test("DuckDB fails when it reads the rows of a partition with the footer of its earlier version, instead of mixing them", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  let before: Uint8Array<ArrayBuffer> | null = null;
  using db = await duckdb();
  for (const minute of [0, 1, 2, 3]) {
    await publish(path, `08_3${minute}`, trades(minute));
    const now = Deno.readFileSync(path);
    if (before !== null) {
      Deno.writeFileSync(dir.of("mixed"), mixed(now, before));
      for (const column of ["isin", "price", "*"]) {
        await assert.rejects(
          () => db.rows(`SELECT ${column} FROM read_parquet('${dir.of("mixed")}')`),
          column,
        );
      }
    }
    assert.equal(
      await db.value(`SELECT count(DISTINCT isin)::INT FROM read_parquet('${path}')`),
      50 * (minute + 1),
    );
    before = now;
  }
});

Deno.test("zerosAfter() moves the rows on by 16 bytes, and back to the beginning after 1 KB", () => {
  const head = (zeros: number) =>
    Uint8Array.from([0x50, 0x41, 0x52, 0x31, ...new Array(zeros).fill(0), 0x15]);
  assert.deepEqual([new Uint8Array(), head(0)].map((bytes) => zerosAfter(bytes).length), [16, 16]);
  assert.deepEqual([16, 17, 992, 1008].map((zeros) => zerosAfter(head(zeros)).length), [32, 48, 1008, 0]);
});

function trades(minute: number) {
  return Array.from({ length: 50 }, (_, i) =>
    trade({
      isin: `DE${String(i).padStart(7, "0")}${String(minute).padStart(3, "0")}`,
      transaction_id: `${minute}-${i}`,
    }));
}

/** What a reader sees that uses the footer of one file and the rows of another. */
function mixed(rows: Uint8Array<ArrayBuffer>, footer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = (file: Uint8Array<ArrayBuffer>) =>
    file.length - 8 - new DataView(file.buffer).getUint32(file.length - 8, true);
  return new Uint8Array([...rows.subarray(0, start(rows)), ...footer.subarray(start(footer))]);
}
