import { dateOfHour } from "../feed/calendar/dates.ts";
import type { SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { counted } from "./counted.ts";
import { ageInDays } from "./maintain/cleanup.ts";
import type { Outcome } from "./download.ts";
import { differenceText, type Finding } from "./findings.ts";
import { absence } from "./pending.ts";

/**
 * Logs a finding: what happened, to which file, and what to do. `now`, in milliseconds since 1970, gives its age; a
 * stored row is called `noun`.
 */
export function logFinding(venue: Venue, finding: Finding, now: number, noun = "trade"): void {
  switch (finding.kind) {
    case "stored":
      return logStored(venue, finding, noun);
    case "unrecognized":
      return logUnrecognized(venue, finding, now);
    case "bad lines":
      return logBadLines(finding);
    case "unknown keys":
    case "gone keys":
      return; // once a day, by `logDrift`
    case "damaged raw file":
      return log.error(
        `${finding.name}: ${finding.reason}. Moved to the rejected files, to be fetched again`,
      );
    case "reconciled":
      return logReconciled(finding);
    case "contradiction":
      return log.error(
        `${finding.name} contradicts the minute files: ${finding.onlyInMinutes} of their ` +
          `${counted(finding.minuteRows, "trade")} are not in it. Nothing of these minutes was added, ` +
          `${counted(finding.withheld, "trade")} withheld; its raw file is kept. Look at both; ` +
          `reprocess ${venue} --accept ${finding.name} accepts it anyway`,
      );
    case "not rebuilt":
      return log.warning(`${venue} ${finding.date}: not rebuilt, stays as it is: ${finding.reason}`);
    case "narrower filter":
      return log.warning(
        `${venue} ${finding.date}: only quotes of ${finding.filter} are stored, as this hour was begun: ` +
          `some of its files cannot be read again`,
      );
    case "damaged partition":
      return log.error(finding.message);
  }
}

function logUnrecognized(
  venue: Venue,
  { date, paths, keys, lacking }: Finding & { kind: "unrecognized" },
  now: number,
): void {
  const age = counted(Math.max(0, ageInDays(dateOfHour(date), now)), "day");
  const found = lacking.length === 0
    ? `no line names an instrument; keys found: ${keys.join(", ") || "none"}`
    : `no row has a ${lacking.join(" or ")}; new keys: ${keys.join(", ")}`;
  log.error(
    `${counted(paths.length, "file")} of ${venue} not understood, ${age} old, the first at ${paths[0]}: ` +
      `${found}. Kept, and read again at every run: a newer version of xetra-parqed may know these fields`,
  );
}

function logBadLines({ name, count, examples }: Finding & { kind: "bad lines" }): void {
  const lines = examples.map(({ line, reason }) => `line ${line} ${reason}`).join(", ");
  const more = count > examples.length ? ", …" : "";
  log.error(`${name}: ${counted(count, "line")} left out: ${lines}${more}. Its raw file is kept`);
}

function logReconciled(finding: Finding & { kind: "reconciled" }): void {
  const isSame = finding.added === 0 && finding.onlyInMinutes === 0;
  log[isSame ? "info" : "warning"](`${finding.name} and the minute files: ${differenceText(finding)}`);
}

function logStored(venue: Venue, stored: Finding & { kind: "stored" }, noun: string): void {
  const { date, added, rows, duplicates, conflicts } = stored;
  log.info(`Stored ${counted(added, `new ${noun}`)} of ${venue} for ${date}, ${counted(rows, noun)} in all`);
  if (duplicates > 0) log.debug(`${venue} ${date}: ${counted(duplicates, "duplicate")} left out`);
  if (conflicts > 0) {
    log.warning(
      `${venue} ${date}: ${counted(conflicts, "duplicate")} differ from the stored ${noun}, which stays`,
    );
  }
}

/** Logs how a download ended. Successful ones only at DEBUG, since there are 30 a minute. */
export function logOutcome({ name }: SourceFile, outcome: Outcome): void {
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
