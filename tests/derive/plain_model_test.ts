import assert from "node:assert/strict";
import fc from "fast-check";
import { openStoredDays } from "../../src/derive/days/stored_days.ts";
import { openBars } from "../../src/derive/stored_bars.ts";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../src/feed/records/bars.ts";
import type { RecordType } from "../../src/feed/records/record_type.ts";
import { BARS_1D, BARS_1M, type Dataset } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import type { SortedSource } from "../../src/store/merge_sorted.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { type Row, rowsOf } from "../feed/trade_rows.ts";
import type { TradeInput } from "../store/trades.ts";
import { plainBars, plainDayBars } from "./plain_model.ts";
import { publishRows, refresh, refreshMonths } from "./stores.ts";
import { instrumentRows, type PlacedRow, TRADING_DAYS } from "./stories.ts";

const ISINS = Array.from({ length: 8 }, (_, i) => `DE000000000${i}`);
/** Rows without corrections. */
const ANY_ROWS = fc.tuple(...ISINS.map(instrumentRows)).map((rows) =>
  rows.flat().filter(({ row }) => row.modification_flag !== "A" && row.modification_flag !== "C")
);

Deno.test("bars of a minute of made-up instruments without corrections are those of a simple model", async () => {
  let days = 0;
  await fc.assert(
    fc.asyncProperty(ANY_ROWS, async (rows) => {
      using dir = temporaryDirectory();
      await publishRows(dir.path, "DETR", rows);
      for (const { date, kind } of await refresh(dir.path, "DETR")) {
        assert.ok(TRADING_DAYS.includes(date));
        assert.equal(kind, "written");
        const stored = await storedRows(dir.path, BARS_1M, date, openBars);
        assertSameRows(stored, plainBars(oldestFirst(rows), date), BARS_1M_ROWS);
        days++;
      }
    }),
    { numRuns: 25 },
  );
  assert.ok(days > 20);
});

Deno.test("bars of a day, with the official closes, are those of a simple model as well", async () => {
  let bars = 0;
  await fc.assert(
    fc.asyncProperty(ANY_ROWS, async (rows) => {
      using dir = temporaryDirectory();
      await publishRows(dir.path, "DETR", rows);
      for (const { month } of await refreshMonths(dir.path, "DETR")) {
        const stored = await storedRows(dir.path, BARS_1D, month, openStoredDays);
        assertSameRows(stored, plainDayBars(oldestFirst(rows), TRADING_DAYS), BARS_1D_ROWS);
        bars += stored.length;
      }
    }),
    { numRuns: 25 },
  );
  assert.ok(bars > 200);
});

function oldestFirst(rows: readonly PlacedRow[]): TradeInput[] {
  return rows.toSorted((a, b) => a.date.localeCompare(b.date)).map(({ row }) => row);
}

async function storedRows(
  dir: string,
  dataset: Dataset,
  period: string,
  open: (path: string, file: Deno.FsFile) => Promise<{ batches(): SortedSource }>,
): Promise<Row[]> {
  const path = new Layout(dir).partition(dataset, "DETR", period);
  using file = Deno.openSync(path);
  return (await Array.fromAsync((await open(path, file)).batches())).flatMap((batch) => rowsOf(batch));
}

/** In any order. */
function assertSameRows(actual: readonly Row[], expected: readonly Row[], { columns }: RecordType): void {
  const texts = (rows: readonly Row[]) =>
    rows.map((row) => columns.map(({ name }) => `${name} ${row[name]}`).join(", ")).sort();
  assert.deepEqual(texts(actual), texts(expected));
}
