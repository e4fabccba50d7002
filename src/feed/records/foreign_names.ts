import { eraByKeyOf } from "./record_type.ts";
import { TRADES } from "./trades.ts";

/** The names of some columns in files of the Python predecessor, until it adopted today's names in 2026-05. */
const PREDECESSOR_NAMES: ReadonlyMap<string, string> = new Map([
  ["trade_time", "trading_date_time"],
  ["volume", "quantity"],
  ["currency", "price_currency"],
  ["venue", "execution_venue"],
  ["trans_id", "transaction_id"],
]);

/** A column that pandas adds to the data when a frame has an index of its own. */
const INDEX_OF_PANDAS = /^__index_level_\d+__$/;

/** The columns of another program's file, matched with ours. */
export interface NamedColumns {
  /** For each of our columns that the file has, its name there; by the place in `TRADES.columns`. */
  readonly known: ReadonlyMap<number, string>;
  /** Names that match none of our columns, in order. */
  readonly unknown: readonly string[];
  /** The era of all its rows, if no column says it; null when the names do not reveal it either. */
  readonly era: string | null;
}

/**
 * Matches the columns of another program's file of trades: by today's names, by those that the predecessor used at
 * first, and by the exchange's own keys. If two names match one column, today's name wins; the other is unknown.
 */
export function columnsNamed(names: readonly string[]): NamedColumns {
  const { columnOfName, columnOfKey, columns, time } = TRADES;
  const known = new Map<number, string>();
  const meaning = (name: string) => columnOfName.get(name) ?? columnOfKey.get(name);
  const byRank = names.toSorted((a, b) => Number(columnOfName.has(b)) - Number(columnOfName.has(a)));
  for (const name of byRank) {
    const column = meaning(PREDECESSOR_NAMES.get(name) ?? name);
    if (column !== undefined && !known.has(column)) known.set(column, name);
  }
  const used = new Set(known.values());
  const unknown = names.filter((name) => !used.has(name) && !INDEX_OF_PANDAS.test(name)).sort();
  const isOldest = names.some((name) => PREDECESSOR_NAMES.has(name) && !columnOfKey.has(name));
  return { known, unknown, era: isOldest ? "2025-legacy" : eraByKeyOf(columns[time.event], new Set(names)) };
}
