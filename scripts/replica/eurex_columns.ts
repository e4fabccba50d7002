import { amountOf, type Execution } from "./market.ts";
import type { Random } from "./random.ts";

/**
 * The columns of a row of Eurex, as in six rows of 2026-09-17: its own keys, and none of the other venues' own. Some
 * options of 2023 had a generation and a style.
 */
export function eurexColumns({ instrument, contract, price, quantity }: Execution, random: Random) {
  const isOption = contract !== null && contract.option !== null;
  return {
    benchmark_flag: null,
    algo_indicator: null,
    venue_publication: null,
    trading_system: "1",
    contract_date: contract?.date ?? null,
    option_category: contract?.option ?? null,
    strike_price: contract?.strike ?? null,
    transaction_category: random.pick(["-", "-", "-", "Y"]),
    instrument_code: "I",
    contract_type: "S",
    settlement_method: instrument.isBond ? "P" : "C",
    clearing_flag: "C",
    price_forming: random.chance(0.05) ? random.pick(["T", "J"]) : "P",
    deferral_type: "-",
    // Without the contract's multiplier it is not money; for percentages it was the quantity.
    notional_amount: instrument.isBond ? quantity : amountOf(price, quantity),
    notional_currency: instrument.currency,
    generation_number: isOption && random.chance(0.5) ? "0" : null,
    exercise_style: isOption && random.chance(0.5) ? random.pick(["A", "E"]) : null,
  };
}
