import type { Contract, Execution, Market } from "./market.ts";
import type { Random } from "./random.ts";

/** The share of trades in spreads of two futures; their price is a difference, near zero and often negative. */
const SPREADS = 0.03;
const OPTIONS = 0.65;
const LEG_OF_OTHER_PRODUCT = 0.3;

/**
 * Gives executions on Eurex their contracts. Several are the legs of one trade: they share its transaction id
 * and differ in contract, price and sometimes ISIN. That they always differ in price tells them apart in the
 * legacy era too, which has no contracts.
 */
export function contracts(fills: readonly Execution[], market: Market, date: string): Execution[] {
  const { random } = market;
  if (fills.length === 1) return [single(fills[0], date, random)];
  return fills.map((fill, leg) => ({
    ...fill,
    isin: leg > 0 && random.chance(LEG_OF_OTHER_PRODUCT) ? random.pick(market.instruments).isin : fill.isin,
    price: shifted(fill, leg),
    transactionId: fills[0].transactionId,
    contract: nextContract(date, fill.price, random),
  }));
}

function single(fill: Execution, date: string, random: Random): Execution {
  const contract = nextContract(date, fill.price, random);
  if (contract.option !== null || !random.chance(SPREADS)) return { ...fill, contract };
  return { ...fill, contract, price: (random.below(400) - 300) / 10 ** fill.instrument.decimals };
}

function shifted({ price, instrument: { decimals, tick } }: Execution, ticks: number): number {
  return (Math.round(price * 10 ** decimals) + ticks * tick) / 10 ** decimals;
}

/** A contract of a product: one of the next 24 expiries, for options with a strike near the price. */
function nextContract(date: string, price: number, random: Random): Contract {
  const expiry = thirdFriday(monthAfter(date, 1 + random.below(24)));
  if (!random.chance(OPTIONS)) return { date: expiry, option: null, strike: null };
  const strike = Math.max(1, Math.round(price * (0.8 + 0.4 * random.next())));
  return { date: expiry, option: random.pick(["C", "P"]), strike };
}

/** The first day of a later month, as milliseconds since 1970 UTC. */
function monthAfter(date: string, months: number): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + months, 1);
}

function thirdFriday(firstOfMonth: number): string {
  const weekday = new Date(firstOfMonth).getUTCDay();
  return new Date(firstOfMonth + ((5 - weekday + 7) % 7 + 14) * 86_400_000).toISOString().slice(0, 10);
}
