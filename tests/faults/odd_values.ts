/** Values as the exchange writes them, and values of every other sort, as fast-check makes them up. All are JSON text. */
import fc from "fast-check";

/** What a key of the exchange holds. */
export type Kind =
  | "isin"
  | "code"
  | "id"
  | "time"
  | "number"
  | "whole"
  | "digit"
  | "flag"
  | "date"
  | "levels"
  | "truth";

const quoted = (text: string) => `"${text}"`;
/** Mostly the same, as in the exchange's rows: what rows share tells the next. */
const mostly = (usual: string, others: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 100, arbitrary: fc.constant(usual) }, others);
/** One of the words of a line. */
const oneOf = (words: string) => fc.constantFrom(...words.split(" "));

/** Times of a few minutes, so that many share theirs, with every length of fraction. */
const time = fc.tuple(fc.nat(239), fc.integer({ min: -1, max: 9 }), fc.nat(999_999_999)).map(
  ([second, places, nanos]) => {
    const clock = new Date(Date.UTC(2026, 8, 1, 8, 34, second)).toISOString().slice(0, 19);
    return `${clock}${places < 0 ? "" : `.${String(nanos).padStart(9, "0").slice(0, places)}`}Z`;
  },
);

/** Values as the exchange writes them. */
export const USUAL: Readonly<Record<Kind, fc.Arbitrary<string>>> = {
  isin: oneOf("DE0007100000 DE000C1DAXX1 KYG875721634 SE0000108656").map(quoted),
  code: mostly(quoted("EUR"), oneOf("EUR USD XETA XCEF - 2 H posttrade").map(quoted)),
  id: fc.tuple(fc.nat(), fc.nat(51)).map(([n, more]) => quoted(`${n}`.padEnd(1 + more, "0"))),
  time: time.map(quoted),
  number: fc.tuple(fc.nat(1e7), fc.nat(9999)).map(([whole, decimals]) => `${whole}.${decimals}`),
  whole: fc.nat(2 ** 40).map(String),
  digit: mostly("1", fc.nat(9).map(String)),
  flag: mostly('"H"', oneOf('"H" "-"')),
  date: oneOf('"2026-12-18" "20270319"'),
  levels: fc.array(fc.tuple(fc.nat(99), fc.nat(9)), { maxLength: 4 }).map((levels) =>
    `[${levels.map(([price, quantity]) => `{"price":${price}.5,"quantity":${quantity}.0}`).join(",")}]`
  ),
  truth: oneOf("true false"),
};

/** Numbers in spellings that JSON has, up to where doubles end, and what only looks like a number. */
const number = fc.oneof(
  oneOf("0 -0 0.0 -12.50 1e308 -1e308 1E+5 1.5e-7 1e309 1e-400 5e-324 2147483647 2147483648 -2147483648"),
  oneOf("123456789012345 1234567890123456 123456789012345678 0.1234567890123456789 9007199254740993"),
  oneOf("NaN Infinity -Infinity +1 01 -01 .5 1. 0x10 1,5 1_000 --1 - 1e 1e+ 1.e5 ∞ ١"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  // Around the fifteen digits up to which a double is told by its mantissa and its decimals.
  fc.tuple(fc.bigInt(0n, 10n ** 10n), fc.bigInt(10n ** 5n, 10n ** 8n)).map((parts) => parts.join(".")),
);
const anyTime = fc.oneof(
  oneOf(
    "2026-09-01T08:34Z 2026-09-01T08:34:60Z 2026-09-01t08:34:00,5z 2026-09-01T08:34:00+02:00 2026-09-01T08:34-0130 2026-09-01T08+02 soon",
  ),
  oneOf("2026-02-29T00:00:00Z 2024-02-29T23:59:59.999999999Z 0001-01-01T00:00:00Z 9999-12-31T00:00:00Z"),
  oneOf("1677-09-21T00:12:43.145224192Z 1677-09-21T00:12:43.145224193Z 1969-12-31T23:59:59.5Z"),
  oneOf(
    "2262-04-11T23:47:16.854775807Z 2262-04-11T23:47:16.854775808Z 2026-09-01T24:00:00Z 2026-09-01T08:34:00.0123456789Z",
  ),
  fc.date({ noInvalidDate: true, min: new Date("1600-01-01"), max: new Date("2300-01-01") })
    .map((date) => date.toISOString()),
);
/** Texts with every escape that JSON has, halves of surrogate pairs among them, and texts that JSON refuses. */
const text = fc.oneof(
  oneOf(
    String.raw`"\u0041\/\b\n" "\ud83d\ude00" "\ud800" "x\udc00y" "\udc00\ud800" "\u0000" "\"" "\\" "ä€😀"`,
  ),
  oneOf(String.raw`"" "," "a,b:{}[]" "\x41" "\u12" 'EUR' "open "\" EUR`),
  fc.constantFrom('" "', '"tab\there"', '"\x7f"', '"\0"', '"\u2028"', '"\u00a0x\u00a0"'),
  fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
);
const nested = fc.oneof(
  oneOf('{} [] [[[[[[[[]]]]]]]] {"a":{"a":{"b":[1,{"c":null}]}}} {"a":1,"a":2} [1,] {a:1} [1 {"a"}'),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
);

/** A value of any sort, or what only resembles one. */
export const anyValue: fc.Arbitrary<string> = fc.oneof(
  number,
  number.map(quoted),
  anyTime.map(quoted),
  text,
  nested,
  fc.constantFrom(
    "null",
    "true",
    "false",
    "undefined",
    "",
    '"H"',
    '"2026-12-18"',
    '"2026-02-30"',
    "20261218",
  ),
);
