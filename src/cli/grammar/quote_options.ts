import type { QuoteFilter } from "../../feed/quote_filter.ts";

/** Options that say which quotes are stored. */
export interface FilterOptions {
  readonly isin?: ReadonlySet<string>;
  readonly bonds?: true;
  readonly notation?: "1" | "2";
}

/** What the options let through. */
export function filterOf({ isin, bonds, notation }: FilterOptions): QuoteFilter {
  const wanted = bonds ? "2" : notation;
  return {
    isins: isin === undefined ? null : [...isin].sort(),
    notation: wanted === undefined ? null : Number(wanted) as 1 | 2,
  };
}
