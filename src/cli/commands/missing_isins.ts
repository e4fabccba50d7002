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

function described(isin: string): string {
  const digit = checkDigitOf(isin);
  return isin.endsWith(digit) ? isin : `${isin} (its check digit would be ${digit})`;
}
