import { UsualKeys } from "../feed/usual_keys.ts";
import type { Ledger, LedgerEntry } from "../store/ledger.ts";
import type { SortedSource } from "../store/merge.ts";
import { publishPartition } from "../store/partition.ts";
import { Runs } from "../store/runs.ts";
import type { SpooledFile } from "../store/spool.ts";
import { type Finding, findingsOf, usualKeysOf } from "./findings.ts";
import { ingest, type Ingested, type Ingestion } from "./ingest.ts";
import { spooledKey } from "./inventory.ts";

/** Where and how a venue's trades are published. */
export interface Publisher extends Ingestion {
  /** What a partition names as its author. */
  readonly createdBy: string;
}

/**
 * Publishes spooled minute files of one date: their trades and their ledger entries go into the partition in one
 * rename. Files that are not understood stay where they are, without an entry. Of files that are in the partition
 * already, `known` has the entries: one with more rows stays. Throws `DamagedPartition`, what the disk throws, and the
 * signal's reason; then the partition is what it was.
 */
export async function publishMinutes(
  publisher: Publisher,
  date: string,
  files: readonly SpooledFile[],
  known: Ledger = new Map(),
): Promise<Finding[]> {
  const { layout, venue } = publisher.spool;
  using runs = new Runs(layout.runs(venue));
  const usual = new UsualKeys();
  const ingested = await ingest(publisher, files, (batch) => {
    usual.watch(batch);
    runs.add(batch);
  });
  const entries = new Map(
    ingested.flatMap(entryOf).map(([key, entry]) => [key, larger(entry, known.get(key))]),
  );
  const findings = [...findingsOf(date, ingested), ...usualKeysOf(date, usual)];
  if (entries.size === 0) return findings;
  return [...findings, await publishDay(publisher, date, runs.sources(), entries)];
}

/** Publishes sorted trades of a date with the ledger entries of their files. Throws as `publishPartition`. */
export async function publishDay(
  { spool: { layout, venue }, createdBy, pace }: Publisher,
  date: string,
  sources: readonly SortedSource[],
  entries: Ledger,
): Promise<Finding> {
  const breathe = () => pace.breathe();
  const published = await publishPartition(layout.partition(venue, date), sources, entries, {
    createdBy,
    breathe,
  });
  return { kind: "stored", date, ...published };
}

function entryOf(ingested: Ingested): [string, LedgerEntry][] {
  if (ingested.kind === "damaged" || ingested.decoded.strangeKeys !== null) return [];
  const { rows, rejected } = ingested.decoded;
  return [[spooledKey(ingested.spooled), { rows, rejected, digest: ingested.digest }]];
}

/** A version that reads fewer rows of a file than one before it takes nothing away. */
export function larger(entry: LedgerEntry, known: LedgerEntry | undefined): LedgerEntry {
  return known !== undefined && known.rows > entry.rows ? known : entry;
}
