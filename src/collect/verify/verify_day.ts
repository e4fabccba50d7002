import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { examine } from "../../store/examine.ts";
import type { Layout } from "../../store/layout.ts";
import type { Ledger } from "../../store/ledger.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import { Spool } from "../../store/spool/spool.ts";
import { rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Partition, PARTITION_FILE } from "../../store/stored_partition.ts";
import { ifThere } from "../../system/atomic.ts";
import { isDiskDamaged, isRefusedBySystem, reasonOf } from "../../system/disk_error.ts";
import { spooledKey } from "../inventory.ts";
import type { Pace } from "../pace.ts";
import { damagedPartition, damagedRaw, isNamedByDigest, ledgerIssues, rawIssues } from "./day_issues.ts";
import type { Issue } from "./issues.ts";

/** The result of verifying a date. */
export interface VerifiedDay {
  readonly date: string;
  /** Null when there is none or it is damaged. */
  readonly partition: Partition | null;
  /** Raw files in the spool that were compared with the ledger. */
  readonly rawFiles: number;
  readonly issues: readonly Issue[];
}

/**
 * Reads back everything that is on disk for a date. Raw files are compared by digest and not decoded again: their rows
 * were counted when they were first decoded. Files with names in `accepted` (by default those of the record) are not
 * reported as not stored. Writes nothing. Throws the signal's reason.
 */
export async function verifyDay(
  layout: Layout,
  venue: Venue,
  date: string,
  pace: Pace,
  accepted: ReadonlySet<string> = readAccepted(layout.acceptedRecord(venue)),
): Promise<VerifiedDay> {
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  const spool = new Spool(layout, venue);
  const spooled = spool.files(date);
  const issues = spool.obstacles(date).map((path) => damagedRaw(date, path, "a folder lies in its place"));
  const read = () => examine(path, TRADES, PARTITION_FILE, pace.breathe);
  const partition = await catchDamage(DamagedPartition, read, (damage) => damage);
  if (partition instanceof DamagedPartition) {
    return {
      date,
      partition: null,
      rawFiles: 0,
      issues: [damagedPartition(venue, date, path, partition), ...issues],
    };
  }
  const ledger = partition?.ledger ?? new Map();
  issues.push(...await comparedRaw(spooled, ledger, pace));
  issues.push(...ledgerIssues({ venue, date, path, spooled, ledger, accepted }));
  return { date, partition, rawFiles: spooled.length, issues };
}

/** Compares raw files with the ledger that names them, by their digests. */
export async function comparedRaw(
  spooled: readonly SpooledFile[],
  ledger: Ledger,
  pace: Pace,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const file of spooled) {
    await pace.breathe();
    const entry = ledger.get(spooledKey(file));
    if (isNamedByDigest(entry)) issues.push(...rawIssues(file, entry, digestOf(file.path)));
  }
  return issues;
}

/**
 * The digest of a raw file, or why it has none; null when the file does not exist. Throws if the system cannot read it.
 */
function digestOf(path: string): string | null {
  try {
    return ifThere(() => rawDigest(path));
  } catch (error) {
    if (isRefusedBySystem(error) || isDiskDamaged(error)) throw error;
    return reasonOf(error);
  }
}
