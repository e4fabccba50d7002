import assert from "node:assert/strict";
import { Layout } from "../../../src/store/layout.ts";
import { BARS_1D } from "../../../src/store/datasets.ts";
import { duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { flip } from "../../e2e/verified.ts";
import { trade, type TradeInput } from "../../store/trades.ts";
import { publishRows, refreshMonths } from "../stores.ts";
import type { PlacedRow } from "../stories.ts";

const SAP = "DE0007164600";
const APPLE = "US0378331005";

/** A trade at 08:34 UTC of a date, by default in the partition of that date. */
function traded(date: string, price: number, columns: TradeInput = {}, partition = date): PlacedRow {
  const row = trade({
    trading_date_time: `${date}T08:34:00Z`,
    distribution_time: `${date}T08:34:01Z`,
    transaction_id: date,
    price,
    quantity: 5,
    price_currency: "EUR",
    modification_flag: "-",
    trading_mode: "2",
    ...columns,
  });
  return { date: partition, row };
}

const pathOf = (dir: string, month: string) => new Layout(dir).partition(BARS_1D, "DETR", month);

/** `DAY CLOSE PREVIOUS`, a text for each stored bar of an ISIN. */
async function closes(dir: string, isin = SAP): Promise<string[]> {
  using db = await duckdb();
  const rows = await db.rows(
    `SELECT concat_ws(' ', trading_day, official_close::INTEGER, coalesce(previous_close::INTEGER::VARCHAR, '-')) AS bar
     FROM '${dir}/data/de/xetra/bars_1d/*/*/*/*.parquet' WHERE isin = '${isin}' ORDER BY trading_day`,
  );
  return rows.map(({ bar }) => String(bar));
}

const kinds = (months: Awaited<ReturnType<typeof refreshMonths>>) =>
  months.map(({ month, kind }) => `${month} ${kind}`);

/** SAP on four days of three months, Apple on the first and the last of these. */
const ROWS = [
  traded("2026-07-30", 10),
  traded("2026-07-30", 70, { isin: APPLE }),
  traded("2026-08-31", 11),
  traded("2026-09-01", 12),
  traded("2026-09-03", 13),
  traded("2026-09-03", 71, { isin: APPLE }),
];

Deno.test("the previous close is that of the last day with one, across days without a trade and across months", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  assert.deepEqual(kinds(await refreshMonths(dir.path, "DETR")), [
    "2026-07 written",
    "2026-08 written",
    "2026-09 written",
  ]);
  assert.deepEqual(await closes(dir.path), [
    "2026-07-30 10 -",
    "2026-08-31 11 10",
    "2026-09-01 12 11",
    "2026-09-03 13 12",
  ]);
  assert.deepEqual(await closes(dir.path, APPLE), ["2026-07-30 70 -", "2026-09-03 71 70"]);
});

Deno.test("a day without any price does not change the previous close", async () => {
  using dir = temporaryDirectory();
  const { price: _, ...priceless } = traded("2026-09-02", 0).row;
  await publishRows(dir.path, "DETR", [...ROWS, { date: "2026-09-02", row: priceless }]);
  await refreshMonths(dir.path, "DETR");
  assert.deepEqual((await closes(dir.path)).slice(2), [
    "2026-09-01 12 11",
    "2026-09-02 12",
    "2026-09-03 13 12",
  ]);
});

Deno.test("each line of an ISIN has its own previous close: each currency, and on Eurex each contract", async () => {
  using dir = temporaryDirectory();
  const lines: TradeInput[] = [
    { price_currency: "USD" },
    { contract_date: "2026-12-18" },
    { contract_date: "2026-12-18", option_category: "C", strike_price: 100 },
  ];
  const rows = lines.flatMap((line, i) => [
    traded("2026-08-31", 20 + i, { ...line, transaction_id: `a${i}` }),
    traded("2026-09-01", 30 + i, { ...line, transaction_id: `b${i}` }),
  ]);
  await publishRows(dir.path, "DETR", [...ROWS, ...rows]);
  await refreshMonths(dir.path, "DETR");
  const september = (await closes(dir.path)).filter((bar) => bar.startsWith("2026-09-01"));
  assert.deepEqual(september.sort(), [
    "2026-09-01 12 11",
    "2026-09-01 30 20",
    "2026-09-01 31 21",
    "2026-09-01 32 22",
  ]);
});

Deno.test("bars of the days of a month are made once, and again when a partition has new rows of one of its days", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  await refreshMonths(dir.path, "DETR");
  const months = ["2026-07", "2026-08", "2026-09"];
  const written = () => months.map((month) => Deno.statSync(pathOf(dir.path, month)).ino);
  const before = written();
  assert.deepEqual(
    kinds(await refreshMonths(dir.path, "DETR")),
    months.map((month) => `${month} unchanged`),
  );
  assert.deepEqual(written(), before);

  await publishRows(dir.path, "DETR", [traded("2026-09-04", 14)]);
  assert.deepEqual(kinds(await refreshMonths(dir.path, "DETR")), [
    "2026-07 unchanged",
    "2026-08 unchanged",
    "2026-09 written",
  ]);
  assert.deepEqual((await closes(dir.path)).slice(-2), ["2026-09-03 13 12", "2026-09-04 14 13"]);
});

Deno.test("a correction that comes days later changes the bar of its day and the previous close of the next day, also in another month", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  await refreshMonths(dir.path, "DETR");
  const correction = { modification_flag: "C", distribution_time: "2026-09-03T09:00:00Z" };
  const again = traded("2026-08-31", 11, correction, "2026-09-03");
  const late = traded("2026-08-31", 9, { transaction_id: "late" }, "2026-09-03");
  await publishRows(dir.path, "DETR", [again, late], "09_01");
  assert.deepEqual(kinds(await refreshMonths(dir.path, "DETR")), [
    "2026-07 unchanged",
    "2026-08 written",
    "2026-09 written",
  ]);
  assert.deepEqual((await closes(dir.path)).slice(1, 3), ["2026-08-31 9 10", "2026-09-01 12 9"]);
});

Deno.test("a month is not made again when the month before was rewritten with the same closes", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  await refreshMonths(dir.path, "DETR");
  Deno.removeSync(pathOf(dir.path, "2026-07"));
  assert.deepEqual(kinds(await refreshMonths(dir.path, "DETR")), [
    "2026-07 written",
    "2026-08 unchanged",
    "2026-09 unchanged",
  ]);
});

Deno.test("damaged bars of days are made again", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  await refreshMonths(dir.path, "DETR");
  const path = pathOf(dir.path, "2026-09");
  const { length } = Deno.readFileSync(path);
  const expected = await closes(dir.path);
  const injuries = [
    () => flip(path, 300),
    () => flip(path, length - 40),
    () => Deno.truncateSync(path, 100),
    () => Deno.writeTextFileSync(path, ""),
  ];
  for (const injure of injuries) {
    injure();
    assert.deepEqual(kinds(await refreshMonths(dir.path, "DETR", ["2026-09"])), ["2026-09 written"]);
    assert.deepEqual(await closes(dir.path), expected);
  }
});

Deno.test("a month without a stored row has no bars and no file", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  assert.deepEqual(kinds(await refreshMonths(dir.path, "DETR", ["2026-06"])), ["2026-06 nothing"]);
  assert.throws(() => Deno.statSync(pathOf(dir.path, "2026-06")), Deno.errors.NotFound);
});

Deno.test("corrections whose trade is not stored are counted, also when the bars are already up to date", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [
    ...ROWS,
    traded("2026-09-03", 1, { modification_flag: "C", transaction_id: "lost" }),
  ]);
  const unmatched = async () =>
    (await refreshMonths(dir.path, "DETR", ["2026-09"])).map((month) => month.unmatched);
  assert.deepEqual([await unmatched(), await unmatched()], [[1], [1]]);
});
