import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { publishRows } from "../derive/stores.ts";
import { assertForeseen, jsonOf, logOf } from "../e2e/evidence.ts";
import { partitionPath, runProgram, type TemporaryDirectory, temporaryDirectory } from "../e2e/harness.ts";
import { trade, type TradeInput } from "../store/trades.ts";
import { hasTerminal, inTerminal, shown } from "./terminal/in_terminal.ts";

const DAY = "2026-09-01";
const ISIN = "DE0007164600";
const USUAL = { price_currency: "EUR", modification_flag: "-", trading_mode: "2" };

function row(columns: TradeInput, date = DAY): { date: string; row: TradeInput } {
  return { date, row: trade({ ...USUAL, distribution_time: "2026-09-01T08:36:00Z", ...columns }) };
}

/** Trades of a day, one cancelled and one amended days later, one without a time of trading, one of another ISIN. */
const { trading_date_time: _, ...UNTIMED } = trade({ ...USUAL, transaction_id: "4" });
const ROWS = [
  row({ transaction_id: "1", price: 100.1, quantity: 0.3, extra: '{"a":"b, c"}' }),
  row({ transaction_id: "2", price: 100 }),
  row({ transaction_id: "2", price: 100, modification_flag: "C" }, "2026-09-04"),
  row({ transaction_id: "3", price: 99, quantity: 7 }),
  row({ transaction_id: "3", price: 98, quantity: 7, modification_flag: "A" }, "2026-09-03"),
  { date: DAY, row: { ...UNTIMED, distribution_time: "2026-09-01T09:00:00Z" } },
  row({ isin: "US0378331005" }),
  row({ trading_date_time: "2026-09-02T08:34:00Z", transaction_id: "9" }, "2026-09-02"),
];

async function stored(): Promise<TemporaryDirectory> {
  const dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ROWS);
  return dir;
}

const trades = (dir: string, ...args: string[]) =>
  runProgram(["--wrk-dir", dir, "trades", "DETR", "--isin", ISIN, ...args]);

/** Some columns of a JSON document's trades. */
async function columnsOf(dir: string, names: readonly string[], ...args: string[]): Promise<unknown[][]> {
  const document = jsonOf<{ trades: Record<string, unknown>[] }>(await trades(dir, "--json", ...args));
  return document.trades.map((row) => names.map((name) => row[name]));
}

/** Overwrites the end of what lies before the footer of a Parquet file. */
function destroyLastGroup(path: string): void {
  const bytes = Deno.readFileSync(path);
  const footer = bytes.length - 8 - new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
  Deno.writeFileSync(path, bytes.fill(0, footer - 3_000, footer));
}

Deno.test("trades prints CSV by RFC 4180 and nothing else: seconds with nine digits, numbers with all their digits", async () => {
  using dir = await stored();
  const { code, stdout, stderr } = await trades(dir.path, "--date", DAY, "--csv");
  assert.deepEqual([code, stderr], [0, ""]);
  const [head, first, ...rest] = stdout.split("\r\n");
  assert.match(head, /^venue,isin,trading_date_time,price,quantity,.*,schema_version,extra$/);
  assert.ok(
    first.startsWith(
      `DETR,${ISIN},2026-09-01T08:34:00.000000001Z,100.1,0.3,EUR,,1,2026-09-01T08:36:00.000000000Z,2,-,`,
    ),
  );
  assert.ok(first.endsWith(',"{""a"":""b, c""}"'));
  assert.deepEqual([rest.length, rest.at(-1)], [6, ""]);
  assert.deepEqual(readdirSync(join(dir.path, "data/de/xetra")), ["trades"]);
});

Deno.test("trades prints rows as they were published; those of a trading day also from later partitions", async () => {
  using dir = await stored();
  const names = ["transaction_id", "modification_flag", "price", "trading_date_time"];
  const time = "2026-09-01T08:34:00.000000001Z";
  assert.deepEqual(await columnsOf(dir.path, names, "--date", DAY), [
    ["1", "-", 100.1, time],
    ["2", "-", 100, time],
    ["3", "-", 99, time],
    ["4", "-", 100.5, null],
    ["3", "A", 98, time],
    ["2", "C", 100, time],
  ]);
  assert.deepEqual(await columnsOf(dir.path, ["transaction_id"]), [["9"]], "the last trading day");
  const from = await columnsOf(dir.path, ["transaction_id"], "--from", "2026-09-02");
  assert.deepEqual(from, [["9"]]);
});

Deno.test("trades names the ISINs that were not traded on any of the days", async () => {
  using dir = await stored();
  const run = await trades(dir.path, "--isin", `${ISIN},DE0007100000`, "--from", DAY, "--csv");
  assert.deepEqual(logOf(run), [`WARNING DETR: no trades of DE0007100000 from ${DAY} to 2026-09-02`]);
  assert.deepEqual([run.code, run.stdout.split("\r\n").length], [0, 9]);
});

Deno.test("--corrected leaves one row for each trade that still stands, and makes up no time that was not published", async () => {
  using dir = await stored();
  const names = ["transaction_id", "price", "modification_flag", "trading_date_time"];
  const time = "2026-09-01T08:34:00.000000001Z";
  assert.deepEqual(await columnsOf(dir.path, names, "--corrected", "--date", DAY), [
    ["1", 100.1, "-", time],
    ["3", 98, "A", time],
    ["4", 100.5, "-", null],
  ]);
});

Deno.test("a trade of Eurex shows its contract", async () => {
  using dir = temporaryDirectory();
  const contract = { contract_date: "2026-12-18", option_category: "C", strike_price: 6000 };
  await publishRows(dir.path, "DEUR", [row(contract)]);
  const { stdout } = await runProgram(["--wrk-dir", dir.path, "trades", "DEUR", "--isin", ISIN]);
  const [head, first] = stdout.split("\n").map((line) => line.split(/ {2,}/));
  const shown = Object.fromEntries(head.map((name, i) => [name, first[i]]));
  assert.deepEqual([shown.contract_date, shown.option_category, shown.strike_price], [
    "2026-12-18",
    "C",
    "6,000",
  ]);
  assert.equal(shown.transaction_category, undefined, "a column without any value");
});

Deno.test({
  name: "on a terminal the table fits, and says which columns do not",
  ignore: !hasTerminal,
  async fn() {
    using dir = await stored();
    const args = ["--wrk-dir", dir.path, "trades", "DETR", "--isin", ISIN, "--date", DAY];
    const { stdout } = await runProgram(args, { under: inTerminal("stty cols 90") });
    const lines = shown(stdout).trimEnd().split("\n");
    assert.deepEqual([lines.length, Math.max(...lines.slice(0, -1).map(({ length }) => length)) <= 90], [
      8,
      true,
    ]);
    assert.match(lines[0], /^venue {2}isin {10}trading_date_time {15}price {2}quantity {2}price_currency$/);
    assert.match(
      lines[7],
      /^left out, since the terminal is not wide enough: transaction_id, distribution_time, /,
    );
  },
});

Deno.test("trades exits with 3 for a day that is not stored, with 65 for a damaged partition, and with 64 without ISINs", async () => {
  using dir = await stored();
  const absent = await trades(dir.path, "--date", "2026-08-03", "--csv");
  assert.deepEqual([absent.code, logOf(absent).length], [3, 1]);
  assert.equal((await runProgram(["trades", "DETR"])).code, 64);
  assert.equal((await trades(dir.path, "--date", DAY, "--from", DAY)).code, 64);
  assert.equal((await trades(dir.path, "--from", DAY, "--to", "2026-08-31")).code, 64);
  Deno.truncateSync(partitionPath(dir.path, "DETR", DAY), 500);
  assertForeseen(await trades(dir.path, "--date", DAY), 65);
});

Deno.test("trades reads only the row groups that may have the ISIN", async () => {
  using dir = temporaryDirectory();
  const others = Array.from(
    { length: 33_000 },
    (_, i) => row({ isin: "XX0000000001", transaction_id: `${i}` }),
  );
  await publishRows(dir.path, "DETR", [row({ isin: "AA0000000001" }), ...others]);
  const path = partitionPath(dir.path, "DETR", DAY);
  const ask = (isin: string) =>
    runProgram(["--wrk-dir", dir.path, "trades", "DETR", "--isin", isin, "--csv"]);
  assert.equal((await ask("XX0000000001")).stdout.split("\r\n").length, 33_002);
  destroyLastGroup(path);
  assert.equal((await ask("AA0000000001")).stdout.split("\r\n").length, 3);
  assertForeseen(await ask("XX0000000001"), 65);
});
