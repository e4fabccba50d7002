import assert from "node:assert/strict";
import { parquetMetadata } from "hyparquet";
import { join } from "node:path";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { type ChunkPlace, readFooter } from "../../../src/store/parquet/footer.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { publish } from "../parquet_files.ts";
import { trade } from "../trades.ts";

const BEFORE = new Layout(new URL("../written_by_0.1.0", import.meta.url).pathname);
const OF_FIRST_VERSION = BEFORE.partition(TRADES_BY_DAY, "DEUR", "2026-09-17");

/** A partition of three row groups with different ISINs; the currency is null in the last. */
async function threeGroups(path: string): Promise<void> {
  const rows = Array.from({ length: 70_000 }, (_, i) =>
    trade({
      isin: `DE${String(i).padStart(10, "0")}`,
      transaction_id: `${i}`,
      ...i < 40_000 ? { price_currency: i % 2 ? "EUR" : "USD" } : {},
    }));
  await publish(path, "08_34", rows);
}

function file(path: string) {
  const { buffer } = Deno.readFileSync(path);
  return {
    byteLength: buffer.byteLength,
    slice: (start: number, end?: number) => buffer.slice(start, end),
  };
}

Deno.test("the places of row groups and columns are the same as those that the library reads, also for version 0.1.0", async () => {
  using dir = temporaryDirectory();
  const path = join(dir.path, "trades.parquet");
  await threeGroups(path);
  for (const written of [path, OF_FIRST_VERSION]) {
    const { schema, row_groups } = parquetMetadata(Deno.readFileSync(written).buffer);
    const names = schema.slice(1).map(({ name }) => name);
    const { groups } = await readFooter(file(written), TRADES);
    assert.equal(groups.length, row_groups.length);
    row_groups.forEach(({ num_rows, columns }, i) => {
      assert.equal(groups[i].rows, Number(num_rows));
      const { min_value, max_value } = columns[0].meta_data!.statistics!;
      assert.deepEqual(groups[i].bounds, [min_value, max_value]);
      TRADES.columns.forEach(({ name }, column) => {
        const facts = columns[names.indexOf(name)]?.meta_data;
        const place = groups[i].chunks[column];
        if (facts === undefined || "value" in place) {
          return assertConstant(place, facts?.statistics, num_rows);
        }
        const start = Number(facts.dictionary_page_offset ?? facts.data_page_offset);
        assert.deepEqual(place, { start, bytes: Number(facts.total_compressed_size) });
      });
    });
  }
});

/** A column that is not requested is all nulls, or one text throughout. */
function assertConstant(
  place: ChunkPlace,
  statistics: { null_count?: bigint | number; min_value?: unknown; max_value?: unknown } | undefined,
  rows: bigint,
): void {
  const isNull = statistics === undefined || Number(statistics.null_count) === Number(rows);
  assert.deepEqual(place, { value: isNull ? null : statistics.min_value });
  if (!isNull) assert.equal(statistics.min_value, statistics.max_value);
}

Deno.test("row groups that are not requested are left out, and the others are unchanged", async () => {
  using dir = temporaryDirectory();
  const path = join(dir.path, "trades.parquet");
  await threeGroups(path);
  const whole = await readFooter(file(path), TRADES);
  const isin = "DE0000040000";
  const some = await readFooter(file(path), TRADES, (first, last) => first <= isin && isin <= last);
  assert.deepEqual(some, { ...whole, groups: [whole.groups[1]] });
  const none = await readFooter(file(path), TRADES, () => false);
  assert.deepEqual(none, { ...whole, groups: [] });
});
