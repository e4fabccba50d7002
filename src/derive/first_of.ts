/**
 * The first row from `from` on that meets a condition, which must hold for all later rows as well; `to` when there is
 * none.
 */
export function firstOf(from: number, to: number, holds: (row: number) => boolean): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
