import type { SourceFile } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import type { Outcome } from "./download.ts";
import type { Finding } from "./findings.ts";

const MILLIS_PER_DAY = 86_400_000;

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
      return log.warning(
        `${venue} ${finding.date}: fields that are new to this version, kept in the column extra: ` +
          Array.from(finding.keys, ([key, rows]) => `${key} (${counted(rows, "row")})`).join(", "),
      );
    case "damaged raw file":
      return log.error(
        `${finding.name}: ${finding.reason}. Moved to the rejected files, to be fetched again`,
      );
    case "contradiction":
      return log.error(
        `${finding.name} contradicts the minute files: ${finding.unmatched} of its ${finding.compared} rows in the ` +
          `fetched minutes are not stored. None of these was added; its raw file is kept`,
      );
    case "not rebuilt":
      return log.warning(`${venue} ${finding.date}: not rebuilt, stays as it is: ${finding.reason}`);
    case "damaged partition":
      return log.error(finding.message);
  }
}

function tellStrange(
  venue: Venue,
  { date, paths, keys }: Finding & { kind: "strange" },
  now: number,
): void {
  const age = counted(ageInDays(date, now), "day");
  log.error(
    `${counted(paths.length, "file")} of ${venue} not understood, ${age} old, the first at ${paths[0]}: ` +
      `no line is a trade; keys found: ${keys.join(", ") || "none"}. Kept, and read again at every run: ` +
      `a newer version of xetra-parqed may know these fields`,
  );
}

/** Whole days since a date began, UTC. */
function ageInDays(date: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(date)) / MILLIS_PER_DAY));
}

function tellBadLines({ name, count, examples }: Finding & { kind: "bad lines" }): void {
  const lines = examples.map(({ line, reason }) => `line ${line} ${reason}`).join(", ");
  const more = count > examples.length ? ", …" : "";
  log.error(`${name}: ${counted(count, "line")} left out: ${lines}${more}. Its raw file is kept`);
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
      return log.debug(`${name}: ${outcome.bytes} bytes, ${outcome.lines} lines`);
    case "gone":
      return log.warning(`${name}: listed, but not there (404)`);
    case "failed":
    case "rejected":
      return log.warning(`${name}: ${outcome.reason}`);
  }
}

/** `1 file`, `1,320 files`. */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString("en-US")} ${thing}${count === 1 ? "" : "s"}`;
}
