import { Random } from "./random.ts";

/** What is traded, drawn once per venue and seed, the same on every day. Listed by how often it trades. */
export interface Instrument {
  readonly isin: string;
  /** The first 22 digits of its transaction ids on Xetra, Frankfurt and Eurex. */
  readonly idPrefix: string;
  /** The matching engine's partition; ids and ticks count up in each. */
  readonly partition: number;
  readonly mic: string;
  readonly currency: string;
  /** Decimals of its price, and the tick in units of the last one. */
  readonly decimals: number;
  readonly tick: number;
  /** The first price, in units of 10^−decimals. */
  readonly price: number;
  /** Quoted in percent of par; on Eurex, a future on such a bond. */
  readonly isBond: boolean;
  /** Traded by nominal value and not by pieces. */
  readonly isNominal: boolean;
}

/** How many partitions have a sequence of their own; about 16 interleave in the sample of 2025-10-31. */
export const PARTITIONS = 16;

/** Countries of the 719 trades of the sample of 2025-10-31 (DETR), in percent. */
const COUNTRIES: readonly (readonly [code: string, percent: number])[] = [
  ["DE", 50],
  ["IE", 29],
  ["US", 9],
  ["LU", 5],
  ["NL", 2],
  ["CH", 1],
  ["XS", 1],
  ["FR", 1],
  ["GB", 1],
  ["CA", 1],
];

/** Sub-venues, home and abroad, as seen in rows. */
const MICS: Record<string, readonly [home: string, abroad: string]> = {
  DETR: ["XETA", "XETB"],
  DFRA: ["FRAB", "FRAA"],
  DGAT: ["XGAT", "XGRM"],
  DEUR: ["XEUR", "XEUR"],
};

/** The first digit of transaction ids: 1 on Xetra and Eurex, 3 in Frankfurt (seen); 2 stands for the rest. */
const ID_DIGIT: Record<string, string> = { DETR: "1", DEUR: "1", DFRA: "3" };

/** The instruments of a venue, the most traded first; pure in its arguments. */
export function instruments(venue: string, seed: number, count: number): Instrument[] {
  const random = new Random(`instruments/${seed}/${venue}`);
  const isins = new Set<string>();
  while (isins.size < count) isins.add(isin(random));
  return Array.from(isins, (isin) => instrument(venue, isin, random));
}

function instrument(venue: string, isin: string, random: Random): Instrument {
  const [home, abroad] = MICS[venue] ?? MICS.DFRA;
  const isForeign = ["US", "CA", "GB"].includes(isin.slice(0, 2));
  const isBond = venue !== "DETR" && random.chance(isin.startsWith("XS") ? 0.9 : 0.1);
  // Of 719 prices of the sample 488 had two decimals, 219 three and 12 four.
  const decimals = random.chance(0.68) ? 2 : random.chance(0.95) ? 3 : 4;
  const price = Math.exp(3.6 + 1.2 * random.normal());
  return {
    isin,
    idPrefix: idPrefix(venue, random),
    partition: random.below(PARTITIONS),
    mic: isForeign ? abroad : home,
    currency: random.chance(0.01) ? "USD" : "EUR",
    decimals,
    tick: random.pick([1, 1, 2, 5, 5]),
    price: Math.max(100, Math.round((isBond ? 98 + random.normal() : price) * 10 ** decimals)),
    isBond,
    isNominal: isBond && venue !== "DEUR",
  };
}

/** `1` + an instrument number of 20 digits + `0`, as in 1000000000000025050760; two in a thousand share one. */
function idPrefix(venue: string, random: Random): string {
  const number = random.chance(0.002) ? 2_505_076 : 2_500_000 + random.below(11_000_000);
  return `${ID_DIGIT[venue] ?? "2"}${String(number).padStart(20, "0")}0`;
}

function isin(random: Random): string {
  let aim = random.below(100);
  const country = COUNTRIES.find(([, percent]) => (aim -= percent) < 0)![0];
  const digits = String(random.below(1e9)).padStart(9, "0");
  const body = country === "DE" ? `DE000${digits.slice(0, 6)}` : `${country}${digits}`;
  return body + checkDigit(body);
}

/** The twelfth character of an ISIN: Luhn's digit over the letters' values and the digits (ISO 6166). */
function checkDigit(body: string): string {
  const digits = Array.from(body, (character) => parseInt(character, 36)).join("");
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}
