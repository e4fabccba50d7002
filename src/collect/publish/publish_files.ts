import type { MinuteFile } from "../../feed/file_names.ts";
import type { Judgement, Ledger } from "../../store/ledger.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import type { Finding } from "../findings.ts";
import { type Publisher, publishMinutes } from "./publish.ts";
import { publishDaily } from "./publish_daily.ts";
import { publishOdd } from "./publish_odd.ts";

/** What is known of files that are published again; by default nothing. */
export interface KnownFiles {
  /** The entries of those that are already in the partition. */
  readonly ledger?: Ledger;
  /** How a daily file was judged; null when it still has to be judged. */
  readonly judgedOf?: (daily: SpooledFile) => Judgement | null;
  /** The minutes that a daily file may replace. */
  readonly creditsFor?: (daily: SpooledFile) => readonly MinuteFile[];
}

/**
 * Publishes raw files: first the minute files, all of one `date`, then the daily files, then those with odd names.
 * Throws as `publishMinutes`.
 */
export async function publishFiles(
  publisher: Publisher,
  date: string,
  files: readonly SpooledFile[],
  { ledger, judgedOf = () => null, creditsFor = () => [] }: KnownFiles = {},
): Promise<Finding[]> {
  const { minute: minutes = [], daily: dailies = [], odd: odds = [] } = Object.groupBy(
    files,
    ({ file }) => file.kind,
  );
  const findings = minutes.length === 0 ? [] : await publishMinutes(publisher, date, minutes, ledger);
  for (const daily of dailies) {
    findings.push(...await publishDaily(publisher, daily, creditsFor(daily), judgedOf(daily)));
  }
  for (const odd of odds) findings.push(...await publishOdd(publisher, odd));
  return findings;
}
