import type { Batch } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { ExpectedFields } from "../../feed/decode/expected_fields.ts";
import { workshopOf } from "../../store/aside.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Ledger, LedgerEntry } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import { publishPartition } from "../../store/partition.ts";
import { Runs, SORTED_ROWS } from "../../store/runs.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Finding, findingsOf } from "../findings.ts";
import { goneKeys } from "./drift.ts";
import { ingest, type Ingested, type Ingestion } from "./ingest.ts";
import { spooledKey } from "../inventory.ts";
import { judged } from "./understanding.ts";

/** Where and how a venue's trades are published. */
export interface Publisher extends Ingestion {
  /** The program and version that a partition's footer names as its writer. */
  readonly createdBy: string;
  /** Which keys the venue's rows had on earlier days; without it, missing keys are not reported. */
  readonly marks?: DailyMarks;
  /** Whether to take all files as understood because a ledger already names them; default false. */
  readonly trusting?: boolean;
}

/**
 * Publishes spooled minute files of one date: their trades and their ledger entries go into the partition in one
 * rename. Files that are not understood stay in the spool without an entry. For files that are already in the
 * partition, `known` holds the entries; an entry with more rows stays. Throws `DamagedPartition`, the disk's errors,
 * and the signal's reason; then the partition is unchanged.
 */
export async function publishMinutes(
  publisher: Publisher,
  date: string,
  files: readonly SpooledFile[],
  known: Ledger = new Map(),
): Promise<Finding[]> {
  return await publishUnderstood(files, (files) => tryMinutes(publisher, date, files, known));
}

/** The findings about some files, and the remaining files if these must be decoded again. */
export interface Trial {
  readonly findings: Finding[];
  readonly understood: readonly SpooledFile[] | null;
}

/** Publishes files by `attempt`; if some are not understood, the others once more without them. */
export async function publishUnderstood(
  files: readonly SpooledFile[],
  attempt: (files: readonly SpooledFile[]) => Promise<Trial>,
): Promise<Finding[]> {
  const { findings, understood } = await attempt(files);
  return understood === null ? findings : [...findings, ...(await attempt(understood)).findings];
}

/**
 * Publishes minute files, unless some turn out not to be understood: their rows are mixed with those of the others, so
 * nothing can be published. This happens when the exchange renames its fields; on a usual day it costs nothing.
 */
async function tryMinutes(
  publisher: Publisher,
  date: string,
  files: readonly SpooledFile[],
  known: Ledger,
): Promise<Trial> {
  const { layout, venue } = publisher.spool;
  using runs = new Runs(layout.runs(venue));
  const expected = new ExpectedFields();
  const ingested = await ingestJudged(publisher, files, SORTED_ROWS, (batch) => {
    expected.watch(batch);
    runs.add(batch);
  });
  const again = withoutRenamed(date, ingested);
  if (again !== null) return again;
  const entries = new Map(
    ingested.flatMap(entryOf).map(([key, entry]) => [key, larger(entry, known.get(key))]),
  );
  const findings = findingsOf(date, ingested);
  if (entries.size > 0) {
    findings.push(await publishDay(publisher, date, runs.sources(), entries));
    if (publisher.marks !== undefined) findings.push(...await goneKeys(date, expected, publisher.marks));
  }
  return { findings, understood: null };
}

/** Publishes sorted trades of a date together with the ledger entries of their files. Throws as `publishPartition`. */
export async function publishDay(
  { spool: { layout, venue }, createdBy, pace }: Publisher,
  date: string,
  sources: readonly SortedSource[],
  entries: Ledger,
): Promise<Finding & { kind: "stored" }> {
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  const published = await publishPartition(path, sources, entries, {
    type: TRADES,
    createdBy,
    breathe: pace.breathe,
    workshop: workshopOf(layout, path),
  });
  return { kind: "stored", date, ...published };
}

/** Ingests files and judges whether they are understood, unless they are trusted. Throws as `ingest` and `judged`. */
export async function ingestJudged(
  publisher: Publisher,
  files: readonly SpooledFile[],
  batchRows: number,
  onBatch: (batch: Batch) => void | Promise<void>,
): Promise<Ingested[]> {
  const ingested = await ingest(publisher, files, batchRows, onBatch);
  const stored = { layout: publisher.spool.layout, dataset: TRADES_BY_DAY, type: TRADES };
  return publisher.trusting ? ingested : await judged(stored, ingested);
}

/** What to decode again because files that are not understood have mixed their rows with those of others; null if none. */
export function withoutRenamed(period: string, ingested: readonly Ingested[]): Trial | null {
  const decoded = ingested.filter(({ kind }) => kind === "decoded");
  if (decoded.length === 0 || !ingested.some(isRenamed)) return null;
  const others = ingested.filter(({ kind }) => kind !== "decoded");
  return { findings: findingsOf(period, others), understood: decoded.map(({ spooled }) => spooled) };
}

/** Whether a file is not understood and some of its rows have been handed on. */
function isRenamed(file: Ingested): boolean {
  return file.kind === "unrecognized" && file.why.lacking.length > 0;
}

function entryOf(ingested: Ingested): [string, LedgerEntry][] {
  if (ingested.kind !== "decoded") return [];
  const { rows, rejected } = ingested.decoded;
  return [[spooledKey(ingested.spooled), { rows, rejected, digest: ingested.digest }]];
}

/** Keeps the entry with more rows: a version that reads fewer rows of a file takes nothing away. */
export function larger(entry: LedgerEntry, known: LedgerEntry | undefined): LedgerEntry {
  return known !== undefined && known.rows > entry.rows ? known : entry;
}
