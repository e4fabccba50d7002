import type { RecordType } from "../../feed/records/record_type.ts";
import { catchDamage, DamagedExport, NotAsWritten } from "../../store/damage.ts";
import type { DataFacts } from "../../store/data_file.ts";
import { DAYS_KEY, RULES_KEY } from "../../store/footer_keys.ts";
import { decodeDays, encodeDays, type MonthDay } from "../../store/month/stored_month.ts";
import { readStored, type StoredKind } from "../../store/stored_file.ts";

/** To be counted up whenever files are written otherwise: those of other rules are made anew. */
const RULES = "1";

/** A file of a lake, as its footer describes it. */
export interface ExportedPeriod {
  readonly rows: number;
  /** The stored files from which it was made, oldest first, each by the day, hour or month of its folder. */
  readonly sources: readonly MonthDay[];
  /** Whether it was made by the rules of today. */
  readonly isByRules: boolean;
}

/** What a file's footer keeps of its sources. */
export function sourceFacts(sources: readonly MonthDay[]): Map<string, string> {
  return new Map([[DAYS_KEY, encodeDays(sources)], [RULES_KEY, RULES]]);
}

/** Whether a file is what would be made from these sources now. */
export function isCurrent({ sources, isByRules }: ExportedPeriod, now: readonly MonthDay[]): boolean {
  return isByRules && encodeDays(sources) === encodeDays(now);
}

/**
 * The file of a lake at `path`; null when there is none, or it is damaged: then it is made anew. Throws `DamagedExport` where
 * another program wrote it, and what the disk throws.
 */
export async function readExportedPeriod(path: string, type: RecordType): Promise<ExportedPeriod | null> {
  return await catchDamage(DamagedExport, () => readStored(path, type, EXPORTED), (damage) => {
    if (damage.isForeign) throw damage;
    return null;
  });
}

const EXPORTED: StoredKind<ExportedPeriod> = { describe: exportedOf, Damaged: DamagedExport };

function exportedOf({ rows, parquet: { metadata } }: DataFacts): ExportedPeriod {
  const days = metadata.get(DAYS_KEY);
  if (days === undefined) throw new NotAsWritten("its footer does not say what it was made from");
  return { rows, sources: decodeDays(days), isByRules: metadata.get(RULES_KEY) === RULES };
}
