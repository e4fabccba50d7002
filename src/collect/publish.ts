import type { LedgerEntry } from "../store/ledger.ts";
import { publishPartition } from "../store/partition.ts";
import { Runs } from "../store/runs.ts";
import type { Spool, SpooledFile } from "../store/spool.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { ingest, type Ingested } from "./ingest.ts";
import { spooledKey } from "./inventory.ts";
import type { Pace } from "./pace.ts";

/** Where and how a venue's trades are published. */
export interface Publisher {
  readonly spool: Spool;
  /** What a partition names as its author. */
  readonly createdBy: string;
  readonly pace: Pace;
}

/**
 * Publishes spooled minute files of one date: their trades and their ledger entries go into the partition in one
 * rename. Files that are not understood stay where they are, without an entry.
 */
export async function publishMinutes(
  publisher: Publisher,
  date: string,
  files: readonly SpooledFile[],
): Promise<Finding[]> {
  const { spool: { layout, venue }, createdBy, pace } = publisher;
  using runs = new Runs(layout.runs(venue));
  const ingested = await ingest(publisher, files, (batch) => runs.add(batch));
  const entries = new Map(ingested.flatMap(entryOf));
  const findings = findingsOf(date, ingested);
  if (entries.size === 0) return findings;
  const published = await publishPartition(layout.partition(venue, date), runs.sources(), entries, {
    createdBy,
    breathe: () => pace.breathe(),
  });
  return [...findings, { kind: "stored", date, ...published }];
}

function entryOf(ingested: Ingested): [string, LedgerEntry][] {
  if (ingested.kind === "damaged" || ingested.decoded.strangeKeys !== null) return [];
  const { rows, rejected } = ingested.decoded;
  return [[spooledKey(ingested.spooled), { rows, rejected, digest: ingested.digest }]];
}
