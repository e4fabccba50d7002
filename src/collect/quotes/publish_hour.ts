import { join } from "node:path";
import { filterText, type QuoteFilter } from "../../feed/quote_filter.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { workshopOf } from "../../store/aside.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import type { Ledger, LedgerEntry } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import { publishPartition } from "../../store/partition.ts";
import { Runs } from "../../store/runs.ts";
import { readPartition } from "../../store/stored_partition.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Finding, findingsOf } from "../findings.ts";
import { spooledKey } from "../inventory.ts";
import type { Ingested, Ingestion } from "../publish/ingest.ts";
import { larger, publishUnderstood, type Trial, withoutRenamed } from "../publish/publish.ts";
import { judged } from "../publish/understanding.ts";
import { filterOfHour } from "./hour_filter.ts";
import { ingestHour, type SecondThread } from "./ingest_hour.ts";
import type { IngestedQuotes } from "./ingest_quotes.ts";

/** Quotes of an hour are many: with smaller row groups the footer would be larger than what a reader wants. */
const HOUR_ROW_GROUP_ROWS = 65_536;

/** Where and how a venue's quotes are published. */
export interface QuotePublisher extends Ingestion {
  /** What a partition names as its author. */
  readonly createdBy: string;
  /** Which quotes to store. */
  readonly filter: QuoteFilter;
  /** For hours of many rows; without it they are decoded in this thread alone. */
  readonly secondThread?: SecondThread;
  /** Whether all files are taken to be understood because a ledger names them; default false. */
  readonly trusting?: boolean;
}

/**
 * Publishes spooled minute files of one hour, such as `2026-09-01T08`: their quotes and ledger entries go into its
 * partition in one rename; depth rows and quotes that the filter leaves out are counted in the ledger. Files that are
 * not understood stay where they are, without an entry. Throws `DamagedPartition`, the disk's errors, and the signal's
 * reason; then the partition is unchanged.
 */
export async function publishHour(
  publisher: QuotePublisher,
  hour: string,
  files: readonly SpooledFile[],
): Promise<Finding[]> {
  return await publishUnderstood(files, (files) => tryHour(publisher, hour, files));
}

/** Publishes files unless some of them are not understood: their rows would then be among those of the others. */
async function tryHour(
  publisher: QuotePublisher,
  hour: string,
  files: readonly SpooledFile[],
): Promise<Trial> {
  const { layout, venue } = publisher.spool;
  const stored = await readPartition(layout.partition(QUOTES_BY_HOUR, venue, hour), QUOTES);
  const { filter, isNarrower } = filterOfHour(stored, publisher.filter, new Set(files.map(spooledKey)));
  const directory = layout.runs(venue);
  using runs = new Runs(directory);
  const all = await ingestHour(files, { ...publisher, filter, runs, directory: join(directory, "beside") });
  for (const { ingested: { kind, spooled } } of all) if (kind === "damaged") publisher.spool.reject(spooled);
  const ingested = await judgedQuotes(publisher, all);
  const again = withoutRenamed(hour, ingested);
  if (again !== null) return again;
  const findings = findingsOf(hour, ingested);
  const entries = entriesOf(ingested, all, stored?.ledger ?? new Map());
  if (entries.size === 0) return { findings, understood: null };
  findings.push(await publishSorted(publisher, hour, filter, runs.sources(), entries));
  if (isNarrower) findings.push({ kind: "narrower filter", date: hour, filter: filterText(filter) });
  return { findings, understood: null };
}

/** Publishes sorted quotes of an hour with the ledger entries of their files. Throws as `publishPartition`. */
export async function publishSorted(
  { spool: { layout, venue }, createdBy, pace }: Omit<QuotePublisher, "filter">,
  hour: string,
  filter: QuoteFilter,
  sources: readonly SortedSource[],
  entries: Ledger,
): Promise<Finding & { kind: "stored" }> {
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  const published = await publishPartition(path, sources, entries, {
    type: QUOTES,
    createdBy,
    breathe: pace.breathe,
    workshop: workshopOf(layout, path),
    rowsPerGroup: HOUR_ROW_GROUP_ROWS,
    filter: filterText(filter),
  });
  return { kind: "stored", date: hour, ...published };
}

async function judgedQuotes(
  { spool: { layout }, trusting }: QuotePublisher,
  all: readonly IngestedQuotes[],
): Promise<Ingested[]> {
  const ingested = all.map(({ ingested }) => ingested);
  return trusting ? ingested : await judged({ layout, dataset: QUOTES_BY_HOUR, type: QUOTES }, ingested);
}

/** The entries of the files that are understood; of those that are in the ledger already, one with more rows stays. */
function entriesOf(ingested: readonly Ingested[], all: readonly IngestedQuotes[], known: Ledger): Ledger {
  return new Map(ingested.flatMap((file, i): [string, LedgerEntry][] => {
    if (file.kind !== "decoded") return [];
    const { decoded: { rows, rejected, unstored }, digest, spooled } = file;
    const { filtered } = all[i];
    const leftOut = { depth: unstored, filtered };
    const key = spooledKey(spooled);
    return [[key, larger({ rows: rows - filtered, rejected, digest, leftOut }, known.get(key))]];
  }));
}
