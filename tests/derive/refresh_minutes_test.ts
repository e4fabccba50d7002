import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type Database, duckdb, partitionPath, temporaryDirectory } from "../e2e/harness.ts";
import { flip } from "../e2e/verified.ts";
import { trade, type TradeInput } from "../store/trades.ts";
import { publishRows, refresh } from "./stores.ts";

const DAY = "2026-09-01";
const NEXT = "2026-09-02";

/** A usual trade of `DAY`, 5 pieces at 100 in the minute of 08:34 UTC. */
function row(columns: TradeInput = {}): TradeInput {
  return trade({
    price: 100,
    quantity: 5,
    price_currency: "EUR",
    modification_flag: "-",
    trading_mode: "2",
    distribution_time: "2026-09-01T08:34:01Z",
    ...columns,
  });
}

/** Its cancellation, published in the partition of `NEXT`. */
const cancelled = (columns: TradeInput = {}) =>
  row({ modification_flag: "C", distribution_time: "2026-09-02T07:00:00Z", ...columns });

function barsPath(dir: string, date: string): string {
  return partitionPath(dir, "DETR", date).replace("/trades/", "/bars_1m/").replace(
    "trades.parquet",
    "bars.parquet",
  );
}

/** `START OPEN HIGH LOW CLOSE VOLUME TRADES`, a text for each stored bar of a day. */
async function bars(dir: string, date = DAY): Promise<string[]> {
  using db: Database = await duckdb();
  const rows = await db.rows(
    `SELECT concat_ws(' ', strftime(start, '%H:%M'), open, high, low, close, volume, trades) AS bar
     FROM '${barsPath(dir, date)}' ORDER BY isin, start`,
  );
  return rows.map(({ bar }) => String(bar));
}

const kinds = (days: Awaited<ReturnType<typeof refresh>>) => days.map(({ date, kind }) => `${date} ${kind}`);

Deno.test("bars of a day are made once, and again only when a partition has new rows of it", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: DAY, row: row() }]);
  assert.deepEqual(kinds(await refresh(dir.path, "DETR")), [`${DAY} written`]);
  assert.deepEqual(await bars(dir.path), ["08:34 100.0 100.0 100.0 100.0 5.0 1"]);
  const written = Deno.statSync(barsPath(dir.path, DAY)).mtime;
  assert.deepEqual(kinds(await refresh(dir.path, "DETR")), [`${DAY} unchanged`]);

  await publishRows(dir.path, "DETR", [{
    date: NEXT,
    row: row({ trading_date_time: "2026-09-02T08:00:00Z" }),
  }]);
  assert.deepEqual(kinds(await refresh(dir.path, "DETR")), [`${DAY} unchanged`, `${NEXT} written`]);
  assert.deepEqual(Deno.statSync(barsPath(dir.path, DAY)).mtime, written);

  await publishRows(
    dir.path,
    "DETR",
    [{ date: NEXT, row: row({ transaction_id: "2", price: 102 }) }],
    "08_01",
  );
  assert.deepEqual(kinds(await refresh(dir.path, "DETR", [DAY])), [`${DAY} written`]);
  assert.deepEqual(await bars(dir.path), ["08:34 100.0 102.0 100.0 102.0 10.0 2"]);
});

Deno.test("a cancellation that is published days later removes its trade from the bars of its day", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: DAY, row: row() }, {
    date: DAY,
    row: row({ transaction_id: "2", price: 90 }),
  }]);
  await refresh(dir.path, "DETR");
  assert.deepEqual(await bars(dir.path), ["08:34 100.0 100.0 90.0 90.0 10.0 2"]);
  await publishRows(dir.path, "DETR", [{ date: "2026-09-07", row: cancelled() }]);
  assert.deepEqual(kinds(await refresh(dir.path, "DETR")), [`${DAY} written`]);
  assert.deepEqual(await bars(dir.path), ["08:34 90.0 90.0 90.0 90.0 5.0 1"]);
});

Deno.test("an amendment that moves a trade over midnight moves it from one day's bars to the other's", async () => {
  for (
    const [from, to, moved] of [[DAY, NEXT, "2026-09-02T08:00:00Z"], [NEXT, DAY, "2026-09-01T08:00:00Z"]]
  ) {
    using dir = temporaryDirectory();
    const original = row({ trading_date_time: `${from}T08:34:00Z` });
    const others = [DAY, NEXT].map((date) => ({
      date,
      row: row({ transaction_id: "2", trading_date_time: `${date}T12:00:00Z`, price: 7 }),
    }));
    await publishRows(dir.path, "DETR", [{ date: from, row: original }, ...others]);
    await refresh(dir.path, "DETR");
    assert.deepEqual(await bars(dir.path, from), [
      "08:34 100.0 100.0 100.0 100.0 5.0 1",
      "12:00 7.0 7.0 7.0 7.0 5.0 1",
    ]);

    const amended = {
      ...original,
      trading_date_time: moved,
      modification_flag: "A",
      distribution_time: "2026-09-03T07:00:00Z",
    };
    await publishRows(dir.path, "DETR", [{ date: "2026-09-03", row: amended }]);
    assert.deepEqual(kinds(await refresh(dir.path, "DETR", [DAY, NEXT])), [
      `${DAY} written`,
      `${NEXT} written`,
    ]);
    assert.deepEqual(await bars(dir.path, from), ["12:00 7.0 7.0 7.0 7.0 5.0 1"]);
    assert.deepEqual(await bars(dir.path, to), [
      "08:00 100.0 100.0 100.0 100.0 5.0 1",
      "12:00 7.0 7.0 7.0 7.0 5.0 1",
    ]);
  }
});

Deno.test("a row in two partitions counts as one trade", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: DAY, row: row() }, { date: NEXT, row: row() }]);
  await refresh(dir.path, "DETR");
  assert.deepEqual(await bars(dir.path), ["08:34 100.0 100.0 100.0 100.0 5.0 1"]);
});

Deno.test("corrections whose trade is not stored are counted, also when the bars are already up to date", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: DAY, row: row() }, {
    date: NEXT,
    row: cancelled({ transaction_id: "2" }),
  }]);
  assert.deepEqual((await refresh(dir.path, "DETR")).map(({ unmatched }) => unmatched), [1]);
  assert.deepEqual(await refresh(dir.path, "DETR"), [{
    date: DAY,
    kind: "unchanged",
    bars: 1,
    unmatched: 1,
  }]);
});

Deno.test("damaged bars are made again", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: DAY, row: row() }]);
  await refresh(dir.path, "DETR");
  const path = barsPath(dir.path, DAY);
  const intact = Deno.readFileSync(path);
  for (
    const injure of [
      () => flip(path, 200),
      () => flip(path, intact.length - 40),
      () => Deno.truncateSync(path, 100),
    ]
  ) {
    injure();
    assert.deepEqual(kinds(await refresh(dir.path, "DETR")), [`${DAY} written`]);
    assert.deepEqual(await bars(dir.path), ["08:34 100.0 100.0 100.0 100.0 5.0 1"]);
  }
});

Deno.test("a day without a stored row has no bars and no file", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: NEXT, row: row() }]);
  assert.deepEqual(kinds(await refresh(dir.path, "DETR", ["2026-09-05"])), ["2026-09-05 nothing"]);
  assert.deepEqual([...Deno.readDirSync(join(dir.path, "data/de/xetra"))].map(({ name }) => name), [
    "trades",
  ]);
});

Deno.test("rows are read for partitions of an earlier version, whose footers do not count trading dates", async () => {
  using dir = temporaryDirectory();
  const stored = new URL("../store/written_by_0.1.0", import.meta.url).pathname;
  const date = "2026-09-17";
  const path = partitionPath(dir.path, "DEUR", date);
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.copyFileSync(partitionPath(stored, "DEUR", date), path);
  const [day] = await refresh(dir.path, "DEUR");
  assert.deepEqual([day.date, day.kind], [date, "written"]);
  assert.ok(day.bars > 0);
});
