/** What counts rows; of quotes as well. */
interface Counts {
  readonly trades: number;
}

/** The same as JSON documents show it: rows are counted under their own name, `trades` or `quotes`. */
export function shownAs(data: string, counts: Counts): Record<string, unknown> {
  return renamed(counts, "trades", data);
}

/** Reads what `shownAs` has shown. Earlier versions counted quotes as `trades` as well. */
export function readAs<T extends Counts>(data: string, shown: T): T {
  return renamed(shown, data, "trades") as unknown as T;
}

/** The same object with its keys in the same order, one of them renamed. */
function renamed(from: object, old: string, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key === old ? name : key, value]));
}
