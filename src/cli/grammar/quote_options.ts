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

/** A daemon's options that name ISINs or a file of them. */
const OF_ISINS = ["--isin", "--quotes-isin"];

/**
 * A daemon's command line with the ISINs, as they were read, in place of `@FILE`: whoever reads it again does not depend
 * on what has become of the file.
 */
export function withIsins(args: readonly string[], isins: ReadonlySet<string> = new Set()): string[] {
  const list = [...isins].join(",");
  return args.map((arg, at) => {
    if (OF_ISINS.includes(args[at - 1]) && arg.startsWith("@")) return list;
    const option = OF_ISINS.find((option) => arg.startsWith(`${option}=@`));
    return option === undefined ? arg : `${option}=${list}`;
  });
}
