import { counted } from "./counted.ts";
import type { RejectedLine } from "../feed/decode/decode.ts";
import type { Published } from "../store/partition.ts";
import type { Ingested } from "./publish/ingest.ts";
import type { Misunderstanding } from "./publish/ingest.ts";

/** How far a daily file differs from the minutes that were fetched. */
export interface Difference {
  /** Rows of the daily file in these minutes. */
  readonly compared: number;
  /** Of these, what was not stored. */
  readonly added: number;
  /** The minute files that fall short of it by these rows, and the name of the first; null when none does. */
  readonly shortFiles: number;
  readonly firstShort: string | null;
  /** What these minute files have, and the daily file has not. */
  readonly onlyInMinutes: number;
}

/** `400 trades compared, 3 missing and added, 0 in minute files only and kept; 2 minute files fell short, the first: …`. */
export function differenceText(
  { compared, added, shortFiles, firstShort, onlyInMinutes }: Difference,
): string {
  const made = `${counted(compared, "trade")} compared`;
  if (added === 0 && onlyInMinutes === 0) return `${made}, no difference`;
  const difference = `${made}, ${added} missing and added, ${onlyInMinutes} in minute files only and kept`;
  if (!(shortFiles > 0)) return difference; // also where version 0.1.0 left the state
  return `${difference}; ${counted(shortFiles, "minute file")} fell short, the first: ${firstShort}`;
}

/** Something that a cycle met on the way from the spool to the partition, worth telling. */
export type Finding =
  | ({ readonly kind: "stored"; readonly date: string } & Published)
  /** These files are not understood, the first for the reason given: the exchange has renamed its fields, or they are no trade files. */
  | {
    readonly kind: "unrecognized";
    readonly date: string;
    readonly paths: readonly string[];
  } & Misunderstanding
  | {
    readonly kind: "bad lines";
    readonly name: string;
    readonly count: number;
    readonly examples: readonly RejectedLine[];
  }
  /** Keys that no era knows, with the number of rows that carry them. */
  | { readonly kind: "unknown keys"; readonly date: string; readonly keys: ReadonlyMap<string, number> }
  /** Keys that none of these rows carries, though once all rows of the venue did. */
  | {
    readonly kind: "gone keys";
    readonly date: string;
    readonly keys: readonly string[];
    readonly rows: number;
  }
  /** A spooled file that can no longer be unpacked; it has been moved to the rejected ones. */
  | { readonly kind: "damaged raw file"; readonly name: string; readonly reason: string }
  /** A daily file that contradicts the minutes that were fetched; its rows of these minutes are left out. */
  | {
    readonly kind: "contradiction";
    readonly name: string;
    /** Rows of these minute files that are not in it, of so many. */
    readonly onlyInMinutes: number;
    readonly minuteRows: number;
    /** Its rows of these minutes that are not stored. */
    readonly withheld: number;
  }
  /** A partition that could not be made anew of its raw files, and stays as it is. */
  | { readonly kind: "not rebuilt"; readonly date: string; readonly reason: string }
  /** How far a daily file differs from the minutes that were fetched. */
  | ({ readonly kind: "reconciled"; readonly name: string } & Difference)
  | { readonly kind: "damaged partition"; readonly date: string; readonly message: string };

/** What is worth telling, though all of the exchange's data are in the partition. */
const NO_LOSS: ReadonlySet<Finding["kind"]> = new Set([
  "stored",
  "unknown keys",
  "gone keys",
  "reconciled",
]);

/** Whether a finding means that something of the exchange's data is not in the partition. */
export function isLoss({ kind }: Finding): boolean {
  return !NO_LOSS.has(kind);
}

/** What is to be told of the decoding of a date's files; nothing when all are in order. */
export function findingsOf(date: string, ingested: readonly Ingested[]): Finding[] {
  const findings: Finding[] = [];
  const unrecognized: (Ingested & { kind: "unrecognized" })[] = [];
  const unknown = new Map<string, number>();
  for (const file of ingested) {
    const { name } = file.spooled.file;
    if (file.kind === "damaged") {
      findings.push({ kind: "damaged raw file", name, reason: file.reason });
      continue;
    }
    if (file.kind === "unrecognized") {
      unrecognized.push(file);
      continue;
    }
    const { rejected, examples, unknownKeys } = file.decoded;
    if (rejected > 0) findings.push({ kind: "bad lines", name, count: rejected, examples });
    for (const [key, rows] of unknownKeys) unknown.set(key, (unknown.get(key) ?? 0) + rows);
  }
  if (unrecognized.length > 0) {
    const paths = unrecognized.map(({ spooled }) => spooled.path);
    findings.push({ kind: "unrecognized", date, paths, ...unrecognized[0].why });
  }
  if (unknown.size > 0) findings.push({ kind: "unknown keys", date, keys: unknown });
  return findings;
}

/** The dates whose partitions were found damaged. */
export function damagedDates(findings: readonly Finding[]): Set<string> {
  return new Set(findings.flatMap((finding) => finding.kind === "damaged partition" ? [finding.date] : []));
}

/** How many trades were added to partitions. */
export function addedBy(findings: readonly Finding[]): number {
  const stored = findings.filter((finding) => finding.kind === "stored");
  return stored.reduce((sum, { added }) => sum + added, 0);
}
