import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import type { PendingRecord } from "../store/state/pending_record.ts";
import { triedAgain } from "./pending.ts";
import { type CycleReport, isComplete } from "./report.ts";
import { counted, firstOfMany } from "./counted.ts";
import { rejectedText } from "./rejected_text.ts";

/** How many names one line of the log shows; the JSON document has them all. */
const NAMES_SHOWN = 10;

/** Logs what a cycle did and what it left undone. */
export function summarize(report: CycleReport, noun: string): void {
  const { venue, listed, skipped, files, trades, pending, lost, rejected, contradictions } = report;
  if (files > 0 || trades > 0) {
    log.info(`${venue}: ${counted(files, "file")} fetched, ${counted(trades, noun)} added`);
  } else if (listed === null) {
    summarizeAbsent(venue, noun);
  } else if (isComplete(report) && skipped.length + contradictions.length === 0) {
    log.info(`All available data already stored for ${venue}`);
  }
  warnOfPending(venue, triedAgain(pending));
  warnOfRejected(venue, rejected.filter((name) => !pending.has(name)));
  warnOfContradictions(report);
  if (lost.length > 0) {
    log.error(
      `${venue}: ${counted(lost.length, "file")} lost: listed, but the exchange never had them ` +
        `or no longer has them: ${firstOfMany(lost, NAMES_SHOWN)}`,
    );
  }
}

function warnOfPending(venue: Venue, pending: PendingRecord): void {
  if (pending.size === 0) return;
  const files = counted(pending.size, "file");
  const [[name, { reason }]] = pending;
  log.warning(`${venue}: ${files} pending, tried again at the next run; the first: ${name}, ${reason}`);
}

/**
 * A name that is no longer listed is no longer pending: only a newer version of the program can help, or a person who
 * looks at the bytes.
 */
function warnOfRejected(venue: Venue, rejected: readonly string[]): void {
  if (rejected.length === 0) return;
  log.warning(
    `${venue}: ${rejectedText(rejected)}. The exchange no longer lists them; the bytes are kept. ` +
      `reprocess ${venue} reads them again, and with --accept NAME it stops reporting them`,
  );
}

/** Contradictions found in this cycle were already logged as errors. */
function warnOfContradictions({ venue, contradictions, findings }: CycleReport): void {
  const logged = findings.flatMap((finding) => finding.kind === "contradiction" ? [finding.name] : []);
  const standing = contradictions.filter((name) => !logged.includes(name));
  if (standing.length === 0) return;
  const files = counted(standing.length, "daily file");
  log.warning(
    `${venue}: trades of ${files} withheld, contradicting the minute files: ${standing[0]}. Look at both; ` +
      `reprocess ${venue} --accept ${standing[0]} accepts it anyway`,
  );
}

/** The venue has no listing: it is a holiday, or the exchange has no such venue. */
export function summarizeAbsent(venue: Venue, noun: string): void {
  log.info(`The exchange has no files of ${noun === "quote" ? "quotes of " : ""}${venue} now`);
}
