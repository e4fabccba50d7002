import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { type DecodedFile, FileDecoder } from "../../src/feed/decode.ts";
import { RowScanner } from "../../src/feed/row_scanner.ts";
import type { Trades } from "../../src/feed/trades.ts";
import { TradesBuilder } from "../../src/feed/trades_builder.ts";
import { type Row, rowsOf } from "./trade_rows.ts";
import { sample, samplesAreHere } from "../samples.ts";

const LEGACY = {
  messageId: "posttrade",
  isin: "DE0007100000",
  currency: "EUR",
  mmtModificationInd: "-",
  mmtAlgoInd: "H",
  quotationType: 1,
  lastQty: 159,
  lastTrade: 56.2,
  lastTradeTime: "2025-10-31T13:54:00.042457058Z",
  distributionDateTime: "2025-10-31T13:54:00.052903Z",
  tickId: 33976320,
  transIdCode: "1000000000000025050760176191884004245705800000006636",
};

const MIFID = {
  instrumentIdentificationCode: "DE000C1DAXX1",
  tradingDateAndTime: "2026-09-18T06:00:00.761054622Z",
  publicationDateAndTime: "2026-09-18T06:00:00.768851Z",
  price: -12.5,
  quantity: 15,
  contractDate: "2026-12-18",
  optionCategory: "C",
  originalStrikePrice: 24000,
};

function decode(
  text: string | Uint8Array,
  pieceBytes = Infinity,
  capacity = 1000,
): DecodedFile & { all: Row[] } {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const batches: Trades[] = [];
  const scanner = new RowScanner(new TradesBuilder(capacity));
  const decoder = new FileDecoder(scanner, (batch) => batches.push(batch));
  for (let at = 0; at < bytes.length; at += pieceBytes) decoder.push(bytes.subarray(at, at + pieceBytes));
  const decoded = decoder.finish();
  return { ...decoded, all: [...batches, scanner.builder.take()].flatMap(rowsOf) };
}

function lines(...records: unknown[]): string {
  return records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)) + "\n").join(
    "",
  );
}

Deno.test("FileDecoder decodes both eras to the same columns", () => {
  const { all, rejected, strangeKeys } = decode(lines(LEGACY, MIFID));
  assert.deepEqual([rejected, strangeKeys], [0, null]);
  assert.deepEqual(all, [
    {
      isin: "DE0007100000",
      trading_date_time: 1761918840042457058n,
      price: 56.2,
      quantity: 159,
      price_currency: "EUR",
      transaction_id: "1000000000000025050760176191884004245705800000006636",
      distribution_time: 1761918840052903000n,
      modification_flag: "-",
      algo_indicator: 1,
      message_id: "posttrade",
      tick_id: 33976320,
      quote_type: "1",
      schema_version: "2025-legacy",
    },
    {
      isin: "DE000C1DAXX1",
      trading_date_time: 1789711200761054622n,
      price: -12.5,
      quantity: 15,
      distribution_time: 1789711200768851000n,
      contract_date: 20805,
      option_category: "C",
      strike_price: 24000,
      schema_version: "2026-mifid",
    },
  ]);
});

Deno.test("a bad line is counted with its number and costs no other line", () => {
  const { all, rejected, examples } = decode(
    lines(LEGACY, "{broken", LEGACY, "[1]", { ...LEGACY, isin: undefined }, LEGACY),
  );
  assert.equal(all.length, 3);
  assert.equal(rejected, 3);
  assert.deepEqual(examples, [
    { line: 2, reason: "not JSON" },
    { line: 4, reason: "not a JSON object" },
    { line: 5, reason: "without isin" },
  ]);
});

Deno.test("a row without isin, trading time, price or quantity is no trade, nor is one that they are unfit for", () => {
  const unfit = {
    isin: ["", null, {}],
    lastTradeTime: ["", "soon"],
    lastTrade: ["", "free", null],
    lastQty: [[], "5,0"],
  };
  for (const [key, values] of Object.entries(unfit)) {
    for (const value of values) {
      assert.equal(
        decode(lines(LEGACY, { ...LEGACY, [key]: value })).rejected,
        1,
        `${key} ${JSON.stringify(value)}`,
      );
    }
  }
});

Deno.test("CRLF, blank lines, a missing last newline, zero bytes and a byte order mark are fine", () => {
  const row = JSON.stringify(LEGACY);
  assert.equal(decode(`\uFEFF${row}\r\n\r\n\n  \n${row}\r\n${row}`).all.length, 3);
  assert.deepEqual(decode(""), {
    rows: 0,
    rejected: 0,
    examples: [],
    strangeKeys: null,
    unknownKeys: new Map(),
    all: [],
  });
});

Deno.test("bytes that are no UTF-8 spoil their own line only", () => {
  const row = new TextEncoder().encode(lines(LEGACY));
  const spoilt = row.slice();
  spoilt[spoilt.indexOf(0x44)] = 0xff;
  const { all, examples } = decode(new Uint8Array([...row, ...spoilt, ...row]));
  assert.equal(all.length, 2);
  assert.deepEqual(examples, [{ line: 2, reason: "not UTF-8" }]);
});

Deno.test("keys that no era knows go to extra, sorted, and are counted", () => {
  const { all, unknownKeys } = decode(
    lines(LEGACY, { ...LEGACY, zeta: { b: [1] }, 9: "x", 10: null, alpha: 'é"' }),
  );
  assert.equal(all[0].extra, undefined);
  assert.equal(all[1].extra, '{"9":"x","alpha":"é\\"","zeta":{"b":[1]}}');
  assert.deepEqual(unknownKeys, new Map([["9", 1], ["zeta", 1], ["alpha", 1]]));
});

Deno.test("a value that its column cannot hold goes to extra under the exchange's key", () => {
  const { all } = decode(lines({ ...MIFID, contractDate: "DEC26", priceNotation: 1.5, mmtAlgoInd: "X" }));
  assert.equal(all[0].contract_date, undefined);
  assert.equal(all[0].extra, '{"contractDate":"DEC26","mmtAlgoInd":"X","priceNotation":1.5}');
});

Deno.test("a file without a single trade names the keys it has", () => {
  const renamed = { isin: LEGACY.isin, lastTradeTime: LEGACY.lastTradeTime, tradePrice: 56.2, lastQty: 159 };
  assert.deepEqual(decode(lines(renamed, renamed)).strangeKeys, [
    "isin",
    "lastTradeTime",
    "tradePrice",
    "lastQty",
  ]);
  assert.deepEqual(decode("<html>\n").strangeKeys, []);
});

Deno.test("a line longer than a mebibyte is refused, however it arrives and whatever it says", () => {
  const long = { ...LEGACY, currency: "Y".repeat(3 << 20) };
  for (const pieceBytes of [64 << 10, 1 << 20, 5 << 20, Infinity]) {
    const { all, examples } = decode(
      lines(LEGACY, long, `{"x":"${"y".repeat(3 << 20)}"}`, LEGACY),
      pieceBytes,
    );
    assert.deepEqual(all, decode(lines(LEGACY, LEGACY)).all, `${pieceBytes}`);
    assert.deepEqual(examples, [
      { line: 2, reason: "longer than 1048576 bytes" },
      { line: 3, reason: "longer than 1048576 bytes" },
    ]);
  }
});

Deno.test("a line of a mebibyte is decoded, however it arrives", () => {
  const empty = JSON.stringify({ ...LEGACY, currency: "" }).length;
  const row = { ...LEGACY, currency: "Y".repeat((1 << 20) - empty) };
  for (const pieceBytes of [64 << 10, 1 << 20, Infinity]) {
    assert.equal(decode(lines(LEGACY, row, LEGACY), pieceBytes).all.length, 3, `${pieceBytes}`);
  }
});

Deno.test({
  name: "the real file of 2025-10-31 decodes to its true figures",
  ignore: !samplesAreHere(),
  fn: () => {
    const { all, rows, rejected } = decode(gunzipSync(sample("DETR-posttrade-2025-10-31T13_54.json.gz")));
    const sum = (of: (row: Row) => number) => all.reduce((total, row) => total + of(row), 0);
    const count = (column: string, value: string | number) =>
      all.filter((row) => row[column] === value).length;
    assert.deepEqual([rows, rejected], [719, 0]);
    assert.equal(new Set(all.map(({ isin }) => isin)).size, 268);
    assert.equal(new Set(all.map(({ transaction_id }) => transaction_id)).size, 719);
    assert.equal(sum(({ quantity }) => quantity as number), 179_144);
    assert.equal(sum((row) => (row.price as number) * (row.quantity as number)).toFixed(4), "10522854.5546");
    assert.equal(all[0].trading_date_time, 1761918840042457058n);
    assert.equal(count("algo_indicator", 1), 694);
    assert.deepEqual([count("price_currency", "EUR"), count("price_currency", "USD")], [716, 3]);
    assert.deepEqual(["XETA", "XETB", "XETS"].map((mic) => count("execution_venue", mic)), [635, 83, 1]);
  },
});

Deno.test({
  name: "the three real rows of 2026 decode whole",
  ignore: !samplesAreHere(),
  fn: () => {
    const { all, rejected, unknownKeys } = decode(sample("rows-2026.ndjson"));
    assert.deepEqual([rejected, unknownKeys.size], [0, 0]);
    assert.deepEqual(all.map(({ isin }) => isin), ["DE000TLX1005", "KYG875721634", "SE0000108656"]);
    assert.deepEqual(all.map(({ price }) => price), [123.3, 47.145, 8.934]);
    assert.deepEqual(all.map(({ last_trade_indicator }) => last_trade_indicator), [
      "R",
      undefined,
      undefined,
    ]);
    assert.deepEqual(all.map(({ notional_currency }) => notional_currency), [undefined, undefined, "EUR"]);
    assert.deepEqual(all.map(({ schema_version }) => schema_version), Array(3).fill("2026-mifid"));
  },
});

Deno.test("a text of any length is decoded, also after a row of the same form", () => {
  const long = { ...LEGACY, currency: "X".repeat(300_000) };
  assert.deepEqual(
    decode(lines(LEGACY, long)).all.map(({ price_currency }) => String(price_currency).length),
    [3, 300_000],
  );
});
