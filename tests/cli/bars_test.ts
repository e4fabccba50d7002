import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { publishRows, refresh } from "../derive/stores.ts";
import {
  duckdb,
  partitionPath,
  runProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { trade, type TradeInput } from "../store/trades.ts";
import { hasTerminal, inTerminal, shown } from "./terminal/in_terminal.ts";

const DAY = "2026-09-01";

function row(columns: TradeInput): { date: string; row: TradeInput } {
  const usual = { price_currency: "EUR", modification_flag: "-", trading_mode: "2" };
  return { date: DAY, row: trade({ ...usual, distribution_time: "2026-09-01T12:00:00Z", ...columns }) };
}

/** Two ISINs, one in two currencies; minutes of 08:34, 08:36 and 08:59 UTC. */
const ROWS = [
  row({ price: 100.25, quantity: 3, transaction_id: "1" }),
  row({ trading_date_time: "2026-09-01T08:36:00Z", price: 101, quantity: 1, transaction_id: "2" }),
  row({
    trading_date_time: "2026-09-01T08:36:30Z",
    price: 99,
    quantity: 2,
    transaction_id: "3",
    price_currency: "USD",
  }),
  row({
    trading_date_time: "2026-09-01T08:59:59Z",
    price: 98,
    quantity: 4,
    transaction_id: "4",
    trading_mode: "K",
  }),
  row({ isin: "US0378331005", price: 7, quantity: 0, transaction_id: "5" }),
];

async function stored(): Promise<TemporaryDirectory> {
  const dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  return dir;
}

const bars = (dir: string, ...args: string[]) => runProgram(["--wrk-dir", dir, "bars", "DETR", ...args]);

const HEAD =
  "venue,isin,price_currency,contract_date,option_category,strike_price,start,open,high,low,close," +
  "volume,turnover,vwap,trades,fixings,auction_volume,off_book_volume,off_book_trades";

Deno.test("bars prints CSV by RFC 4180 and nothing else, the same from stored bars and without, and stores nothing", async () => {
  using dir = await stored();
  const expected = [
    HEAD,
    "DETR,DE0007164600,EUR,,,,2026-09-01T08:34:00Z,100.25,100.25,100.25,100.25,3,300.75,100.25,1,0,0,0,0",
    "DETR,DE0007164600,EUR,,,,2026-09-01T08:36:00Z,101,101,101,101,1,101,101,1,0,0,0,0",
    "DETR,DE0007164600,EUR,,,,2026-09-01T08:59:00Z,98,98,98,98,4,392,98,1,0,4,0,0",
    "DETR,DE0007164600,USD,,,,2026-09-01T08:36:00Z,99,99,99,99,2,198,99,1,0,0,0,0",
    "DETR,US0378331005,EUR,,,,2026-09-01T08:34:00Z,7,7,7,7,0,0,,0,1,0,0,0",
    "",
  ].join("\r\n");
  const fresh = await bars(dir.path, "--csv");
  assert.deepEqual([fresh.code, fresh.stdout, fresh.stderr], [0, expected, ""]);
  assert.deepEqual(readdirSync(join(dir.path, "data/de/xetra")), ["trades"]);
  await refresh(dir.path, "DETR");
  assert.equal((await bars(dir.path, "--csv")).stdout, expected);
});

Deno.test("bars prints wider bars of some ISINs in one currency, as a table or as JSON", async () => {
  using dir = await stored();
  await refresh(dir.path, "DETR");
  const wide = ["--isin", "DE0007164600", "--currency", "EUR", "--interval"];
  const json = JSON.parse((await bars(dir.path, ...wide, "15m", "--json")).stdout);
  const figures = json.bars.map((
    { start, open, high, low, close, volume, vwap, trades }: Record<string, unknown>,
  ) => [start, open, high, low, close, volume, vwap, trades]);
  assert.deepEqual(figures, [
    ["2026-09-01T08:30:00Z", 100.25, 101, 100.25, 101, 4, 401.75 / 4, 2],
    ["2026-09-01T08:45:00Z", 98, 98, 98, 98, 4, 98, 1],
  ]);
  const table = await bars(dir.path, ...wide, "1h");
  assert.match(table.stdout, /^venue +isin +price_currency +start +open +high +low +close/);
  assert.match(table.stdout, /\nDETR +DE0007164600 +EUR +2026-09-01T08:00:00Z +100\.25 +101 +98 +98 +8 /);
});

const DAY_HEAD = HEAD.replace("start", "trading_day") +
  ",official_close,official_close_kind,official_close_time,previous_close";

Deno.test("bars prints bars of a day, the same from stored bars and without", async () => {
  using dir = await stored();
  await publishRows(dir.path, "DETR", [{
    date: "2026-10-01",
    row: { ...row({ price: 97, quantity: 2 }).row, trading_date_time: "2026-10-01T08:34:00Z" },
  }]);
  const daily = ["--interval", "1d", "--all", "--isin", "DE0007164600", "--csv"];
  const expected = [
    DAY_HEAD,
    "DETR,DE0007164600,EUR,,,,2026-09-01,100.25,101,98,98,8,793.75,99.21875,3,0,4,0,0,98,auction,2026-09-01T08:59:59Z,",
    "DETR,DE0007164600,USD,,,,2026-09-01,99,99,99,99,2,198,99,1,0,0,0,0,99,last,2026-09-01T08:36:30Z,",
    "DETR,DE0007164600,EUR,,,,2026-10-01,97,97,97,97,2,194,97,1,0,0,0,0,97,last,2026-10-01T08:34:00Z,98",
    "",
  ].join("\r\n");
  const fresh = await bars(dir.path, ...daily);
  assert.deepEqual([fresh.code, fresh.stdout], [0, expected]);
  assert.match(fresh.stderr, /the stored bars are not up to date; what they lack is made of the trades/);
  assert.deepEqual(readdirSync(join(dir.path, "data/de/xetra")), ["trades"]);
  assert.equal((await bars(dir.path, "--interval", "1d")).code, 0);
  const again = await bars(dir.path, ...daily);
  assert.deepEqual([again.code, again.stdout, again.stderr], [0, expected, ""]);
});

Deno.test("bars brings the bars of a minute and of a day up to date, or only those of the interval, and says what it did", async () => {
  using dir = await stored();
  const days = await bars(dir.path, "--interval", "1d");
  assert.deepEqual([days.code, days.stdout.match(/.+/g)], [0, [
    "DETR: bars of a day",
    "month    bars",
    "2026-09     3  written",
  ]]);
  assert.deepEqual(readdirSync(join(dir.path, "data/de/xetra")).sort(), ["aside", "bars_1d", "trades"]);
  const both = await bars(dir.path);
  assert.deepEqual([both.code, both.stdout.match(/.+/g)], [0, [
    "DETR: bars of a minute",
    "date        bars",
    "2026-09-01     5  written",
    "DETR: bars of a day, 1 month unchanged",
  ]]);
  const none = await bars(dir.path, "--date", "2026-08-03", "--interval", "1d");
  assert.equal(none.code, 3);
});

Deno.test("bars brings all stored days up to date, not only the last, and counts those that have not changed", async () => {
  using dir = await stored();
  await bars(dir.path, "--interval", "1m");
  const add = (date: string, transaction_id: string) =>
    publishRows(dir.path, "DETR", [{
      ...row({ trading_date_time: `${date}T08:34:00Z`, price: 100, quantity: 1, transaction_id }),
      date,
    }]);
  await add("2026-08-31", "6");
  await add("2026-09-02", "7");
  const { code, stdout } = await bars(dir.path, "--interval", "1m");
  assert.deepEqual([code, stdout.match(/.+/g)], [0, [
    "DETR: bars of a minute, 1 date unchanged",
    "date        bars",
    "2026-08-31     1  written",
    "2026-09-02     1  written",
  ]]);
});

Deno.test("bars prints the trading days that are asked for: a date, a month, a range, all, or else the last", async () => {
  using dir = temporaryDirectory();
  const traded = ["2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01"];
  await publishRows(
    dir.path,
    "DETR",
    traded.map((date) => ({ date, row: row({ trading_date_time: `${date}T08:34:00Z`, price: 1 }).row })),
  );
  const days = async (...args: string[]) =>
    (await bars(dir.path, "--interval", "1d", "--csv", ...args)).stdout.match(/2026-\d\d-\d\d(?=,)/g);
  assert.deepEqual(await days(), ["2026-10-01"]);
  assert.deepEqual(await days("--date", "2026-09-01"), ["2026-09-01"]);
  assert.deepEqual(await days("--month", "2026-09"), ["2026-09-01", "2026-09-30"]);
  assert.deepEqual(await days("--from", "2026-09-01"), traded.slice(1));
  assert.deepEqual(await days("--to", "2026-09-29"), traded.slice(0, 2));
  assert.deepEqual(await days("--from", "2026-09-02", "--to", "2026-09-30"), ["2026-09-30"]);
  assert.deepEqual(await days("--all"), traded);
  const swapped = await bars(dir.path, "--from", "2026-09-02", "--to", "2026-09-01");
  assert.deepEqual([swapped.code, /--from is after --to: swap them/.test(swapped.stderr)], [64, true]);
});

Deno.test({
  name: "in 80 columns bars have their close and their volume, and say what is left out",
  ignore: !hasTerminal,
  async fn() {
    using dir = await stored();
    const args = ["--wrk-dir", dir.path, "bars", "DETR", "--date", DAY, "--interval", "1h"];
    const { stdout } = await runProgram(args, { under: inTerminal("stty cols 80") });
    const lines = shown(stdout).trimEnd().split("\n");
    const [head] = lines;
    assert.match(head, /^venue {2}isin {10}price_currency {2}start {17}.*close .*volume/);
    assert.ok(lines.slice(0, -1).every(({ length }) => length <= 80), stdout);
    assert.match(lines.at(-1)!, /^left out, since the terminal is not wide enough: .*turnover, vwap/);
  },
});

Deno.test("bars prints into a file, which appears when it is complete", async () => {
  using dir = await stored();
  const path = dir.of("bars.csv");
  const csv = await bars(dir.path, "--output", path);
  assert.deepEqual([csv.code, csv.stdout], [0, ""]);
  assert.equal(Deno.readTextFileSync(path), (await bars(dir.path, "--csv")).stdout);
  assert.equal((await bars(dir.path, "--json", "--output", path)).code, 0);
  assert.equal(JSON.parse(Deno.readTextFileSync(path)).bars.length, 5);
  const refused = await bars(dir.path, "--output", dir.of("bars.csv/x"));
  assert.equal(refused.code, 73);
  assert.match(refused.stderr, /cannot write .*bars\.csv.*; check the disk, or choose another --output\n$/);
});

Deno.test("bars leaves the file as it is when the rows of a venue cannot be read, instead of making one without them", async () => {
  using dir = await stored();
  await publishRows(dir.path, "DFRA", ROWS);
  const path = dir.of("bars.csv");
  const print = () => bars(dir.path, "DFRA", "--output", path);
  assert.equal((await print()).code, 0);
  const whole = Deno.readTextFileSync(path);
  Deno.truncateSync(partitionPath(dir.path, "DFRA", DAY), 400);
  const { code, stderr } = await print();
  assert.deepEqual([code, Deno.readTextFileSync(path)], [65, whole]);
  assert.match(stderr, /venue=DFRA\/.*trades\.parquet is damaged/);
  assert.deepEqual([...Deno.readDirSync(dir.path)].map(({ name }) => name).sort(), ["bars.csv", "data"]);
});

Deno.test("bars takes ISINs from a file, names those that were not traded, and refuses anything that is not an ISIN", async () => {
  using dir = await stored();
  Deno.writeTextFileSync(dir.of("isins"), "US0378331005\n\n");
  const { stdout } = await bars(dir.path, "--isin", `@${dir.of("isins")}`, "--csv");
  assert.deepEqual(stdout.split("\r\n").map((line) => line.split(",")[1]), [
    "isin",
    "US0378331005",
    undefined,
  ]);
  const absent = await bars(dir.path, "--isin", "DE0007100000");
  assert.deepEqual([absent.code, absent.stdout], [0, ""]);
  assert.match(absent.stderr, /^[^\n]*DETR: no bars of DE0007100000 on 2026-09-01\n$/);
  const inUsd = await bars(dir.path, "--isin", "DE0007164600,US0378331005", "--currency", "USD", "--json");
  assert.equal(JSON.parse(inUsd.stdout).bars.length, 1);
  assert.match(inUsd.stderr, /^[^\n]*DETR: no bars in USD of US0378331005 on 2026-09-01\n$/);
  const odd = await bars(dir.path, "--isin", "SAP");
  assert.deepEqual([odd.code, /SAP is none/.test(odd.stderr)], [64, true]);
  const lost = await bars(dir.path, "--isin", `@${dir.of("nothing")}`);
  assert.deepEqual([lost.code, /cannot be read/.test(lost.stderr)], [64, true]);
});

Deno.test("bars in a currency in which nothing was traded are none, and it says which currencies there are", async () => {
  using dir = await stored();
  for (const interval of ["1m", "1h", "1d"]) {
    const lower = await bars(dir.path, "--currency", "eur", "--interval", interval, "--csv");
    assert.deepEqual([lower.code, lower.stdout.split("\r\n").length], [0, 2], "the head alone");
    assert.match(lower.stderr, /WARNING .*DETR: no bars in eur on 2026-09-01; there are bars in EUR, USD\n$/);
  }
  const ofOne = await bars(dir.path, "--isin", "US0378331005", "--currency", "USD");
  assert.match(ofOne.stderr, /no bars in USD of US0378331005 on 2026-09-01; there are bars in EUR\n$/);
});

Deno.test("bars ends quietly when its reader closes the pipe", async () => {
  using dir = temporaryDirectory();
  const minutes = Array.from(
    { length: 1_400 },
    (_, i) => new Date(Date.UTC(2026, 8, 1, 0, i - 119)).toISOString(),
  );
  await publishRows(
    dir.path,
    "DETR",
    minutes.map((time, i) => row({ trading_date_time: time, transaction_id: `${i}` })),
  );
  const program = `"${Deno.execPath()}" run --quiet -A main.ts --wrk-dir "${dir.path}" bars DETR --csv`;
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; ${program} | head -1`],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
  assert.equal(new TextDecoder().decode(stdout), `${HEAD}\r\n`);
});

Deno.test("DuckDB reads the CSV with the sums of the stored bars", async () => {
  using dir = await stored();
  await refresh(dir.path, "DETR");
  Deno.writeTextFileSync(dir.of("bars.csv"), (await bars(dir.path, "--csv")).stdout);
  using db = await duckdb();
  const sums = (table: string) =>
    db.rows(
      `SELECT sum(open)::DOUBLE AS open, sum(volume)::DOUBLE AS volume, sum(turnover)::DOUBLE AS turnover, count(*) AS bars
       FROM ${table}`,
    );
  const csv = await sums(`read_csv('${dir.of("bars.csv")}')`);
  assert.deepEqual(csv, await sums(`'${dir.path}/data/de/xetra/bars_1m/*/*/*/*/*.parquet'`));
});
