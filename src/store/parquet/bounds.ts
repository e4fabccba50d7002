/** A value in the statistics of a column. */
export type Bound = string | number | bigint | boolean;

/**
 * The smallest and the largest of these values; null when there are none, or a reader could not use them. Parquet
 * orders strings by code point, JavaScript by UTF-16 unit; with surrogates the two differ.
 */
export function boundsOf(values: readonly Bound[]): readonly [Bound, Bound] | null {
  if (values.length === 0) return null;
  let [smallest, largest] = [values[0], values[0]];
  for (const value of values) {
    if (typeof value === "string" && /[\ud800-\udfff]/.test(value)) return null;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return withBothZeros(smallest, largest);
}

/** Zero can have either sign, and a bound must hold for both. */
export function withBothZeros(smallest: Bound, largest: Bound): readonly [Bound, Bound] {
  return [smallest === 0 ? -0 : smallest, largest === 0 ? 0 : largest];
}

/**
 * The same for times, by their high and low words: comparing BigInts takes ten times as long. Nearly always the high word
 * decides, which counts 4.3 seconds.
 */
export function boundsOfTimes(values: BigInt64Array): readonly [Bound, Bound] | null {
  if (values.length === 0) return null;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length); // little-endian: low, high
  let [smallest, largest] = [0, 0];
  let [least, most] = [words[1], words[1]];
  for (let i = 1; i < values.length; i++) {
    const high = words[2 * i + 1];
    if (high < least || (high === least && values[i] < values[smallest])) [smallest, least] = [i, high];
    if (high > most || (high === most && values[i] > values[largest])) [largest, most] = [i, high];
  }
  return [values[smallest], values[largest]];
}
