/** Files of the exchange as fast-check makes them up: rows of real venues' forms, with all that may befall them. */
import fc from "fast-check";
import { anyValue, type Kind, USUAL } from "./odd_values.ts";

type Field = readonly [key: string, kind: Kind];

/** The keys of a service's rows in their order. */
export type Forms = readonly (readonly Field[])[];

/** Those of trades, as recorded. */
export const TRADE_FORMS: Forms = [
  fields(
    "messageId sourceName isin:isin currency tickActionIndicator instrumentIdCode mmtMarketMechanism mmtTradingMode " +
      "mmtNegotTransPretrdWaivInd mmtModificationInd mmtBenchmarkRefprcInd mmtPubModeDefReason mmtAlgoInd:flag " +
      "quotationType:digit lastQty:number lastTrade:number lastTradeTime:time distributionDateTime:time tickId:whole " +
      "instrumentId:isin transIdCode:id executionVenueId",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin priceCurrency lastTradeIndicator tradingSystem mmtTradingMode " +
      "mmtModificationInd mmtBenchmarkRefprcInd mmtPubModeDefReason mmtAlgoInd:flag priceNotation:digit " +
      "quantity:number price:number tradingDateAndTime:time publicationDateAndTime:time " +
      "transactionIdentificationCode:id venueOfExecution venueOfPublication",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin tradingSystem mmtTradingMode mmtModificationInd " +
      "tradingDateAndTime:time price:number quantity:number priceCurrency venueOfPublication priceNotation:digit " +
      "publicationDateAndTime:time transactionIdentificationCode:id venueOfExecution notionalAmount:number " +
      "notionalCurrency mmtAlgoInd:flag",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin contractDate:date optionCategory originalStrikePrice:number " +
      "generationNumber exerciseStyle contractType settlementMethod instrumentIdCode pendingPriceIndicator " +
      "clearingFlag lastTradeIndicator tradingSystem mmtTradingMode mmtTransactionCategory mmtModificationInd " +
      "mmtPubModeDefReason mmtPriceFormingInd mmtDefTypeIlqd priceNotation:digit quantity:number " +
      "notionalAmount:number price:number tradingDateAndTime:time publicationDateAndTime:time priceCurrency " +
      "transactionIdentificationCode:id venueOfExecution notionalCurrency",
  ),
];

/** Those of quotes, as witnesses read them: Tradegate, the top of Xetra's book, Frankfurt, Eurex. */
export const QUOTE_FORMS: Forms = [
  fields(
    "messageId instrumentIdentificationCode:isin bid:number bidQty:number ask:number askQty:number priceCurrency " +
      "priceNotation:digit tradingSystem tradingSystemPhase updateDateAndTime:time publicationDateAndTime:time " +
      "venueOfExecution",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin priceCurrency bestBid:number bestBidQty:number bestAsk:number " +
      "bestAskQty:number updateDateAndTime:time publicationDateAndTime:time tradingSystem tradingSystemPhase:digit " +
      "priceNotation:digit venueOfExecution",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin priceNotation:digit priceCurrency venueOfExecution " +
      "updateDateAndTime:time bestAsk:number bestAskQty:number",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin contractDate:date contractType bestBid:number bestAsk:number " +
      "updateDateAndTime:time",
  ),
];

/** Rows of the book's depth. */
export const DEPTH_FORMS: Forms = [
  fields(
    "messageId instrumentIdentificationCode:isin priceCurrency mdupdateDateAndTime:time retailFlag:truth " +
      "mdBidMktDepthGroup1:levels mdAskMktDepthGroup1:levels aggregatedNumberOfOrdersAndQuotesBid:levels " +
      "aggregatedNumberOfOrdersAndQuotesAsk:levels",
  ),
  fields(
    "messageId instrumentIdentificationCode:isin optionCategory originalStrikePrice:number generationNumber " +
      "exerciseStyle contractType settlementMethod mdQuotationTime:time mdBidMktDepthGroup1:levels " +
      "mdAskMktDepthGroup1:levels",
  ),
];

function fields(keys: string): Field[] {
  return keys.split(" ").map((field) => {
    const [key, kind = "code"] = field.split(":");
    return [key, kind as Kind];
  });
}

/** Keys that a row may have besides: its own once more, those of the other era, and of none. */
const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...[TRADE_FORMS, QUOTE_FORMS, DEPTH_FORMS].flat(2).map(([key]) => key)),
  fc.constantFrom(...String.raw`isin price currency lastTradeTime is\u0069n pr\u0069ce __proto__`.split(" ")),
  fc.constantFrom(
    ...String.raw`9 10 newKey ümlaut \ud800 toString extra schema_version`.split(" "),
    "",
    "a b",
  ),
);
const besides = fc.tuple(anyKey, anyValue);

/** What the exchange sends where it has no value: null, an empty text, or no key. */
const NO_VALUE = fc.constantFrom("null", '""', null);

/** A row of a form: its values, null where there is none, and how it departs from the form. */
interface OddRow {
  readonly values: readonly (string | null)[];
  readonly besides: readonly (readonly [key: string, value: string])[];
  /** So many of its keys come last instead of first. */
  readonly turned: number;
  /** Whether it has the key that comes and goes in its file. */
  readonly whole: boolean;
}

/** Most rows are as the exchange writes them, so that one predicts the next. */
function rowOf(form: readonly Field[]): fc.Arbitrary<OddRow> {
  const usual = fc.tuple(...form.map(([, kind]) => USUAL[kind]));
  const odd = fc.tuple(...form.map(([, kind]) => {
    return fc.oneof({ weight: 40, arbitrary: USUAL[kind] }, anyValue, fc.constant(null));
  }));
  const lacking = fc.tuple(...form.map(([, kind]) => {
    return kind === "isin" ? USUAL.isin : fc.oneof({ weight: 8, arbitrary: USUAL[kind] }, NO_VALUE);
  }));
  const none = fc.constant([]);
  const first = fc.constant(0);
  const whole = fc.boolean();
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ values: usual, besides: none, turned: first, whole }) },
    fc.record({ values: fc.oneof(odd, lacking), besides: none, turned: first, whole }),
    fc.record({
      values: fc.oneof(usual, odd),
      besides: fc.array(besides, { maxLength: 3 }),
      turned: fc.nat(form.length),
      whole,
    }),
  );
}

/** What the lines of a file have in common. */
interface Style {
  /** White space where JSON lets it be, and how the lines end. */
  readonly signs: readonly [open: string, comma: string, colon: string, close: string, end: string];
  /** Which key of the form comes and goes. */
  readonly optional: number;
  /** A key that all rows have besides, with text or number. */
  readonly common: readonly [key: string, value: string] | null;
}

function styles(form: readonly Field[]): fc.Arbitrary<Style> {
  return fc.record({
    signs: fc.constantFrom<Style["signs"][]>(
      ["{", ",", ":", "}", "\n"],
      ["{", ",", ":", "}", "\r\n"],
      ["{ ", ", ", ": ", " }", "\n"],
      ["\t{", " ,", "\t: ", "} ", " \n"],
    ),
    optional: fc.nat(form.length - 1),
    common: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      fc.tuple(anyKey, fc.oneof(USUAL.code, USUAL.number)),
    ),
  });
}

function lineOf(form: readonly Field[], row: OddRow, { signs, optional, common }: Style): string {
  const [open, comma, colon, close] = signs;
  const members = row.values.flatMap((value, i): [string, string][] =>
    value === null || (i === optional && !row.whole) ? [] : [[form[i][0], value]]
  );
  const all = [...members.slice(row.turned), ...row.besides, ...members.slice(0, row.turned)];
  if (common !== null) all.push([common[0], common[1]]);
  return open + all.map(([key, value]) => `"${key}"${colon}${value}`).join(comma) + close;
}

/** Lines that are no rows at all. */
const STRAYS = [...'null [] 17 "x" { } {} <!DOCTYPE'.split(" "), "", "  ", "\u00a0", "\ufeff{}", "\0", "\r"];

/** The text of a file of so many rows, of one of these forms. */
export function oddText(rows: number, forms: Forms = TRADE_FORMS): fc.Arbitrary<string> {
  const strays = fc.array(fc.tuple(fc.nat(rows), fc.constantFrom(...STRAYS)), { maxLength: 2 });
  return fc.constantFrom(...forms).chain((form) =>
    fc.tuple(fc.array(rowOf(form), { minLength: rows, maxLength: rows }), styles(form), strays, fc.boolean())
      .map(([rows, style, strays, isOpen]) => {
        const lines = rows.map((row) => lineOf(form, row, style));
        for (const [at, stray] of strays) lines.splice(at, 0, stray);
        const end = style.signs[4];
        return lines.join(end) + (isOpen ? "" : end);
      })
  );
}
