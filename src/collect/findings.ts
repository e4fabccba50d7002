import { counted } from "./counted.ts";
import type { RejectedLine } from "../feed/decode/decode.ts";
import type { Published } from "../store/partition.ts";
import type { Ingested } from "./publish/ingest.ts";
import type { Misunderstanding } from "./publish/ingest.ts";

/** How much a daily file differs from the minutes that were fetched. */
export interface Difference {
  /** Rows of the daily file in these minutes. */
  readonly compared: number;
  /** How many of these rows were not stored before. */
  readonly added: number;
  /** How many minute files have fewer rows than the daily file, and the name of the first; null when there are none. */
  readonly shortFiles: number;
  readonly firstShort: string | null;
  /** Rows that these minute files have and the daily file does not. */
  readonly onlyInMinutes: number;
}

/** `400 trades compared, 3 missing and added, 0 in minute files only and kept; 2 minute files fell short, the first: …`. */
export function differenceText(
  { compared, added, shortFiles, firstShort, onlyInMinutes }: Difference,
): string {
  const made = `${counted(compared, "trade")} compared`;
  if (added === 0 && onlyInMinutes === 0) return `${made}, no difference`;
  const difference = `${made}, ${added} missing and added, ${onlyInMinutes} in minute files only and kept`;
  if (!(shortFiles > 0)) return difference; // version 0.1.0 left states without this field
  return `${difference}; ${counted(shortFiles, "minute file")} fell short, the first: ${firstShort}`;
}

/** Something worth reporting that a cycle found on the way from the spool to the partition. */
export type Finding =
  | ({ readonly kind: "stored"; readonly date: string } & Published)
  /**
   * Files that are not understood, with the reason for the first: the exchange has renamed its fields, or they are not
   * trade files.
   */
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
  /** Keys that no era knows, with the number of rows that have them. */
  | { readonly kind: "unknown keys"; readonly date: string; readonly keys: ReadonlyMap<string, number> }
  /** Keys that are missing from all of these rows, although all rows of the venue once had them. */
  | {
    readonly kind: "gone keys";
    readonly date: string;
    readonly keys: readonly string[];
    readonly rows: number;
  }
  /** A spooled file that can no longer be unpacked; it has been moved to the rejected files. */
  | { readonly kind: "damaged raw file"; readonly name: string; readonly reason: string }
  /** A daily file that contradicts the minutes that were fetched; its rows of these minutes are left out. */
  | {
    readonly kind: "contradiction";
    readonly name: string;
    /** How many rows of these minute files, out of how many, are missing from the daily file. */
    readonly onlyInMinutes: number;
    readonly minuteRows: number;
    /** Its rows of these minutes that are not stored. */
    readonly withheld: number;
  }
  /** A partition that could not be rebuilt from its raw files, and stays as it is. */
  | { readonly kind: "not rebuilt"; readonly date: string; readonly reason: string }
  | ({ readonly kind: "reconciled"; readonly name: string } & Difference)
  /** An hour of quotes keeps its own filter, which leaves out some that are wanted: not all of its files can be read again. */
  | { readonly kind: "narrower filter"; readonly date: string; readonly filter: string }
  | { readonly kind: "damaged partition"; readonly date: string; readonly message: string };

/** Findings worth reporting although all of the exchange's data are in the partition. */
const NO_LOSS: ReadonlySet<Finding["kind"]> = new Set([
  "stored",
  "unknown keys",
  "gone keys",
  "reconciled",
]);

/** Whether a finding means that some of the exchange's data are missing from the partition. */
export function isLoss({ kind }: Finding): boolean {
  return !NO_LOSS.has(kind);
}

/** What to report about the decoding of a date's files; empty when all are in order. */
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
