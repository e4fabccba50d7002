import { QUOTES } from "../../../feed/records/quotes.ts";
import { catchDamage, DamagedPartition } from "../../../store/damage.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import { examine } from "../../../store/examine.ts";
import type { SpooledFile } from "../../../store/spool/spooled_file.ts";
import type { Spool } from "../../../store/spool/spool.ts";
import { type Partition, PARTITION_FILE } from "../../../store/stored_partition.ts";
import type { Pace } from "../../pace.ts";
import { type Issue, issue } from "../../verify/issues.ts";
import { comparedRaw } from "../../verify/verify_day.ts";
import type { Hour } from "../hours.ts";

/** The result of verifying an hour. */
export interface VerifiedHour {
  readonly hour: Hour;
  /** Null when there is none or it is damaged. */
  readonly partition: Partition | null;
  readonly issues: readonly Issue[];
}

/**
 * Reads back an hour of quotes, and compares what is left of its raw files, `spooled`, with its ledger by their digests.
 * Writes nothing. Throws the disk's errors and the signal's reason.
 */
export async function verifyHour(
  { layout, venue }: Spool,
  hour: Hour,
  spooled: readonly SpooledFile[],
  pace: Pace,
): Promise<VerifiedHour> {
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  const read = () => examine(path, QUOTES, PARTITION_FILE, pace.breathe);
  const partition = await catchDamage(DamagedPartition, read, (damage) => damage);
  if (partition instanceof DamagedPartition) {
    const remedy = "--repair keeps it under another name and rebuilds the hour from what is intact";
    return {
      hour,
      partition: null,
      issues: [issue("damaged partition", hour, path, partition.what, remedy)],
    };
  }
  const issues = await comparedRaw(spooled, partition?.ledger ?? new Map(), pace);
  return { hour, partition, issues };
}
