/**
 * Applies corrections to the rows of an instrument. Rows with the same id (on Eurex also with the same contract) belong
 * together: a cancellation or an amendment repeats the id of its trade, possibly days later. `dist/sql/trades.sql` has
 * the same rules for DuckDB.
 */
import { isEqual } from "./line.ts";

/** The facts of a row that matter for corrections; a missing number is `NaN`. */
export interface Correctable {
  /** Contract and transaction id; null for a row without an id, which belongs to no other row. */
  readonly key: string | null;
  /** `A` amendment, `C` cancellation; anything else is a trade, or a leg of one. */
  readonly flag: string | null;
  /** When it was published, in nanoseconds since 1970; null when unknown: such rows come last. */
  readonly published: bigint | null;
  readonly price: number;
  readonly quantity: number;
}

/** The remaining rows, and the number of corrections without a trade. */
export interface Corrected<T> {
  /** In the order in which they were given. */
  readonly standing: readonly T[];
  readonly unmatched: number;
}

/**
 * Applies the corrections among the rows of an instrument, given in their stored order. Of each id, by publication:
 * - an amendment takes the place of all rows before it, if one of them is a trade;
 * - a cancellation takes away one row of its price and quantity, whichever of the two was published first; where no row
 *   has them, all that were published before it;
 * - what has no trade is left out and counted.
 *
 * At one time of publication trades come first, then amendments, then cancellations.
 */
export function applyCorrections<T extends Correctable>(rows: readonly T[]): Corrected<T> {
  const groups = Map.groupBy(rows, (row) => row.key ?? row); // without an id, each row is a group of its own
  const standing = new Set<T>();
  let unmatched = 0;
  for (const group of groups.values()) {
    const corrected = group.length === 1 ? alone(group[0]) : ofOneId(group);
    for (const row of corrected.standing) standing.add(row);
    unmatched += corrected.unmatched;
  }
  return { standing: rows.filter((row) => standing.has(row)), unmatched };
}

function alone<T extends Correctable>(row: T): Corrected<T> {
  return isTrade(row) ? { standing: [row], unmatched: 0 } : { standing: [], unmatched: 1 };
}

function ofOneId<T extends Correctable>(group: readonly T[]): Corrected<T> {
  const rows = group.toSorted(byPublication);
  const firstTrade = rows.findIndex(isTrade);
  if (firstTrade < 0) return { standing: [], unmatched: rows.length };
  const tooEarly = rows.slice(0, firstTrade).filter(({ flag }) => flag === "A").length;
  const amended = rows.findLastIndex(({ flag }, at) => flag === "A" && at > firstTrade);
  const left = amended < 0 ? rows : rows.slice(amended);
  const { standing, unmatched } = cancelled(left, (row) => isTrade(row) || row === rows[amended]);
  return { standing, unmatched: unmatched + tooEarly };
}

/**
 * Removes from the rows that may stand, in order of publication, the trades that the cancellations among them cancel.
 */
function cancelled<T extends Correctable>(rows: readonly T[], mayStand: (row: T) => boolean): Corrected<T> {
  const candidates = rows.filter(mayStand);
  const gone = new Set<T>();
  let unmatched = 0;
  rows.forEach((cancellation, at) => {
    if (cancellation.flag !== "C") return;
    const earlier = rows.slice(0, at);
    const same = candidates.filter((row) => isSame(row, cancellation));
    const nth = earlier.filter((row) => row.flag === "C" && isSame(row, cancellation)).length;
    const taken = same.length > 0 ? same.slice(nth, nth + 1) : earlier.filter(mayStand);
    if (same.length === 0 && taken.length === 0) unmatched++;
    for (const row of taken) gone.add(row);
  });
  return { standing: candidates.filter((row) => !gone.has(row)), unmatched };
}

function isTrade({ flag }: Correctable): boolean {
  return flag !== "A" && flag !== "C";
}

function isSame(a: Correctable, b: Correctable): boolean {
  return isEqual(a.price, b.price) && isEqual(a.quantity, b.quantity);
}

function byPublication(a: Correctable, b: Correctable): number {
  if (a.published === b.published) return rank(a) - rank(b);
  if (a.published === null) return 1;
  if (b.published === null) return -1;
  return a.published < b.published ? -1 : 1;
}

function rank({ flag }: Correctable): number {
  return flag === "A" ? 1 : flag === "C" ? 2 : 0;
}
