import { dateOfHour } from "../../feed/calendar/dates.ts";
import { covers, filterText, parseFilterText } from "../../feed/quote_filter.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { openIfThere } from "../../store/data_file.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import type { Ledger } from "../../store/ledger.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { openStored, type Partition, readPartition } from "../../store/stored_partition.ts";
import { spooledKey } from "../inventory.ts";
import { logFinding } from "../log_finding.ts";
import type { Hour } from "../quotes/hours.ts";
import { publishSorted, type QuotePublisher } from "../quotes/publish_hour.ts";
import { spooledOf } from "../quotes/verify/verify_quotes.ts";
import { refusedBy, type RefusedDay } from "../refused_day.ts";
import { keepRawFiles, type MergedDay, type PlannedMerge } from "./merge_day.ts";
import { rowsFor } from "./rows_of_minutes.ts";
import { unaccounted, type Union, uniteLedgers } from "./unite_ledgers.ts";

/** An hour that is left as it is, since the two store quotes by different filters. */
export interface OtherFilter {
  readonly kind: "other filter";
  /** The hour. */
  readonly date: Hour;
  readonly message: string;
}

/** An hour of quotes as far as it is merged. */
type StoredHour = Pick<Partition, "ledger" | "filter">;

const NOTHING: Union = { entries: new Map(), conflicts: [] };

/**
 * What the other's hour adds to ours; null when they store quotes by different filters and neither has all of the other:
 * an hour never holds the quotes of two filters. One with a wider filter takes the place of ours if it has all our files.
 */
export function uniteHours(ours: StoredHour | null, theirs: StoredHour | null): Union | null {
  if (theirs === null) return NOTHING;
  if (ours === null) return uniteLedgers(new Map(), theirs.ledger);
  const [our, their] = [ours, theirs].map(({ filter }) => parseFilterText(filter ?? ""));
  if (filterText(our) === filterText(their)) return uniteLedgers(ours.ledger, theirs.ledger);
  const hasAll = (one: Ledger, other: Ledger) => unaccounted(other, one).size === 0;
  if (covers(our, their) && hasAll(ours.ledger, theirs.ledger)) return NOTHING;
  if (covers(their, our) && hasAll(theirs.ledger, ours.ledger)) {
    return { entries: theirs.ledger, conflicts: [] };
  }
  return null;
}

/** What the other has of an hour and ours does not; null when that is nothing. Reads two footers, and throws as `planMerge`. */
export async function planHour(
  ours: Spool,
  theirs: Spool,
  hour: Hour,
): Promise<PlannedMerge | RefusedDay | OtherFilter | null> {
  const plan = async () => {
    const our = await readPartition(pathOf(ours, hour), QUOTES);
    const their = await readPartition(pathOf(theirs, hour), QUOTES);
    const union = uniteHours(our, their);
    if (union === null) return otherFilter(theirs, hour, our!, their!);
    const rawFiles = newRawOf(ours, theirs, hour, our, their).length;
    if (union.entries.size + rawFiles === 0) return null;
    return {
      kind: "planned" as const,
      date: hour,
      entries: union.entries.size,
      conflicts: union.conflicts,
      rawFiles,
    };
  };
  return await catchDamage(DamagedPartition, plan, refusedBy(hour));
}

/** Takes what the other has of an hour and ours does not, as `mergeDay` does with a day. */
export async function mergeHour(
  publisher: QuotePublisher,
  theirs: Spool,
  hour: Hour,
  now: number,
): Promise<MergedDay | RefusedDay | OtherFilter> {
  const { spool } = publisher;
  await spool.tidy(dateOfHour(hour));
  const merge = async (): Promise<MergedDay | OtherFilter> => {
    const our = await readPartition(pathOf(spool, hour), QUOTES);
    using file = openIfThere(pathOf(theirs, hour));
    const their = file && await openStored(pathOf(theirs, hour), file, QUOTES);
    const union = uniteHours(our, their);
    if (union === null) return otherFilter(theirs, hour, our!, their!);
    const { entries, conflicts } = union;
    let added = 0;
    if (entries.size > 0) {
      const filter = parseFilterText(their!.filter ?? "");
      const rows = rowsFor(entries, their!.batches(), QUOTES);
      const stored = await publishSorted(publisher, hour, filter, [rows], entries);
      logFinding(spool.venue, stored, now, "quote");
      added = stored.added;
    }
    const after = await readPartition(pathOf(spool, hour), QUOTES);
    const rawFiles = await keepRawFiles(publisher, newRawOf(spool, theirs, hour, after, their));
    return { kind: "merged", date: hour, entries: entries.size, conflicts, added, rawFiles };
  };
  return await catchDamage(DamagedPartition, merge, refusedBy(hour));
}

function pathOf({ layout, venue }: Spool, hour: Hour): string {
  return layout.partition(QUOTES_BY_HOUR, venue, hour);
}

/** Files that the other has not published, or could not publish; ours will try. */
function newRawOf(
  ours: Spool,
  theirs: Spool,
  hour: Hour,
  our: StoredHour | null,
  their: StoredHour | null,
): SpooledFile[] {
  const known = [...our?.ledger.keys() ?? [], ...their?.ledger.keys() ?? []];
  const seen = new Set([...known, ...spooledOf(ours, hour).map(spooledKey)]);
  return spooledOf(theirs, hour).filter((file) => !seen.has(spooledKey(file)));
}

function otherFilter(theirs: Spool, hour: Hour, our: StoredHour, their: StoredHour): OtherFilter {
  const [here, there] = [our, their].map(({ filter }) => filter || "everything");
  const message = `left as it is: it holds ${here}, and ${pathOf(theirs, hour)} holds ${there}; ` +
    "an hour never mixes two choices of quotes";
  return { kind: "other filter", date: hour, message };
}
