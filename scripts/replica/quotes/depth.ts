import type { Random } from "../random.ts";
import type { Prices, QuoteLine } from "./book.ts";

/** What a depth row is about. */
export interface Depth {
  readonly line: QuoteLine;
  readonly prices: Prices;
  readonly time: string;
  readonly timeKey: string;
}

/** A row of the book's depth, which must not be stored; for options it also names the contract. */
export function depthRow({ line, prices, time, timeKey }: Depth, random: Random): string {
  const { instrument, currency, contract } = line;
  const levels = 2 + random.below(4);
  const what = timeKey === "mdQuotationTime" ? optionKeys(random) : "";
  const head = `{"messageId":"pretrade","instrumentIdentificationCode":"${instrument.isin}"` +
    (contract === null
      ? `,"priceCurrency":"${currency}"`
      : `,"contractDate":"${contract}","contractType":"S"`) +
    `${what},"${timeKey}":"${time}Z"`;
  const retail = contract === null ? `,"retailFlag":${random.chance(0.5)}` : "";
  const tick = instrument.tick / 10 ** instrument.decimals;
  return `${head}${retail},"mdBidMktDepthGroup1":[${
    side(prices.bid, -tick, levels, instrument.decimals, random)
  }]` +
    `,"mdAskMktDepthGroup1":[${side(prices.ask, tick, levels, instrument.decimals, random)}]` +
    (contract === null
      ? `,"aggregatedNumberOfOrdersAndQuotesBid":[${orders(levels, random)}]` +
        `,"aggregatedNumberOfOrdersAndQuotesAsk":[${orders(levels, random)}]`
      : "") +
    "}";
}

function optionKeys(random: Random): string {
  return `,"optionCategory":"${random.pick(["C", "P"])}","originalStrikePrice":${
    100 * (1 + random.below(90))
  }.0` +
    `,"generationNumber":"0","exerciseStyle":"E","settlementMethod":"C"`;
}

/** Levels away from the best price; the first of some rows is 0 / 0. */
function side(best: number, step: number, levels: number, decimals: number, random: Random): string {
  return Array.from(
    { length: levels },
    (_, i) =>
      i === 0 && random.chance(0.05)
        ? '{"price":0.0,"quantity":0.0}'
        : `{"price":${(best + i * step).toFixed(decimals)},"quantity":${(1 + random.below(50)) * 10}.0}`,
  ).join(",");
}

function orders(levels: number, random: Random): string {
  return Array.from({ length: levels }, () => `{"noOfOrders":${1 + random.below(9)}}`).join(",");
}
