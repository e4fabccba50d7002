import assert from "node:assert/strict";
import { publishRows, refreshMonths } from "../derive/stores.ts";
import { runProgram, type TemporaryDirectory, temporaryDirectory } from "../e2e/harness.ts";
import { trade, type TradeInput } from "../store/trades.ts";

function row(date: string, columns: TradeInput) {
  const usual = { price_currency: "EUR", modification_flag: "-", trading_mode: "2", quantity: 3 };
  const times = { trading_date_time: `${date}T08:34:00Z`, distribution_time: `${date}T12:00:00Z` };
  return { date, row: trade({ ...usual, ...times, transaction_id: date, ...columns }) };
}

const ROWS = [
  row("2026-08-31", { price: 99 }),
  row("2026-09-01", { price: 100.5 }),
  row("2026-09-01", {
    price: 101,
    trading_mode: "K",
    transaction_id: "K",
    trading_date_time: "2026-09-01T15:35:00Z",
  }),
  row("2026-09-01", { isin: "US0378331005", price: 7 }),
];

async function stored(): Promise<TemporaryDirectory> {
  const dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  return dir;
}

const closes = (dir: string, ...args: string[]) => runProgram(["--wrk-dir", dir, "closes", "DETR", ...args]);

const HEAD =
  "venue,isin,price_currency,contract_date,option_category,strike_price,trading_day,official_close," +
  "official_close_kind,official_close_time,open,high,low,close,volume,previous_close";

Deno.test("closes prints the official closes of the last stored trading day, the same from stored bars and without", async () => {
  using dir = await stored();
  const expected = [
    HEAD,
    "DETR,DE0007164600,EUR,,,,2026-09-01,101,auction,2026-09-01T15:35:00Z,100.5,101,100.5,101,6,99",
    "DETR,US0378331005,EUR,,,,2026-09-01,7,last,2026-09-01T08:34:00Z,7,7,7,7,3,",
    "",
  ].join("\r\n");
  const fresh = await closes(dir.path, "--csv");
  assert.deepEqual([fresh.code, fresh.stdout], [0, expected]);
  await refreshMonths(dir.path, "DETR");
  const again = await closes(dir.path, "--csv");
  assert.deepEqual([again.code, again.stdout, again.stderr], [0, expected, ""]);
});

Deno.test("closes prints the closes of another day, or of some ISINs, as JSON or as a table", async () => {
  using dir = await stored();
  await refreshMonths(dir.path, "DETR");
  const { stdout } = await closes(dir.path, "--date", "2026-08-31", "--json");
  assert.deepEqual(
    JSON.parse(stdout).closes.map(({ isin, official_close }: Record<string, unknown>) => [
      isin,
      official_close,
    ]),
    [["DE0007164600", 99]],
  );
  const table = await closes(dir.path, "--isin", "US0378331005");
  assert.match(
    table.stdout,
    /^venue +isin +price_currency +trading_day +official_close +official_close_kind/,
  );
  assert.deepEqual(table.stdout.match(/^DETR.*/gm)!.map((line) => line.split(/ +/).slice(0, 6)), [
    ["DETR", "US0378331005", "EUR", "2026-09-01", "7", "last"],
  ]);
});

Deno.test("closes names the ISINs that have none, and the check digit of one that is mistyped", async () => {
  using dir = await stored();
  const { code, stdout, stderr } = await closes(dir.path, "--isin", "DE0007164600,US0378331000", "--csv");
  assert.deepEqual([code, stdout.split("\r\n").length], [0, 3]);
  const line = /^[^\n]*DETR: no closes of US0378331000 \(its check digit would be 5\) on 2026-09-01\n$/m;
  assert.match(stderr, line);
});

Deno.test("closes of a day that is not stored prints none and says so, and exits with 3 when no trade at all is stored", async () => {
  using dir = await stored();
  const before = await closes(dir.path, "--date", "2026-08-03", "--csv");
  assert.deepEqual([before.code, before.stdout], [3, `${HEAD}\r\n`]);
  using empty = temporaryDirectory();
  const nothing = await closes(empty.path, "--csv");
  assert.deepEqual([nothing.code, /no trades are stored/.test(nothing.stderr)], [3, true]);
});
