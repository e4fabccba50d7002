import type { SourceFile } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { ageInDays, type Cleanup, type KeptBecause, type KeptFiles } from "./maintain/cleanup.ts";
import type { Outcome } from "./download.ts";
import type { Difference, Finding } from "./findings.ts";
import { absence } from "./pending.ts";

/** Logs a finding: what, which file, what to do. `now`, in milliseconds since 1970, tells how old it is. */
export function tell(venue: Venue, finding: Finding, now: number): void {
  switch (finding.kind) {
    case "stored":
      return tellStored(venue, finding);
    case "strange":
      return tellStrange(venue, finding, now);
    case "bad lines":
      return tellBadLines(finding);
    case "unknown keys":
    case "gone keys":
    case "usual keys":
      return; // once a day, by `tellDrift`
    case "damaged raw file":
      return log.error(
        `${finding.name}: ${finding.reason}. Moved to the rejected files, to be fetched again`,
      );
    case "reconciled":
      return tellReconciled(finding);
    case "contradiction":
      return log.error(
        `${finding.name} contradicts the minute files: ${finding.onlyInMinutes} of their ` +
          `${counted(finding.minuteRows, "trade")} are not in it. Nothing of these minutes was added, ` +
          `${counted(finding.withheld, "trade")} withheld; its raw file is kept. Look at both; ` +
          `reprocess ${venue} --accept ${finding.name} takes it all the same`,
      );
    case "not rebuilt":
      return log.warning(`${venue} ${finding.date}: not rebuilt, stays as it is: ${finding.reason}`);
    case "damaged partition":
      return log.error(finding.message);
  }
}

function tellStrange(
  venue: Venue,
  { date, paths, keys, lacking }: Finding & { kind: "strange" },
  now: number,
): void {
  const age = counted(Math.max(0, ageInDays(date, now)), "day");
  const found = lacking.length === 0
    ? `no line names an instrument; keys found: ${keys.join(", ") || "none"}`
    : `no row has a ${lacking.join(" or ")} any more; new keys: ${keys.join(", ")}`;
  log.error(
    `${counted(paths.length, "file")} of ${venue} not understood, ${age} old, the first at ${paths[0]}: ` +
      `${found}. Kept, and read again at every run: a newer version of xetra-parqed may know these fields`,
  );
}

function tellBadLines({ name, count, examples }: Finding & { kind: "bad lines" }): void {
  const lines = examples.map(({ line, reason }) => `line ${line} ${reason}`).join(", ");
  const more = count > examples.length ? ", …" : "";
  log.error(`${name}: ${counted(count, "line")} left out: ${lines}${more}. Its raw file is kept`);
}

function tellReconciled(finding: Finding & { kind: "reconciled" }): void {
  const isSame = finding.added === 0 && finding.onlyInMinutes === 0;
  log[isSame ? "info" : "warning"](`${finding.name} and the minute files: ${differenceText(finding)}`);
}

/** `400 trades compared, 3 missing and added, 0 in minute files only and kept; 2 minute files fell short, the first: …`. */
export function differenceText(
  { compared, added, shortFiles, firstShort, onlyInMinutes }: Difference,
): string {
  const told = `${counted(compared, "trade")} compared`;
  if (added === 0 && onlyInMinutes === 0) return `${told}, no difference`;
  const difference = `${told}, ${added} missing and added, ${onlyInMinutes} in minute files only and kept`;
  if (!(shortFiles > 0)) return difference; // also where version 0.1.0 left the state
  return `${difference}; ${counted(shortFiles, "minute file")} fell short, the first: ${firstShort}`;
}

function tellStored(venue: Venue, stored: Finding & { kind: "stored" }): void {
  const { date, added, rows, duplicates, conflicts } = stored;
  log.info(`Stored ${counted(added, "new trade")} of ${venue} for ${date}, ${counted(rows, "trade")} in all`);
  if (duplicates > 0) log.debug(`${venue} ${date}: ${counted(duplicates, "duplicate")} left out`);
  if (conflicts > 0) {
    log.warning(
      `${venue} ${date}: ${counted(conflicts, "duplicate")} differ from the stored trade, which stays`,
    );
  }
}

/** Logs what became of a download: what went well at DEBUG only, for there are 30 a minute. */
export function tellOutcome({ name }: SourceFile, outcome: Outcome): void {
  switch (outcome.kind) {
    case "kept":
      log.debug(`${name}: ${outcome.bytes} bytes, ${outcome.lines} lines`);
      if (outcome.version !== null) {
        log.warning(
          `${name}: other bytes than before under this name. Both are kept, and the trades of both stored`,
        );
      }
      return;
    case "gone":
      return log.warning(`${name}: ${absence(outcome.reason)}`);
    case "failed":
    case "rejected":
      return log.warning(`${name}: ${outcome.reason}`);
  }
}

/** Why raw files stay, in words. */
const KEPT_BECAUSE: Readonly<Record<KeptBecause, string>> = {
  "young": "too young to go",
  "accepted": "accepted though not understood",
  "not in the ledger": "not in Parquet: not understood, or not yet published",
  "bad lines": "of which lines were left out",
  "contradiction": "in contradiction to the minute files, until accepted",
  "other bytes": "of which other bytes are in Parquet",
  "other rows": "of which other rows are in Parquet",
  "damaged partition": "whose partition is damaged",
};

/** `3 files not in Parquet: …; the first: NAME`. */
export function keptText({ because, files, first }: KeptFiles): string {
  return `${counted(files, "raw file")} kept, ${KEPT_BECAUSE[because]}; the first: ${first}`;
}

/** Rejected names in one line; JSON and `check-partial` have them all. */
const REJECTED_SHOWN = 5;

/** `2 files rejected, neither gzip nor whole NDJSON: NAME, NAME`. */
export function rejectedText(names: readonly string[]): string {
  const shown = names.slice(0, REJECTED_SHOWN).join(", ") + (names.length > REJECTED_SHOWN ? ", …" : "");
  return `${counted(names.length, "file")} rejected, neither gzip nor whole NDJSON: ${shown}`;
}

/** `1,320 raw files deleted, 16.4 MB`. */
export function deletedText({ files, bytes }: Cleanup, done = "deleted"): string {
  return `${counted(files, "raw file")} ${done}, ${(bytes / 1e6).toFixed(1)} MB`;
}

/** `1 file`, `1,320 files`. */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString("en-US")} ${thing}${count === 1 ? "" : "s"}`;
}
