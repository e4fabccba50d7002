/** How each service writes its rows: which keys, in which order and form, and how many of them are depth. */
import type { QuoteColumn } from "./quote.ts";

/** How a column is written; `code` as a text of digits, `phase` as the shape says. */
export type QuoteForm = "text" | "time" | "number" | "integer" | "phase";
export type QuoteField = readonly [key: string, column: QuoteColumn, form: QuoteForm];

/** What the rows of a service look like. */
export interface Shape {
  /** The keys of a row of the top of the book, in order; nulls are left out. */
  readonly fields: readonly QuoteField[];
  /** The share of rows that are depth. */
  readonly depth: number;
  /** The key of a depth row's time. */
  readonly depthTime: string;
  /** Whether the trading phase comes as a number or as a text; undefined when a service does not send it. */
  readonly phase: "number" | "text" | "absent";
  /** Whether a row usually has both sides, or only the changed one. */
  readonly sides: "both" | "changed";
  /** `tradingSystem`; null where it is not sent. */
  readonly system: string | null;
  /** The digits of a time's fraction that may differ from zero: witnesses saw six at Eurex, nine elsewhere. */
  readonly digits: 6 | 9;
  /** Rows of a usual minute of trading, depth included. */
  readonly rows: number;
}

const BEST: readonly QuoteField[] = [
  ["bestBid", "bid", "number"],
  ["bestBidQty", "bid_quantity", "number"],
  ["bestAsk", "ask", "number"],
  ["bestAskQty", "ask_quantity", "number"],
];
const HEAD: readonly QuoteField[] = [
  ["messageId", "message_id", "text"],
  ["instrumentIdentificationCode", "isin", "text"],
];
const UPDATED: QuoteField = ["updateDateAndTime", "time", "time"];
const PUBLISHED: QuoteField = ["publicationDateAndTime", "distribution_time", "time"];
const CURRENCY: QuoteField = ["priceCurrency", "price_currency", "text"];
const NOTATION: QuoteField = ["priceNotation", "price_notation", "integer"];
const PHASE: QuoteField = ["tradingSystemPhase", "phase", "phase"];
const SYSTEM: QuoteField = ["tradingSystem", "trading_system", "text"];
const VENUE: QuoteField = ["venueOfExecution", "execution_venue", "text"];

const DEFAULTS = {
  depth: 0,
  depthTime: "mdupdateDateAndTime",
  phase: "absent",
  sides: "both",
  system: null,
  digits: 9,
  rows: 20_000,
} as const;

/**
 * Certificates and warrants: no currency, no venue, no time of publication. Nothing is known about other services.
 */
const BARE: Shape = {
  ...DEFAULTS,
  fields: [...HEAD, ...BEST.slice(2), ...BEST.slice(0, 2), UPDATED],
};

const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["DETR-pretrade", {
    ...DEFAULTS,
    fields: [...HEAD, CURRENCY, ...BEST, UPDATED, PUBLISHED, SYSTEM, PHASE, NOTATION, VENUE],
    depth: 0.75,
    phase: "number",
    system: "1",
    rows: 400_512,
  }],
  ["DGAT-pretrade", {
    ...DEFAULTS,
    fields: [
      ...HEAD,
      ["bid", "bid", "number"],
      ["bidQty", "bid_quantity", "number"],
      ["ask", "ask", "number"],
      ["askQty", "ask_quantity", "number"],
      CURRENCY,
      NOTATION,
      SYSTEM,
      PHASE,
      UPDATED,
      PUBLISHED,
      VENUE,
    ],
    phase: "text",
    system: "7",
    rows: 119_738,
  }],
  ["DFRA-pretrade", {
    ...DEFAULTS,
    fields: [...HEAD, NOTATION, CURRENCY, VENUE, PHASE, UPDATED, ...BEST],
    sides: "changed",
    rows: 90_000,
  }],
  ["DEUR-pretradeOthers", {
    ...DEFAULTS,
    fields: [
      ...HEAD,
      ["contractDate", "contract_date", "text"],
      ["contractType", "contract_type", "text"],
      ...BEST,
      UPDATED,
    ],
    depth: 0.75,
    digits: 6,
  }],
  // Only depth rows were seen, with their own key for the time.
  ["DEUR-pretradeMDOptions", { ...DEFAULTS, fields: [], depth: 1, depthTime: "mdQuotationTime", digits: 6 }],
]);

/** The shape of a service's rows, by its whole name. */
export function shapeOf(service: string): Shape {
  return SHAPES.get(service) ?? BARE;
}
