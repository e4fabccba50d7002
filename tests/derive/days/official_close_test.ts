import assert from "node:assert/strict";
import { duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { trade, type TradeInput } from "../../store/trades.ts";
import { publishRows, refreshMonths } from "../stores.ts";

const DAY = "2026-09-01";

/** A row of one ISIN at this minute of 15:xx UTC, in its order of time: by default a trade of the main session. */
function at(minute: number, price: number | undefined, columns: TradeInput = {}): TradeInput {
  const time = `2026-09-01T15:${String(minute).padStart(2, "0")}:00.123456789Z`;
  const { price: _, ...usual } = trade({
    trading_date_time: time,
    distribution_time: time,
    transaction_id: `${minute}`,
    quantity: 5,
    price_currency: "EUR",
    modification_flag: "-",
    trading_mode: "2",
    ...columns,
  });
  return price === undefined ? usual : { ...usual, price };
}

const CLOSING = { last_trade_indicator: "C", trading_mode: "K" };
const OFF_BOOK = { price_forming: "T" };
const LATE = { trading_mode: "4" };

interface Case {
  readonly title: string;
  readonly rows: readonly TradeInput[];
  /** `PRICE KIND MINUTE` of the official close; empty when there is none. */
  readonly official: string;
  /** `OPEN HIGH LOW CLOSE`; empty when there are none. */
  readonly prices: string;
  /** `VOLUME TRADES FIXINGS OFF_BOOK_TRADES`. */
  readonly counts: string;
}

const CASES: readonly Case[] = [
  {
    title: "the closing auction's price is the official close, though others are traded at later",
    rows: [at(1, 100), at(35, 102, CLOSING), at(40, 103, { trading_mode: "3" })],
    official: "102 auction 35",
    prices: "100 103 100 103",
    counts: "15 3 0 0",
  },
  {
    title: "of several rows of the closing auction the last counts",
    rows: [at(35, 102, CLOSING), at(36, 102.5, CLOSING), at(37, 99)],
    official: "102.5 auction 36",
    prices: "102 102.5 99 99",
    counts: "15 3 0 0",
  },
  {
    title: "a row that is marked as the closing price goes before the mode of a closing auction",
    rows: [at(35, 102, { last_trade_indicator: "C" }), at(36, 101, { trading_mode: "K" })],
    official: "102 auction 35",
    prices: "102 102 101 101",
    counts: "10 2 0 0",
  },
  {
    title: "without such a mark the mode of a closing auction tells",
    rows: [
      at(35, 102, { trading_mode: "K", last_trade_indicator: "R" }),
      at(36, 101, { trading_mode: "O" }),
    ],
    official: "102 auction 35",
    prices: "102 102 101 101",
    counts: "10 2 0 0",
  },
  {
    title: "a closing auction without a turnover is a fixing, and its price the official close",
    rows: [at(1, 100), at(35, 98, { ...CLOSING, quantity: 0 })],
    official: "98 auction 35",
    prices: "100 100 98 98",
    counts: "5 1 1 0",
  },
  {
    title: "without a closing auction it is the last price that was formed",
    rows: [at(1, 100), at(2, 101), at(3, 90, OFF_BOOK)],
    official: "101 last 2",
    prices: "100 101 100 101",
    counts: "10 2 0 1",
  },
  {
    title:
      "what is traded outside of the main session counts, but is not among the day's prices, nor its close",
    rows: [at(1, 100), at(2, 110, LATE)],
    official: "100 last 1",
    prices: "100 100 100 100",
    counts: "10 2 0 0",
  },
  {
    title: "where all is traded outside of the main session the last of that is the official close",
    rows: [at(1, 100, LATE), at(2, 110, LATE), at(3, 90, OFF_BOOK)],
    official: "110 last 2",
    prices: "",
    counts: "10 2 0 1",
  },
  {
    title: "where there is nothing else it is the last off-book price",
    rows: [at(1, 100, OFF_BOOK), at(2, 101, OFF_BOOK), at(3, undefined)],
    official: "101 off_book 2",
    prices: "",
    counts: "0 0 0 3",
  },
  {
    title: "an off-book row is no closing price, whatever its marks",
    rows: [at(1, 100), at(35, 90, { ...CLOSING, ...OFF_BOOK })],
    official: "100 last 1",
    prices: "100 100 100 100",
    counts: "5 1 0 1",
  },
  {
    title: "where no row has a price there is no official close",
    rows: [at(1, undefined), at(2, undefined)],
    official: "",
    prices: "",
    counts: "0 0 0 2",
  },
  {
    title: "a closing price that is cancelled is none",
    rows: [
      at(1, 100),
      at(35, 102, CLOSING),
      at(35, 102, { ...CLOSING, modification_flag: "C", distribution_time: "2026-09-01T16:00:00Z" }),
    ],
    official: "100 last 1",
    prices: "100 100 100 100",
    counts: "5 1 0 0",
  },
];

for (const { title, rows, ...expected } of CASES) {
  Deno.test(title, async () => {
    using dir = temporaryDirectory();
    await publishRows(dir.path, "DETR", rows.map((row) => ({ date: DAY, row })));
    await refreshMonths(dir.path, "DETR");
    using db = await duckdb();
    const [bar, ...others] = await db.rows(
      `SELECT *, minute(official_close_time) AS minute, epoch_us(official_close_time) % 60_000_000 AS micros
       FROM '${dir.path}/data/de/xetra/bars_1d/*/*/*/*.parquet' WHERE trading_day = DATE '${DAY}'`,
    );
    const text = (...names: string[]) =>
      names.map((name) => bar[name]).filter((value) => value !== null).join(" ");
    assert.deepEqual({
      official: text("official_close", "official_close_kind", "minute"),
      prices: text("open", "high", "low", "close"),
      counts: text("volume", "trades", "fixings", "off_book_trades"),
    }, expected);
    assert.equal(bar.micros, expected.official === "" ? null : 123_456n);
    assert.deepEqual(others, []);
  });
}
