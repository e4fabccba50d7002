import { estimatedBytes } from "../../feed/quote_services.ts";
import { isMinuteFile, type MinuteFile, type SourceFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import { counted } from "../counted.ts";
import { expiredSince, expiredText } from "./backlog.ts";
import { deletedAt, type QuotePlan } from "./hour_plan.ts";
import { megabytes } from "./room.ts";

/** A collection that follows live fetches fewer each time. */
const WORTH_SAYING = 20;

/** Says how many files are to be fetched, and what they take, before it begins. */
export function announcePlan(
  venue: Venue,
  { hours }: QuotePlan,
  secondsFor: (downloads: number) => number,
): void {
  const files = hours.flatMap(({ files }) => files);
  if (files.length < WORTH_SAYING) return;
  const minutes = Math.ceil(secondsFor(files.length) / 60);
  log.info(
    `${venue}: ${counted(files.length, "file")} of quotes to fetch, about ${megabytes(bytesOf(files))}, ` +
      `in about ${minutes} min under the quota; trades go first`,
  );
}

/** About how many bytes files of quotes take. */
export function bytesOf(files: readonly MinuteFile[]): number {
  return files.reduce((sum, file) => sum + estimatedBytes(file), 0);
}

/** What a collection knows when it looks at what it has missed. */
export interface Standing {
  readonly listed: readonly SourceFile[];
  /** The newest minute that it has, in milliseconds since 1970; null when it begins. */
  readonly newest: number | null;
}

/** Reports once a day which quotes are lost: already deleted, or deleted before their turn comes. */
export async function reportLost(
  venue: Venue,
  { listed, newest }: Standing,
  { tooLate }: QuotePlan,
  marks: DailyMarks,
): Promise<void> {
  const expired = newest === null ? null : expiredSince(newest, listed.filter(isMinuteFile));
  if (expired !== null) await reportOnce(marks, `expired ${expired.first.name}`, expiredText(venue, expired));
  if (tooLate.length === 0) return;
  const until = new Date(deletedAt(tooLate[0])).toISOString();
  await reportOnce(
    marks,
    `too late ${tooLate[0].date}`,
    `${venue}: ${counted(tooLate.length, "file")} of quotes cannot be fetched before the exchange deletes ` +
      `them at ${until}: they are not tried; the first: ${tooLate[0].name}`,
  );
}

async function reportOnce(marks: DailyMarks, what: string, message: string): Promise<void> {
  if (marks.has(what)) return;
  await marks.enter(what);
  log.error(message);
}
