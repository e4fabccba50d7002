import { eurexColumns } from "./eurex_columns.ts";
import { amountOf, type Execution } from "./market.ts";
import type { Random } from "./random.ts";
import type { Era, Trade } from "./trade.ts";

/** The circumstances of a trade: where, in which era, in which phase of the day, in which file. */
export interface Circumstances {
  readonly venue: string;
  readonly era: Era;
  readonly phase: Phase;
  /** The file's own id, where it is sent as `messageId`. */
  readonly fileId: string | null;
}

/** What a venue does in a minute; only Xetra has more than the main session. */
export type Phase = "opening" | "main" | "auction" | "at close";

/** `mmtTradingMode` of the phases on an order book, and of venues that quote. */
const BOOK_MODES: Record<Phase, string> = { opening: "O", main: "2", auction: "K", "at close": "3" };
const QUOTING: ReadonlySet<string> = new Set(["DGAT", "DFRA"]);

/** `tradingSystem` as seen on DETR, DGAT and DFRA; others except Eurex have 8. */
const TRADING_SYSTEM: Record<string, string> = { DETR: "1", DGAT: "7", DFRA: "9" };

/** `sourceName`: ETR was recorded, the others follow it. */
const SOURCE_NAME: Record<string, string> = { DETR: "ETR", DFRA: "FRA", DGAT: "GAT", DEUR: "EUR" };

/** Xetra's tick ids are its sequence numbers times this (sample of 2025-10-31). */
const TICK_STEP = 5120;

/** All columns of a new trade; those that its era or venue does not send are null. */
export function columnsOf(execution: Execution, at: Circumstances, random: Random): Trade {
  const isEurex = at.venue === "DEUR" && at.era === "2026-mifid";
  return {
    ...common(execution, at, random),
    ...(at.era === "2025-legacy" ? legacy(execution, at) : mifid(execution, at, random)),
    ...isEurex ? eurexColumns(execution, random) : {},
    message_id: at.fileId ?? "posttrade",
  };
}

type EraColumns = Omit<Trade, keyof ReturnType<typeof common> | "message_id">;

function common(execution: Execution, { venue, era, phase }: Circumstances, random: Random) {
  const sparse = era === "2026-mifid" && QUOTING.has(venue);
  return {
    isin: execution.isin,
    trading_date_time: execution.tradingTime,
    price: execution.price,
    quantity: execution.quantity,
    price_currency: execution.instrument.currency,
    execution_venue: execution.instrument.mic,
    transaction_id: execution.transactionId,
    distribution_time: execution.publicationTime,
    trading_mode: QUOTING.has(venue) ? "U" : BOOK_MODES[phase],
    modification_flag: "-",
    benchmark_flag: sparse ? null : random.chance(0.001) ? random.pick(["S", "B"]) : "-",
    pub_deferral: era === "2026-mifid" && venue === "DGAT" ? null : "-",
    algo_indicator: algorithm(sparse, random),
    schema_version: era,
    extra: null,
  };
}

/** 694 of 719 trades of the sample have the flag; venues with optional keys leave it out instead of denying it. */
function algorithm(sparse: boolean, random: Random): boolean | null {
  const rate = sparse ? 0.7 : 0.965;
  return random.chance(rate) ? true : sparse ? null : false;
}

function legacy(execution: Execution, { venue }: Circumstances): EraColumns {
  return {
    ...NO_MIFID,
    source_name: SOURCE_NAME[venue] ?? venue.slice(1),
    instrument_id: execution.isin,
    tick_id: execution.sequence * TICK_STEP,
    quote_type: execution.instrument.isBond ? "P" : "1",
    tick_action: "I",
    instrument_code: "I",
    market_mechanism: "8",
    negotiated_flag: "-",
  };
}

function mifid(execution: Execution, { venue, phase }: Circumstances, random: Random): EraColumns {
  const { instrument } = execution;
  return {
    ...NO_LEGACY,
    ...NO_EUREX,
    trading_system: TRADING_SYSTEM[venue] ?? "8",
    price_notation: instrument.isBond ? 2 : 1,
    venue_publication: "XCEF",
    last_trade_indicator: phase === "auction"
      ? "C"
      : random.chance(0.1)
      ? random.pick(["R", "P", "D", "k", "a"])
      : null,
    notional_amount: instrument.isBond ? amountOf(execution.price / 100, execution.quantity) : null,
    notional_currency: venue === "DFRA" ? instrument.currency : null,
  };
}

const NO_LEGACY = {
  source_name: null,
  instrument_id: null,
  tick_id: null,
  quote_type: null,
  tick_action: null,
  instrument_code: null,
  market_mechanism: null,
  negotiated_flag: null,
};

/** Columns that only Eurex has. */
const NO_EUREX = {
  contract_date: null,
  option_category: null,
  strike_price: null,
  transaction_category: null,
  contract_type: null,
  settlement_method: null,
  clearing_flag: null,
  pending_price: null,
  price_forming: null,
  deferral_type: null,
  generation_number: null,
  exercise_style: null,
};

const NO_MIFID = {
  trading_system: null,
  price_notation: null,
  venue_publication: null,
  last_trade_indicator: null,
  notional_amount: null,
  notional_currency: null,
  ...NO_EUREX,
};
