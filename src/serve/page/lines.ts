/** A bar of `/api/bars`. */
export type BarRow = Readonly<Record<string, string | number | null>>;

/** What one price axis can show of an ISIN: one currency, and on Eurex one contract. */
export interface Line {
  /** `EUR`, `EUR 2026-12-18 call 120`. */
  readonly name: string;
  readonly bars: readonly BarRow[];
}

const KEY = ["price_currency", "contract_date", "option_category", "strike_price"];

/** The lines of an ISIN, the one with most trades first. */
export function linesOf(rows: readonly BarRow[]): Line[] {
  const byName = Map.groupBy(rows, nameOf);
  return [...byName].map(([name, bars]) => ({ name, bars })).sort((a, b) =>
    tradesOf(b.bars) - tradesOf(a.bars)
  );
}

function nameOf(bar: BarRow): string {
  return KEY.map((name) => bar[name] ?? null).filter((value) => value !== null).join(" ");
}

/** How many trades these bars have. */
export function tradesOf(bars: readonly BarRow[]): number {
  return bars.reduce((sum, { trades }) => sum + Number(trades), 0);
}
