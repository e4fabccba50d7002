import assert from "node:assert/strict";
import { FileDecoder } from "../../../src/feed/decode/decode.ts";
import { RowScanner } from "../../../src/feed/decode/row_scanner.ts";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { decode } from "./decode_by_both.ts";

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

function lines(...records: unknown[]): string {
  return records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)) + "\n").join(
    "",
  );
}

Deno.test("FileDecoder decodes both eras to the same columns", () => {
  const { all, rejected, unrecognizedKeys } = decode(lines(LEGACY, MIFID));
  assert.deepEqual([rejected, unrecognizedKeys], [0, null]);
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

Deno.test("a row needs only an ISIN: what is null, empty or missing is null", () => {
  for (const value of ["", null, {}, undefined]) {
    const { all, examples } = decode(lines({ ...LEGACY, isin: value }));
    assert.deepEqual([all, examples], [[], [{ line: 1, reason: "without isin" }]], JSON.stringify(value));
  }
  const { isin } = LEGACY;
  for (const key of Object.keys(LEGACY).filter((key) => key !== "isin")) {
    const [whole] = decode(lines(LEGACY)).all;
    for (const value of ["", null, undefined]) {
      const { all: [row], rejected } = decode(lines({ ...LEGACY, [key]: value }));
      assert.equal(rejected, 0);
      const lacking = Object.keys(whole).filter((column) => row[column] !== whole[column]);
      assert.equal(lacking.length, 1, `${key} ${value}`);
      assert.equal(row[lacking[0]], undefined);
    }
  }
  assert.deepEqual(decode(lines({ isin })).all, [{ isin, schema_version: "2025-legacy" }]);
  assert.deepEqual(decode(lines({ instrumentIdentificationCode: isin })).all, [
    { isin, schema_version: "2026-mifid" },
  ]);
});

Deno.test("a value that cannot be a price, a quantity or a time is null, and goes to extra", () => {
  const unfit = { lastTradeTime: "soon", lastTrade: "PNDG", lastQty: [5] };
  const { all: [{ trading_date_time, price, quantity, extra }] } = decode(lines({ ...LEGACY, ...unfit }));
  assert.deepEqual([trading_date_time, price, quantity], [undefined, undefined, undefined]);
  assert.equal(extra, '{"lastQty":[5],"lastTrade":"PNDG","lastTradeTime":"soon"}');
});

Deno.test("a decoded file says which of trading time, price and quantity none of its rows fills, whatever the batches", () => {
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(LEGACY).filter(([key]) => !keys.includes(key)));
  const unfilled = (...rows: unknown[]) =>
    decode(lines(...rows), Infinity, 2).unfilled.map((column) => TRADES.columns[column].name);
  assert.deepEqual(unfilled(LEGACY, LEGACY), []);
  const noPrice = without("lastTrade");
  assert.deepEqual(unfilled(noPrice, noPrice, noPrice), ["price"]);
  assert.deepEqual(unfilled(LEGACY, noPrice, noPrice, noPrice), []);
  assert.deepEqual(unfilled(noPrice, noPrice, noPrice, LEGACY), []);
  assert.deepEqual(unfilled(without("lastTrade", "lastQty", "lastTradeTime")), [
    "trading_date_time",
    "price",
    "quantity",
  ]);
  assert.deepEqual(unfilled(), []);
});

Deno.test("what a file fills is said of its own rows, although other files are in the same batch", () => {
  const scanner = new RowScanner(new BatchBuilder(TRADES, 10));
  const unfilledOf = (row: unknown) => {
    const decoder = new FileDecoder(scanner, () => {});
    decoder.push(new TextEncoder().encode(lines(row)));
    return decoder.finish().unfilled.map((column) => TRADES.columns[column].name);
  };
  assert.deepEqual(unfilledOf(LEGACY), []);
  assert.deepEqual(unfilledOf({ ...LEGACY, lastQty: null }), ["quantity"]);
});

Deno.test("the keys of Eurex have columns of their own", () => {
  const eurex = {
    ...MIFID,
    contractType: "S",
    settlementMethod: "C",
    instrumentIdCode: "I",
    clearingFlag: "C",
    pendingPriceIndicator: "U",
    mmtPriceFormingInd: "P",
    mmtDefTypeIlqd: "-",
    generationNumber: 1,
    exerciseStyle: "E",
  };
  const { all: [row], unknownKeys } = decode(lines(eurex));
  assert.equal(unknownKeys.size, 0);
  assert.deepEqual(
    [row.contract_type, row.settlement_method, row.instrument_code, row.clearing_flag, row.pending_price],
    ["S", "C", "I", "C", "U"],
  );
  assert.deepEqual(
    [row.price_forming, row.deferral_type, row.generation_number, row.exercise_style],
    ["P", "-", "1", "E"],
  );
  assert.equal(row.extra, undefined);
});

Deno.test("numbers in text columns and in extra keep their digits as written", () => {
  const id = "1000000000000025048540178971120076105462200000000001";
  const text =
    `{"isin":"DE0007100000","transIdCode":${id},"quotationType":1.00,"more":{"a":[1.50,${id}]},"tickId":${id}}\n`;
  const [row] = decode(text + text).all.slice(1);
  assert.equal(row.transaction_id, id);
  assert.equal(row.quote_type, "1.00");
  assert.equal(row.tick_id, undefined);
  assert.equal(row.extra, `{"more":{"a":[1.50,${id}]},"tickId":${id}}`);
});

Deno.test("a number beyond 2⁵³ that a double does not hold is kept in extra instead of rounded", () => {
  const priceOf = (digits: string) => {
    const { all: [{ price, extra }] } = decode(`{"isin":"DE0007100000","lastTrade":${digits}}\n`);
    return [price, extra];
  };
  assert.deepEqual(priceOf("9007199254740993"), [undefined, '{"lastTrade":9007199254740993}']);
  assert.deepEqual(priceOf("-123456789012345678901.5"), [
    undefined,
    '{"lastTrade":-123456789012345678901.5}',
  ]);
  assert.deepEqual(priceOf('"9007199254740993"'), [undefined, '{"lastTrade":"9007199254740993"}']);
  assert.deepEqual(priceOf("9007199254740992"), [9007199254740992, undefined]);
  assert.deepEqual(priceOf("12345678901234500000.00"), [12345678901234500000, undefined]);
  assert.deepEqual(priceOf("1e308"), [1e308, undefined]);
});

Deno.test("CRLF, blank lines, a missing last newline, zero bytes and a byte order mark are fine", () => {
  const row = JSON.stringify(LEGACY);
  assert.equal(decode(`\uFEFF${row}\r\n\r\n\n  \n${row}\r\n${row}`).all.length, 3);
  assert.deepEqual(decode(""), {
    rows: 0,
    unstored: 0,
    rejected: 0,
    examples: [],
    unrecognizedKeys: null,
    unfilled: [],
    unknownKeys: new Map(),
    substitutes: new Set(),
    all: [],
  });
});

Deno.test("bytes that are not UTF-8 affect only their own line", () => {
  const row = new TextEncoder().encode(lines(LEGACY));
  const spoilt = row.slice();
  spoilt[spoilt.indexOf(0x44)] = 0xff;
  const { all, examples } = decode(new Uint8Array([...row, ...spoilt, ...row]));
  assert.equal(all.length, 2);
  assert.deepEqual(examples, [{ line: 2, reason: "not UTF-8" }]);
});

Deno.test("keys that no era knows go to extra, sorted, and are counted", () => {
  const { all, unknownKeys, substitutes } = decode(
    lines(LEGACY, { ...LEGACY, zeta: { b: [1] }, 9: "x", 10: null, alpha: 'é"' }),
  );
  assert.equal(all[0].extra, undefined);
  assert.equal(all[1].extra, '{"9":"x","alpha":"é\\"","zeta":{"b":[1]}}');
  assert.deepEqual(unknownKeys, new Map([["9", 1], ["zeta", 1], ["alpha", 1]]));
  assert.deepEqual(substitutes, new Set(["zeta"]));
});

Deno.test("a value that its column cannot hold goes to extra under the exchange's key", () => {
  const { all } = decode(lines({ ...MIFID, contractDate: "DEC26", priceNotation: 1.5, mmtAlgoInd: "X" }));
  assert.equal(all[0].contract_date, undefined);
  assert.equal(all[0].extra, '{"contractDate":"DEC26","mmtAlgoInd":"X","priceNotation":1.5}');
});

Deno.test("a file in which no row has an ISIN names the keys that it has", () => {
  const renamed = { symbol: LEGACY.isin, lastTradeTime: LEGACY.lastTradeTime, lastTrade: 56.2 };
  assert.deepEqual(decode(lines(renamed, renamed)).unrecognizedKeys, [
    "symbol",
    "lastTradeTime",
    "lastTrade",
  ]);
  assert.deepEqual(decode("<html>\n").unrecognizedKeys, []);
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

Deno.test("a text of any length is decoded, also after a row of the same form", () => {
  const long = { ...LEGACY, currency: "X".repeat(300_000) };
  assert.deepEqual(
    decode(lines(LEGACY, long)).all.map(({ price_currency }) => String(price_currency).length),
    [3, 300_000],
  );
});
