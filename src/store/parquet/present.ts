/** The numbers of a column without the nulls, which are NaN. */
export interface Present {
  readonly values: Float64Array;
  /** Which rows have one, a 1 for each, otherwise 0; null when all rows are alike in this. */
  readonly levels: Uint8Array | null;
  /** The smallest and the largest one; `Infinity` and `-Infinity` when there are none. Of the two zeros it may be either. */
  readonly least: number;
  readonly most: number;
}

/** Parts the numbers from the nulls. Loops: callbacks take longer. */
export function present(numbers: Float64Array): Present {
  const values = new Float64Array(numbers.length);
  const levels = new Uint8Array(numbers.length);
  let [count, least, most] = [0, Infinity, -Infinity];
  for (let row = 0; row < numbers.length; row++) {
    const number = numbers[row];
    if (number !== number) continue; // NaN
    values[count++] = number;
    levels[row] = 1;
    if (number < least) least = number;
    if (number > most) most = number;
  }
  if (count === numbers.length) return { values: numbers, levels: null, least, most };
  return { values: values.subarray(0, count), levels: count === 0 ? null : levels, least, most };
}
