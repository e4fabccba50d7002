import type { Batch } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { ExpectedFields } from "../../feed/decode/expected_fields.ts";
import { workshopOf } from "../../store/aside.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Ledger, LedgerEntry } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge.ts";
import { publishPartition } from "../../store/partition.ts";
import { Runs, SORTED_ROWS } from "../../store/runs.ts";
import type { DailyMarks } from "../../store/records/daily_marks.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Finding, findingsOf } from "../findings.ts";
import { goneKeys } from "./drift.ts";
import { ingest, type Ingested, type Ingestion } from "./ingest.ts";
import { spooledKey } from "../inventory.ts";
import { judged } from "./understanding.ts";

/** Where and how a venue's trades are published. */
export interface Publisher extends Ingestion {
  /** What a partition names as its author. */
  readonly createdBy: string;
  /** What the venue's rows carried on earlier days; without, no key is missed. */
  readonly marks?: DailyMarks;
  /** Whether all files are taken to be understood, for a ledger names them; default false. */
  readonly trusting?: boolean;
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
  const { understood, findings } = await tryMinutes(publisher, date, files, known);
  if (understood === null) return findings;
  return [...findings, ...(await tryMinutes(publisher, date, understood, known)).findings];
}

/** Findings of files; with the others, when these must be decoded once more. */
interface Trial {
  readonly findings: Finding[];
  readonly understood: readonly SpooledFile[] | null;
}

/**
 * Publishes minute files unless some of them turn out not to be understood: their rows are among those of the others, so
 * that nothing can be published. It happens when the exchange renames its fields, and costs no usual day anything.
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
  const decoded = ingested.filter(({ kind }) => kind === "decoded");
  if (ingested.some(isRenamed) && decoded.length > 0) {
    const others = ingested.filter(({ kind }) => kind !== "decoded");
    return { findings: findingsOf(date, others), understood: decoded.map(({ spooled }) => spooled) };
  }
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

/** Publishes sorted trades of a date with the ledger entries of their files. Throws as `publishPartition`. */
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
    breathe: () => pace.breathe(),
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
  return publisher.trusting ? ingested : await judged(publisher.spool.layout, ingested);
}

/** Whether rows of a file that is not understood have been handed on. */
function isRenamed(file: Ingested): boolean {
  return file.kind === "unrecognized" && file.why.lacking.length > 0;
}

function entryOf(ingested: Ingested): [string, LedgerEntry][] {
  if (ingested.kind !== "decoded") return [];
  const { rows, rejected } = ingested.decoded;
  return [[spooledKey(ingested.spooled), { rows, rejected, digest: ingested.digest }]];
}

/** A version that reads fewer rows of a file than one before it takes nothing away. */
export function larger(entry: LedgerEntry, known: LedgerEntry | undefined): LedgerEntry {
  return known !== undefined && known.rows > entry.rows ? known : entry;
}
