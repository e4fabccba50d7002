import { checkDigitOf } from "../../feed/isin.ts";

/** A file of ISINs may name hundreds, and a line of the log must stay readable. */
const MOST_NAMED = 10;

/**
 * Names ISINs for which nothing was found: `DE0007100000, US0378331006 (its check digit would be 5) and 3 more`. A wrong check
 * digit is no error, since what the exchange publishes is stored whatever it names; but it explains why nothing is found.
 */
export function missingText(isins: ReadonlySet<string>): string {
  const named = [...isins].slice(0, MOST_NAMED).map(described).join(", ");
  return isins.size <= MOST_NAMED ? named : `${named} and ${isins.size - MOST_NAMED} more`;
}

/**
 * What to warn of before quotes of these ISINs are collected: those with a wrong check digit, for which nothing may ever
 * come. Empty when there are none.
 */
export function mistypedWarnings(isins: ReadonlySet<string> = new Set()): string[] {
  const mistyped = new Set([...isins].filter((isin) => !hasItsDigit(isin)));
  return mistyped.size === 0
    ? []
    : [`perhaps mistyped: ${missingText(mistyped)}. Only quotes of the ISINs that are named are stored`];
}

function hasItsDigit(isin: string): boolean {
  return isin.endsWith(checkDigitOf(isin));
}

function described(isin: string): string {
  return hasItsDigit(isin) ? isin : `${isin} (its check digit would be ${checkDigitOf(isin)})`;
}
