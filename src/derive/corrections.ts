/**
 * What is left of the rows of an instrument when its corrections are applied. Rows of one id belong together, on Eurex
 * of one contract: a cancellation or an amendment repeats the id of its trade, perhaps days later.
 */

/** A row, as far as corrections go by it; `NaN` is a missing number. */
export interface Correctable {
  /** Contract and transaction id; null when it has no id, and belongs to no other row. */
  readonly key: string | null;
  /** `A` amendment, `C` cancellation; anything else is a trade, or a leg of one. */
  readonly flag: string | null;
  /** When it was published, in nanoseconds since 1970; null when that is not known: after all others. */
  readonly published: bigint | null;
  readonly price: number;
  readonly quantity: number;
}

/** What is left, and how many corrections had no trade. */
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

/** Takes away from the rows that may stand, in order of publication, what the cancellations among them say. */
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

/** Null equals null, and the two zeros are one number. */
function isEqual(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
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
