/** Lines that a file of the exchange may hold, and what follows from each. */
import { Buffer } from "node:buffer";

/** A line that is not a trade, and the reason that is reported. */
export type BadLine = readonly [what: string, line: string | Uint8Array, reason: string];
/** A line that is a trade, and what is stored of it; a null column is given as null. */
export type GoodLine = readonly [what: string, line: string, stored: Readonly<Record<string, unknown>>];

const TRADE = {
  instrumentIdentificationCode: "DE0007164600",
  tradingDateAndTime: "2026-09-01T08:00:00.123456789Z",
  publicationDateAndTime: "2026-09-01T08:00:01Z",
  price: 12.5,
  quantity: 15,
  priceCurrency: "EUR",
};

/** A trade as JSON with this id, with some keys changed, left out (undefined), or added. */
export function tradeLine(id: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ transactionIdentificationCode: id, ...TRADE, ...changes });
}

/** The same with the price as it is written in the file. */
function priced(id: string, price: string): string {
  return tradeLine(id, { price: "PRICE" }).replace('"PRICE"', price);
}

/** The same with bytes in place of the currency. */
function withBytes(...bytes: number[]): Uint8Array {
  const [before, after] = tradeLine("bytes", { priceCurrency: "BYTES" }).split("BYTES");
  return Buffer.concat([Buffer.from(before), Uint8Array.from(bytes), Buffer.from(after)]);
}

const TEN_MB = 10_000_000;
const TOO_LONG = "longer than 1048576 bytes";
/** Digits that do not compress, so that the file is unpacked in pieces. */
function noise(length: number): string {
  const bytes = new Uint8Array(length / 2);
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return Buffer.from(bytes).toString("hex");
}

export const BAD_LINES: readonly BadLine[] = [
  ["a byte that UTF-8 has not", withBytes(0xff), "not UTF-8"],
  ["a cut character", withBytes(0xc3), "not UTF-8"],
  ["a character that is longer than need be", withBytes(0xc0, 0xaf), "not UTF-8"],
  ["half of a pair of UTF-16", withBytes(0xed, 0xa0, 0x80), "not UTF-8"],
  ["a NUL byte in a text", withBytes(0), "not JSON"],
  ["NUL bytes only", "\0\0\0\0", "not JSON"],
  ["a tab in a text", withBytes(9), "not JSON"],
  ["a line of 10 MB that is a trade", tradeLine("long", { priceCurrency: "Y".repeat(TEN_MB) }), TOO_LONG],
  ["a line of 10 MB of another key", tradeLine("long", { more: noise(TEN_MB) }), TOO_LONG],
  ["a line of 10 MB that is nothing", noise(TEN_MB), TOO_LONG],
  ["a cut trade", tradeLine("cut").slice(0, -20), "not JSON"],
  ["two trades on a line", tradeLine("one") + tradeLine("two"), "not JSON"],
  ["a web page", "<!DOCTYPE html>", "not JSON"],
  ["a hundred thousand open brackets", "[".repeat(100_000), "not JSON"],
  ["a hundred thousand open objects", '{"a":'.repeat(100_000), "not JSON"],
  ["a hundred thousand nested lists", "[".repeat(100_000) + "]".repeat(100_000), "not a JSON object"],
  ["null", "null", "not a JSON object"],
  ["a number", "17", "not a JSON object"],
  ["a list with a trade", `[${tradeLine("listed")}]`, "not a JSON object"],
  ["an empty object", "{}", "without isin"],
  ["NaN", priced("nan", "NaN"), "not JSON"],
  ["Infinity", priced("infinity", "-Infinity"), "not JSON"],
  ["a leading zero", priced("zero", "012.5"), "not JSON"],
  ["no ISIN", tradeLine("missing", { instrumentIdentificationCode: undefined }), "without isin"],
  ["an empty ISIN", tradeLine("empty", { instrumentIdentificationCode: "" }), "without isin"],
  ["an ISIN that is an object", tradeLine("object", { instrumentIdentificationCode: {} }), "without isin"],
];

const NESTED = "[".repeat(100_000) + "]".repeat(100_000);
const SIXTY = "1000000000000025048540178971120076105462200000000001ABCDEFGH";

export const GOOD_LINES: readonly GoodLine[] = [
  ["no price", tradeLine("no-price", { price: undefined }), { price: null, quantity: 15, extra: null }],
  ["no quantity", tradeLine("no-quantity", { quantity: undefined }), {
    price: 12.5,
    quantity: null,
    extra: null,
  }],
  ["no time at all", tradeLine("no-time", { tradingDateAndTime: null, publicationDateAndTime: undefined }), {
    nanos: null,
  }],
  ["a price that is null", priced("null", "null"), { price: null, extra: null }],
  ["a second price that is null", priced("second", '1,"price":null'), { price: null, extra: null }],
  ["a price that is empty", priced("empty-price", '""'), { price: null, extra: null }],
  ["NaN as a text", priced("nan", '"NaN"'), { price: null, extra: '{"price":"NaN"}' }],
  ["Infinity as a text", priced("infinity", '"Infinity"'), { price: null, extra: '{"price":"Infinity"}' }],
  ["a price that is pending", priced("pending", '"PNDG"'), { price: null, extra: '{"price":"PNDG"}' }],
  ["beyond what doubles hold", priced("large", "1e309"), { price: null, extra: '{"price":1e309}' }],
  ["a comma for a point", priced("comma", '"12,5"'), { price: null, extra: '{"price":"12,5"}' }],
  ["a hexadecimal price", priced("hexadecimal", '"0x10"'), { price: null, extra: '{"price":"0x10"}' }],
  ["a price that is a list", priced("list", "[12.50]"), { price: null, extra: '{"price":[12.50]}' }],
  ["a price that a double would round", priced("round", "9007199254740993"), {
    price: null,
    extra: '{"price":9007199254740993}',
  }],
  ["a time that is none", tradeLine("time", { tradingDateAndTime: "soon" }), {
    nanos: null,
    extra: '{"tradingDateAndTime":"soon"}',
  }],
  ["a day that no year has", tradeLine("no-day", { tradingDateAndTime: "2026-02-30T08:00:00Z" }), {
    nanos: null,
    extra: '{"tradingDateAndTime":"2026-02-30T08:00:00Z"}',
  }],
  ["a time beyond 64 bits", tradeLine("no-bits", { tradingDateAndTime: "9999-12-31T23:59:59Z" }), {
    nanos: null,
    extra: '{"tradingDateAndTime":"9999-12-31T23:59:59Z"}',
  }],
  ["an id of 52 digits that is a number", tradeLine("DIGITS").replace('"DIGITS"', SIXTY.slice(0, 52)), {
    transaction_id: SIXTY.slice(0, 52),
  }],
  ["an escaped NUL", tradeLine("nul", { priceCurrency: "E\0R" }), { price_currency: "E\0R" }],
  ["half of a pair, escaped", tradeLine("half", { priceCurrency: "\ud800" }), { price_currency: "\ufffd" }],
  ["every escape", tradeLine("escape", { priceCurrency: '\b\f\n\r\t"\\/é😀' }), {
    price_currency: '\b\f\n\r\t"\\/é😀',
  }],
  ["deep nesting in a new key", priced("nested", `1,"more":${NESTED}`), {
    price: 1,
    extra: `{"more":${NESTED}}`,
  }],
  ["the same key twice", priced("twice", '1,"price":2'), { price: 2, extra: null }],
  ["the same key in both eras", priced("eras", '1,"lastTrade":2'), { price: 1, extra: '{"lastTrade":2}' }],
  ["the same new key twice", priced("new", '1,"more":1,"more":{"b":1,"b":2}'), { extra: '{"more":{"b":2}}' }],
  ["numbers as texts", tradeLine("texts", { price: "12.75", quantity: "-1e3" }), {
    price: 12.75,
    quantity: -1000,
  }],
  ["1e308", priced("1e308", "1e308"), { price: 1e308 }],
  ["the smallest double", priced("small", "5e-324"), { price: 5e-324 }],
  ["more digits than doubles have", priced("digits", "0.12345678901234567890"), {
    price: 0.12345678901234568,
  }],
  ["a negative price", priced("negative", "-12.50"), { price: -12.5 }],
  ["nothing", tradeLine("zero", { price: 0, quantity: 0 }), { price: 0, quantity: 0 }],
  ["optional fields that are null", tradeLine("nulls", { priceCurrency: null, more: null }), {
    price_currency: null,
    extra: null,
  }],
  ["optional fields that are missing", tradeLine("none", { priceCurrency: undefined }), {
    price_currency: null,
  }],
  ["optional fields that are empty", tradeLine("empty", { priceCurrency: "", mmtAlgoInd: "" }), {
    price_currency: null,
    algo_indicator: null,
    extra: null,
  }],
  ["an optional number beyond doubles", tradeLine("beyond").replace("{", '{"notionalAmount":1e999,'), {
    notional_amount: null,
    extra: '{"notionalAmount":1e999}',
  }],
  [
    "values that do not fit",
    tradeLine("unfit", { contractDate: "DEC26", priceNotation: 1.5, mmtAlgoInd: "X" }),
    {
      contract_date: null,
      price_notation: null,
      algo_indicator: null,
      extra: '{"contractDate":"DEC26","mmtAlgoInd":"X","priceNotation":1.5}',
    },
  ],
  ["a truth for a text", tradeLine("true", { tradingSystem: true }), { trading_system: "true" }],
  ["an id of 60 characters", tradeLine(SIXTY), { transaction_id: SIXTY }],
  ["an id of 5,000 characters", tradeLine("5".repeat(5000)), { transaction_id: "5".repeat(5000) }],
  ["an id that is a number", tradeLine("17").replace('"17"', "17"), { transaction_id: "17" }],
  ["a key of JavaScript's own", tradeLine("own").replace("{", '{"__proto__":{"price":1},'), {
    price: 12.5,
    extra: '{"__proto__":{"price":1}}',
  }],
  [
    "white space of every sort",
    ` \t${tradeLine("blank").replaceAll(",", " ,\t").replaceAll(':"', ' : "')} \r`,
    {
      price_currency: "EUR",
    },
  ],
];
