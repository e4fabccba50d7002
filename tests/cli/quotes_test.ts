import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { publishQuotes, type QuoteInput } from "../derive/quotes/quote_stores.ts";
import { flip } from "../e2e/verified.ts";
import { runProgram, type TemporaryDirectory, temporaryDirectory } from "../e2e/harness.ts";

const SAP = "DE0007164600";
const APPLE = "US0378331005";

const row = (time: string, columns: QuoteInput) => ({
  hour: time.slice(0, 13),
  row: { isin: SAP, time, price_currency: "EUR", price_notation: 1, ...columns } as QuoteInput,
});

/** In Frankfurt: SAP from 09:00 to its withdrawal at 17:30:01, in dollars at 10:00; Apple's bid at 09:30, and never an ask. */
const ROWS = [
  row("2026-09-01T07:00:00Z", { bid: 99.9, bid_quantity: 500, ask: 100.1, ask_quantity: 400, phase: 203 }),
  row("2026-09-01T07:30:00Z", { isin: APPLE, bid: 7, bid_quantity: 0 }),
  row("2026-09-01T08:00:00Z", {
    price_currency: "USD",
    bid: 110,
    bid_quantity: 1,
    ask: 111,
    ask_quantity: 1,
  }),
  row("2026-09-01T15:29:58Z", { ask: 100.2, ask_quantity: 300 }),
  row("2026-09-01T15:30:01Z", { bid: 0, bid_quantity: 0, ask: 0, ask_quantity: 0, phase: 202 }),
];

async function stored(): Promise<TemporaryDirectory> {
  const dir = temporaryDirectory();
  await publishQuotes(dir.path, "DGAT", ROWS);
  return dir;
}

const run = (dir: string, ...args: string[]) => runProgram(["--wrk-dir", dir, ...args]);

const HEAD = "venue,isin,price_currency,contract_date,contract_type,option_category,strike_price,time," +
  "bid,bid_quantity,bid_kind,bid_time,bid_age,ask,ask_quantity,ask_kind,ask_time,ask_age,spread,phase,price_notation";

const csv = (...lines: string[]) => [HEAD, ...lines, ""].join("\r\n");

Deno.test("quotes prints each side as it was last published, with its age, at a time of the last stored day, and stores nothing", async () => {
  using dir = await stored();
  const { code, stdout, stderr } = await run(
    dir.path,
    "quotes",
    "DGAT",
    "--isin",
    SAP,
    "--at",
    "17:30",
    "--csv",
  );
  const expected = csv(
    `DGAT,${SAP},EUR,,,,,2026-09-01T15:30:00Z,99.9,500,quoted,2026-09-01T07:00:00Z,30600,` +
      "100.2,300,quoted,2026-09-01T15:29:58Z,2,0.3,203,1",
    `DGAT,${SAP},USD,,,,,2026-09-01T15:30:00Z,110,1,quoted,2026-09-01T08:00:00Z,27000,` +
      "111,1,quoted,2026-09-01T08:00:00Z,27000,1,,1",
  );
  assert.deepEqual([code, stdout, stderr], [0, expected, ""]);
  assert.deepEqual(readdirSync(dir.path), ["data"]);
  assert.deepEqual(readdirSync(join(dir.path, "data/de/xetra")), ["quotes"]);
});

Deno.test("quotes prints the changes of a time, ISIN by ISIN; a withdrawn side has no price", async () => {
  using dir = await stored();
  const isins = `${APPLE},${SAP}`;
  const { stdout } = await run(dir.path, "quotes", "DGAT", "--isin", isins, "--from", "09:30", "--json");
  const changes = JSON.parse(stdout).quotes.map((
    { isin, time, bid, bid_kind, ask, ask_kind, phase }: Record<string, unknown>,
  ) => [isin, time, bid, bid_kind, ask, ask_kind, phase]);
  assert.deepEqual(changes, [
    [SAP, "2026-09-01T08:00:00Z", 110, "quoted", 111, "quoted", null],
    [SAP, "2026-09-01T15:29:58Z", 99.9, "quoted", 100.2, "quoted", 203],
    [SAP, "2026-09-01T15:30:01Z", null, "withdrawn", null, "withdrawn", 202],
    [APPLE, "2026-09-01T07:30:00Z", 7, "indicative", null, null, null],
  ]);
});

Deno.test("quotes in steps has a row for each multiple of the step from the first quote on, but none after what is stored", async () => {
  using dir = await stored();
  const steps = ["quotes", "DGAT", "--isin", SAP, "--every", "1h", "--csv", "--from"];
  const timesOf = async (...args: string[]) =>
    (await run(dir.path, ...steps, ...args)).stdout.split("\r\n").slice(1, -1).map((line) => {
      const [, , currency, , , , , time] = line.split(",");
      return `${currency} ${time.slice(11, 16)}`;
    });
  assert.deepEqual(await timesOf("2026-09-01T08:30", "--to", "2026-09-01T10:00"), [
    "EUR 07:00",
    "EUR 08:00",
    "USD 08:00",
  ]);
  assert.equal((await timesOf("2026-09-01")).at(-1), "USD 15:00");
  assert.deepEqual(await timesOf("2026-08-28", "--to", "2026-09-01T07:00:00Z"), ["EUR 07:00"]);
});

Deno.test("marks prints the last quote with a price on both sides, or every instrument at a time of day, as a table or into a file", async () => {
  using dir = await stored();
  const close = await run(dir.path, "marks", "DGAT");
  assert.match(
    close.stdout,
    /^venue +isin +price_currency +time +bid +ask +spread +bid_age +ask_age +bid_quantity/,
  );
  assert.match(
    close.stdout,
    /\nDGAT +DE0007164600 +EUR +2026-09-01T15:29:58Z +99\.9 +100\.2 +0\.3 +30,598 +0 +500 +300 +quoted +quoted +203\n/,
  );
  assert.match(close.stdout, /\nDGAT +DE0007164600 +USD +2026-09-01T08:00:00Z/);
  assert.doesNotMatch(close.stdout, /US0378331005/);
  const at = await run(dir.path, "marks", "DGAT", "--date", "2026-09-01", "--at", "17:45", "--csv");
  const marks = at.stdout.split("\r\n").slice(1, -1).map((line) => line.split(","))
    .map((values) => [values[1], values[2], values[8], values[10], values[13], values[15]].join(" "));
  assert.deepEqual(marks, [
    `${SAP} EUR  withdrawn  withdrawn`,
    `${SAP} USD 110 quoted 111 quoted`,
    `${APPLE} EUR 7 indicative  `,
  ]);
  const csv = (await run(dir.path, "marks", "DGAT", "--csv")).stdout;
  assert.equal((await run(dir.path, "marks", "DGAT", "--output", dir.of("marks.csv"))).stdout, "");
  assert.equal(Deno.readTextFileSync(dir.of("marks.csv")), csv);
  const chosen = await run(dir.path, "marks", "DGAT", "--at", "09:30", "--isin", APPLE, "--json");
  assert.deepEqual(JSON.parse(chosen.stdout).marks.map(({ isin }: { isin: string }) => isin), [APPLE]);
});

Deno.test("a warning says that the hour of the requested time is not stored; a day without any stored hour exits with 3", async () => {
  using dir = await stored();
  const late = await run(dir.path, "marks", "DGAT", "--at", "21:00");
  assert.equal(late.code, 0);
  assert.match(
    late.stderr,
    /DGAT: no quotes are stored from 2026-09-01 18:00 \(Frankfurt\) up to the time asked for/,
  );
  for (
    const args of [["marks", "DGAT", "--date", "2026-09-02"], [
      "quotes",
      "DFRA",
      "--isin",
      SAP,
      "--at",
      "2026-09-01",
    ]]
  ) {
    const { code, stdout, stderr } = await run(dir.path, ...args);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, /no quotes are stored (for the requested|below .*fetch-quotes DFRA)/);
  }
});

Deno.test("instruments without a quote are named", async () => {
  using dir = await stored();
  const { code, stderr } = await run(
    dir.path,
    "marks",
    "DGAT",
    "--isin",
    `${APPLE},${SAP},DE0007100000`,
    "--csv",
  );
  assert.equal(code, 0);
  assert.match(stderr, /^[^\n]*DGAT: no such quotes are stored of US0378331005, DE0007100000\n$/);
});

Deno.test("connect does not call a venue empty when only quotes are stored", async () => {
  using dir = await stored();
  const { code, stderr } = await run(dir.path, "connect", "DGAT");
  assert.deepEqual([code, stderr], [0, ""]);
});

Deno.test("a damaged hour exits with 65, and the message names its path and what to do", async () => {
  using dir = await stored();
  const path = dir.of("data/de/xetra/quotes/venue=DGAT/year=2026/month=09/day=01/hour=15/quotes.parquet");
  flip(path, Deno.statSync(path).size - 40);
  for (const args of [["marks", "DGAT"], ["quotes", "DGAT", "--isin", SAP, "--at", "17:30"]]) {
    const { code, stdout, stderr } = await run(dir.path, ...args);
    assert.deepEqual([code, stdout], [65, ""]);
    assert.ok(
      stderr.includes(path) && stderr.includes("verify DGAT --quotes --date 2026-09-01 --repair"),
      stderr,
    );
  }
});

Deno.test("anything that is not a time is refused", async () => {
  const refused: [args: string[], says: RegExp][] = [
    [["quotes", "DGAT", "--at", "17:30"], /required option '--isin <isins>' not specified/],
    [["quotes", "DGAT", "--isin", SAP, "--at", "25:00"], /A time is 17:30, 2026-09-01T17:30/],
    [["quotes", "DGAT", "--isin", SAP, "--at", "17:30", "--every", "1m"], /cannot be used with option/],
    [["quotes", "DGAT", "--isin", SAP, "--from", "18:00", "--to", "17:00"], /--from is after --to/],
    [
      ["quotes", "DGAT", "--isin", SAP, "--from", "2026-09-02", "--to", "2026-09-01T17:00"],
      /--from is after --to/,
    ],
    [["marks", "DGAT", "--at", "2026-09-01T17:30"], /A time of day is 17:30/],
    [["marks", "DGAT", "--at", "17:30", "--close"], /cannot be used with option/],
  ];
  using dir = temporaryDirectory();
  for (const [args, says] of refused) {
    const { code, stderr } = await run(dir.path, ...args);
    assert.equal(code, 64);
    assert.match(stderr, says);
  }
});
