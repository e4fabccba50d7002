import { covers, filterText, parseFilterText, type QuoteFilter } from "../../feed/quote_filter.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import type { Ledger } from "../../store/ledger.ts";
import { type Partition, readPartition } from "../../store/stored_partition.ts";

/** What is stored of an hour: a partition never holds the quotes of two filters. */
export interface HourFilter {
  readonly filter: QuoteFilter;
  /** Whether quotes that are wanted are left out, since files of the hour were stored without them. */
  readonly isNarrower: boolean;
}

/**
 * The filter of an hour when files with these ledger keys are published to it. The wanted one, if the hour is new, or if
 * it covers what is stored there and all files of the hour are read again; otherwise the hour's own.
 */
export function filterOfHour(
  stored: Pick<Partition, "filter" | "ledger"> | null,
  wanted: QuoteFilter,
  keys: ReadonlySet<string>,
): HourFilter {
  const own = stored === null ? wanted : parseFilterText(stored.filter ?? "");
  const isSame = filterText(own) === filterText(wanted);
  if (isSame || (covers(wanted, own) && namesOnly(stored!.ledger, keys))) {
    return { filter: wanted, isNarrower: false };
  }
  return { filter: own, isNarrower: !covers(own, wanted) };
}

/** Which quotes the hour's partition at `path` holds; null when there is none. Throws as `readPartition`. */
export async function filterOf(path: string): Promise<QuoteFilter | null> {
  const stored = await readPartition(path, QUOTES);
  return stored && parseFilterText(stored.filter ?? "");
}

function namesOnly(ledger: Ledger, keys: ReadonlySet<string>): boolean {
  return ledger.keys().every((key) => keys.has(key));
}
