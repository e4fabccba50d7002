import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { frankfurtDay, tradingDays } from "../../scripts/replica/calendar.ts";
import { type DaySpec, generateDay, type MinuteFile, minuteNames } from "../../scripts/replica/day.ts";
import { type Era, identityOf, type Trade } from "../../scripts/replica/trade.ts";
import { truth, writeTruth } from "../../scripts/replica/truth.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";

/** Keys of real rows in their order: DETR of 2025-10-31; DETR, DGAT and DFRA of 2026-09-18. */
const LEGACY_KEYS =
  "messageId sourceName isin currency tickActionIndicator instrumentIdCode mmtMarketMechanism mmtTradingMode " +
  "mmtNegotTransPretrdWaivInd mmtModificationInd mmtBenchmarkRefprcInd mmtPubModeDefReason mmtAlgoInd " +
  "quotationType lastQty lastTrade lastTradeTime distributionDateTime tickId instrumentId transIdCode " +
  "executionVenueId";
const MIFID_KEYS: Record<string, string> = {
  DETR:
    "messageId instrumentIdentificationCode priceCurrency lastTradeIndicator tradingSystem mmtTradingMode " +
    "mmtModificationInd mmtBenchmarkRefprcInd mmtPubModeDefReason mmtAlgoInd priceNotation quantity price " +
    "tradingDateAndTime publicationDateAndTime transactionIdentificationCode venueOfExecution venueOfPublication",
  DGAT: "messageId instrumentIdentificationCode tradingSystem mmtTradingMode mmtModificationInd " +
    "tradingDateAndTime price quantity priceCurrency venueOfPublication priceNotation publicationDateAndTime " +
    "transactionIdentificationCode venueOfExecution mmtAlgoInd",
  DFRA: "messageId instrumentIdentificationCode tradingSystem mmtTradingMode mmtModificationInd " +
    "mmtPubModeDefReason tradingDateAndTime price quantity priceCurrency venueOfPublication priceNotation " +
    "publicationDateAndTime transactionIdentificationCode venueOfExecution notionalCurrency mmtAlgoInd",
};
const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const ERAS: Era[] = ["2025-legacy", "2026-mifid"];

Deno.test("generateDay() makes the same bytes from the same seed, and others from another", () => {
  const spec = { ...untidyDay("DEUR"), trades: 2000 };
  assert.deepEqual(bytesOf(spec), bytesOf(spec));
  assert.notDeepEqual(bytesOf(spec), bytesOf({ ...spec, seed: 2 }));
});

Deno.test("generateDay() writes the legacy era with the keys of the real sample, in their order", () => {
  const rows = linesOf({ venue: "DETR", date: "2025-10-31", era: "2025-legacy", trades: 500 });
  assert.equal(rows.length, 500);
  for (const row of rows) assert.equal(Object.keys(row).join(" "), LEGACY_KEYS);
});

for (const [venue, keys] of Object.entries(MIFID_KEYS)) {
  Deno.test(`generateDay() writes rows of ${venue} with the keys of its real row of 2026, in their order`, () => {
    const rows = linesOf({ venue, date: "2026-09-18", trades: 500 });
    assert.ok(rows.some((row) => Object.keys(row).join(" ") === keys));
  });
}

Deno.test("generateDay() sends numbers, times and ids in the form of the real rows", () => {
  const [line] = textOf({ venue: "DETR", date: "2025-10-31", era: "2025-legacy", trades: 1 }).split("\n");
  assert.match(
    line,
    /"quotationType":1,"lastQty":\d+\.\d{2,},"lastTrade":\d+\.\d{2,4},"lastTradeTime":"2025-/,
  );
  assert.match(line, /"distributionDateTime":"2025-10-31T\d\d:\d\d:\d\d\.\d{6}000Z","tickId":\d+,/);
  const { transIdCode, lastTradeTime } = JSON.parse(line);
  const seconds = Date.parse(lastTradeTime) / 1000 | 0;
  assert.match(transIdCode, new RegExp(`^10{5}\\d{15}0${seconds}${lastTradeTime.slice(20, 29)}\\d{11}$`));
  const [tradegate] = linesOf({ venue: "DGAT", date: "2026-09-18", trades: 1 });
  const millis = String(tradegate.tradingDateAndTime).slice(0, 23).replace(/\D/g, "");
  const id = `^XGAT${tradegate.instrumentIdentificationCode}${millis}\\d{3}$`;
  assert.match(String(tradegate.transactionIdentificationCode), new RegExp(id));
});

Deno.test("generateDay() makes a Xetra day with the shape of the recorded ones", () => {
  const start = performance.now();
  let [files, trades, compressed] = [0, 0, 0];
  const open: MinuteFile[] = [];
  const isins = new Set<string>();
  for (const file of generateDay({ venue: "DETR", date: "2026-09-01" })) {
    files++;
    trades += file.trades.length;
    compressed += gzipSync(file.ndjson).length;
    for (const trade of file.trades) isins.add(trade.isin);
    if (file.minute >= 9 * 60 && file.minute < 15 * 60) open.push(file);
    if (file.minute === 15 * 60 + 36) assert.ok(distinctIsins(file) > 3000, "the closing auction is wide");
  }
  const seconds = (performance.now() - start) / 1000;
  const perMinute = open.reduce((sum, file) => sum + file.trades.length, 0) / open.length;
  const distinct = open.reduce((sum, file) => sum + distinctIsins(file), 0) / open.length;
  console.log(
    `${trades} trades in ${files} files, ${(compressed / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s; ` +
      `${perMinute.toFixed(0)} trades and ${distinct.toFixed(0)} ISINs a minute, ${isins.size} ISINs in all`,
  );
  assert.equal(files, 1321);
  assert.equal(trades, 440_000);
  assert.ok(perMinute > 600 && perMinute < 1000);
  assert.ok(distinct > 200 && distinct < 350);
  assert.ok(compressed / trades > 30 && compressed / trades < 48);
});

Deno.test("generateDay() orders a minute by publication time, after trading time, within the minute", () => {
  for (const venue of VENUES) {
    for (const { name, date, minute, trades } of generateDay({ venue, date: "2026-09-01", trades: 3000 })) {
      const published = trades.map((trade) => trade.distribution_time!);
      assert.deepEqual(published, published.toSorted(), name);
      const clock = `${date}T${String(Math.floor(minute / 60)).padStart(2, "0")}:${
        String(minute % 60).padStart(2, "0")
      }`;
      for (const time of published) assert.ok(time.startsWith(clock), `${time} in ${name}`);
      for (const trade of trades) assert.ok(trade.trading_date_time! < trade.distribution_time!, name);
    }
  }
});

Deno.test("a trading day has a name for each minute from 01:00 to 23:00 in Berlin, on every venue", () => {
  for (const venue of [...VENUES, "DQTX"]) {
    const [summer, winter] = ["2026-09-01", "2026-12-01"].map((date) => minuteNames({ venue, date }));
    assert.deepEqual([summer.length, winter.length], [1321, 1321]);
    assert.equal(summer[0], `${venue}-posttrade-2026-08-31T23_00.json.gz`);
    assert.equal(summer.at(-1), `${venue}-posttrade-2026-09-01T21_00.json.gz`);
    assert.equal(winter[0], `${venue}-posttrade-2026-12-01T00_00.json.gz`);
    assert.equal(winter.at(-1), `${venue}-posttrade-2026-12-01T22_00.json.gz`);
  }
  assert.deepEqual(frankfurtDay("2026-09-01"), { from: -120, until: 1320 });
  assert.deepEqual(frankfurtDay("2026-01-05"), { from: -60, until: 1380 });
});

Deno.test("there are no names on weekends and on the exchange's holidays, and 1,321 on each other day of a year", () => {
  const first = Temporal.PlainDate.from("2026-01-01");
  const year = Array.from({ length: 365 }, (_, days) => first.add({ days }));
  const without = year.filter((day) => minuteNames({ venue: "DETR", date: day.toString() }).length === 0);
  const holidays = without.filter(({ dayOfWeek }) => dayOfWeek <= 5).map((day) => day.toString().slice(5));
  assert.deepEqual(holidays, ["01-01", "04-03", "04-06", "05-01", "12-24", "12-25", "12-31"]);
  assert.equal(without.length, holidays.length + 104);
  const named = year.filter((day) => !without.includes(day));
  for (const day of named) assert.equal(minuteNames({ venue: "DETR", date: day.toString() }).length, 1321);
  assert.deepEqual(tradingDays("2027-03-25", 2), ["2027-03-25", "2027-03-30"]);
});

Deno.test("Eurex publishes from 02:15 to 22:05 in Berlin, and nothing before 00:15 UTC, unless a day is told to open earlier", () => {
  const trading = (date: string, opens?: number) =>
    generateDay({ venue: "DEUR", date, trades: 40_000, opens }).filter(({ trades }) => trades.length > 0)
      .map(({ name }) => name.slice("DEUR-posttrade-".length, -".json.gz".length)).toArray();
  const ends = (minutes: string[]) => [minutes[0], minutes.at(-1)];
  assert.deepEqual(ends(trading("2026-09-01")), ["2026-09-01T00_15", "2026-09-01T20_04"]);
  assert.deepEqual(ends(trading("2026-12-01")), ["2026-12-01T01_15", "2026-12-01T21_04"]);
  assert.equal(trading("2026-09-01", 60)[0].slice(0, 10), "2026-08-31");
});

Deno.test("generateDay() refuses minutes beyond the Frankfurt day", () => {
  const beyond = generateDay({ venue: "DETR", date: "2026-09-01", minutes: { from: 1300, until: 1321 } });
  assert.throws(() => beyond.next(), RangeError);
});

Deno.test("an untidy day has corrections, legs, duplicates and everything else that the feed may hold", () => {
  const files = [...generateDay({ ...untidyDay("DEUR"), trades: 6000 })];
  const trades = files.flatMap((file) => file.trades);
  const has = (what: string, holds: (trade: Trade) => boolean) => assert.ok(trades.some(holds), what);
  has("a cancellation", (trade) => trade.modification_flag === "C");
  has("an amendment", (trade) => trade.modification_flag === "A");
  has("a missing id", (trade) => trade.transaction_id === null);
  has("a missing publication time", (trade) => trade.distribution_time === null);
  has("a negative price", (trade) => trade.price! < 0);
  has("an unknown key", (trade) => trade.extra !== null);
  has("an expiry that is no date", (trade) => trade.extra === '{"contractDate":"PERP"}');
  has("a fraction", (trade) => !Number.isInteger(trade.quantity));
  const legs = Map.groupBy(
    trades.filter((trade) => trade.modification_flag === "-"),
    (t) => t.transaction_id,
  );
  assert.ok(legs.values().some((rows) => new Set(rows.map((row) => row.contract_date)).size > 1), "legs");
  assert.ok(new Set(trades.map(identityOf)).size < trades.length, "duplicates");
  const text = files.map((file) => new TextDecoder().decode(file.ndjson));
  assert.ok(text.some((content) => content.includes("\r\n")), "CRLF");
  assert.ok(text.some((content) => /\n\r?\n/.test(content)), "a blank line");
  assert.ok(text.some((content) => content !== "" && !content.endsWith("\n")), "a missing last newline");
  assert.ok(text.some((content) => content === ""), "an empty file");
  assert.ok(text.some((content) => /"price":"-?\d/.test(content)), "a number in quotes");
  for (let digits = 0; digits <= 9; digits++) {
    const form = new RegExp(`"tradingDateAndTime":"[^".]+${digits === 0 ? "" : `\\.\\d{${digits}}`}Z"`);
    assert.ok(text.some((content) => form.test(content)), `${digits} digits`);
  }
});

Deno.test("truth() holds each trade once, and of every era only the columns that it sends", () => {
  for (const venue of VENUES) {
    for (const era of ERAS) {
      const trades = truth([{ ...untidyDay(venue), era }]).flatMap((minute) => minute.trades).toArray();
      const byDay = trades.map((trade) => identityOf(trade));
      assert.equal(new Set(byDay).size, trades.length);
      for (const trade of trades) {
        assert.equal(Object.keys(trade).length, 42);
        assert.equal(trade.schema_version, era);
        assert.equal(trade.source_name === null, era === "2026-mifid");
        assert.equal(trade.venue_publication === null, era === "2025-legacy" || venue === "DEUR");
        assert.equal(trade.clearing_flag !== null, era === "2026-mifid" && venue === "DEUR");
      }
    }
  }
});

Deno.test("writeTruth() writes a file for each UTC date, which two trading days may share", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const days = tradingDays("2026-09-03", 3).map((date) => ({
      venue: "DEUR",
      date,
      trades: 4000,
      opens: 60,
    }));
    const paths = await writeTruth(dir, days);
    const dates = ["2026-09-02", "2026-09-03", "2026-09-04", "2026-09-06", "2026-09-07"];
    assert.deepEqual(paths, dates.map((date) => `${dir}/venue=DEUR/${date}.ndjson`));
    const rows: Trade[] = (await Promise.all(paths.map((path) => Deno.readTextFile(path))))
      .flatMap((text) => text.split("\n").slice(0, -1).map((line) => JSON.parse(line)));
    assert.equal(rows.length, 12_000);
    assert.deepEqual(rows, truth(days).flatMap((minute) => minute.trades).toArray());
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("scripts/replica.ts needs only loopback, prints the API's URL, and ends with 0 on SIGTERM", async () => {
  const script = new URL("../../scripts/replica.ts", import.meta.url).pathname;
  const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", script, "--port", "0", "--trades", "10"];
  await using child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const apiUrl = /^http:\S+/.exec((await output.read()).value ?? "")![0];
  const response = await fetch(`${apiUrl}/DFRA-posttrade`, { headers: { accept: "application/json" } });
  assert.equal((await response.json()).FileCount, "1321");
  child.kill("SIGTERM");
  await output.cancel();
  assert.equal((await child.status).code, 0);
});

function untidyDay(venue: string): DaySpec {
  return { venue, date: "2026-09-01", trades: 3000, untidiness: UNTIDY };
}

function bytesOf(spec: DaySpec): Uint8Array[] {
  return generateDay(spec).map((file) => file.ndjson).toArray();
}

function textOf(spec: DaySpec): string {
  return bytesOf(spec).map((bytes) => new TextDecoder().decode(bytes)).join("");
}

function linesOf(spec: DaySpec): Record<string, unknown>[] {
  return textOf(spec).split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

function distinctIsins(file: MinuteFile): number {
  return new Set(file.trades.map((trade) => trade.isin)).size;
}
