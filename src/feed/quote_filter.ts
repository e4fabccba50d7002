/** Which quotes of a file are stored; null: of all instruments, in either notation. */
export interface QuoteFilter {
  /** In order, each once. */
  readonly isins: readonly string[] | null;
  /** 1 money, 2 percent of par: bonds. A row that does not say which is stored nevertheless. */
  readonly notation: 1 | 2 | null;
}

/** Everything is stored. */
export const NO_FILTER: QuoteFilter = { isins: null, notation: null };

/** A filter as a partition says it: `isin=DE0007164600,US0378331005 notation=2`; empty where everything is stored. */
export function filterText({ isins, notation }: QuoteFilter): string {
  return [
    ...isins === null ? [] : [`isin=${isins.join(",")}`],
    ...notation === null ? [] : [`notation=${notation}`],
  ].join(" ");
}

/** Reads what `filterText` wrote; throws for any other text. */
export function parseFilterText(text: string): QuoteFilter {
  const [, isins, notation] = /^(?:isin=([A-Z0-9,]+))?(?:(?:^| )notation=([12]))?$/.exec(text) ?? [];
  const filter = { isins: isins?.split(",") ?? null, notation: notation ? Number(notation) as 1 | 2 : null };
  if (filterText(filter) !== text) throw new Error(`${text} is no filter of quotes`);
  return filter;
}

/** Whether everything that `other` stores is stored by `filter` as well. */
export function covers(filter: QuoteFilter, other: QuoteFilter): boolean {
  const own = filter.isins === null ? null : new Set(filter.isins);
  const hasIsins = own === null || (other.isins !== null && other.isins.every((isin) => own.has(isin)));
  return hasIsins && (filter.notation === null || filter.notation === other.notation);
}

/** The narrowest filter that covers both. */
export function unitedFilter(a: QuoteFilter, b: QuoteFilter): QuoteFilter {
  const isins = a.isins === null || b.isins === null ? null : [...new Set([...a.isins, ...b.isins])].sort();
  return { isins, notation: a.notation === b.notation ? a.notation : null };
}
