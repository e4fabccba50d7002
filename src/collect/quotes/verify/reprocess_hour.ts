import { isMinuteFile } from "../../../feed/file_names.ts";
import { QUOTES } from "../../../feed/records/quotes.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import { readAccepted } from "../../../store/state/accepted_record.ts";
import { checkPartition } from "../../../store/stored_partition.ts";
import { quotesInventory } from "../quotes_collected.ts";
import { readmitRejected } from "../../rejected.ts";
import { isSource } from "../../verify/rebuilt_partition.ts";
import {
  doubtfulAmong,
  NOTHING,
  notRebuilt,
  replaceStored,
  type Reprocessed,
  SOURCES_GONE,
  unlessDamaged,
} from "../../verify/reprocess_day.ts";
import { filterOf } from "../hour_filter.ts";
import { type Hour, hourOf } from "../hours.ts";
import { publishHour, type QuotePublisher } from "../publish_hour.ts";
import { RebuiltHour } from "./rebuilt_hour.ts";
import { spooledOf } from "./verify_quotes.ts";

/**
 * Decodes raw files of a date again, hour by hour, and publishes what is now understood: files that are in no ledger
 * (also among the rejected bytes, but not accepted ones) and files with rejected lines; with `force` all that are left.
 * The publisher's filter is for hours that are not stored yet. A damaged hour is a finding. Throws the disk's errors
 * and the signal's reason.
 */
export async function reprocessDate(
  publisher: QuotePublisher,
  date: string,
  force: boolean,
): Promise<Reprocessed> {
  const { spool } = publisher;
  await spool.tidy(date);
  await readmitRejected(publisher, date, force, quotesInventory(spool));
  const all: Reprocessed[] = [];
  for (const hour of new Set(spool.files(date).map(({ file }) => file).filter(isMinuteFile).map(hourOf))) {
    all.push(await unlessDamaged(hour, () => reprocessHour(publisher, hour, force)));
  }
  return {
    files: all.reduce((sum, { files }) => sum + files, 0),
    findings: all.flatMap(({ findings }) => findings),
  };
}

async function reprocessHour(publisher: QuotePublisher, hour: Hour, force: boolean): Promise<Reprocessed> {
  const { spool } = publisher;
  const { layout, venue } = spool;
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  const filter = await filterOf(path) ?? publisher.filter;
  const rebuilt = force ? await rebuildHour({ ...publisher, filter }, hour) : NOTHING;
  const ledger = (await checkPartition(path, QUOTES))?.ledger ?? new Map();
  const accepted = force ? new Set<string>() : readAccepted(layout.acceptedRecord(venue));
  const files = doubtfulAmong(spooledOf(spool, hour), ledger, accepted, force);
  if (files.length === 0) return rebuilt;
  const findings = await publishHour({ ...publisher, filter }, hour, files);
  return { files: rebuilt.files + files.length, findings: [...rebuilt.findings, ...findings] };
}

/**
 * Rebuilds an hour from the raw files that its ledger names, if none of them is gone: quotes as they are decoded today
 * replace what was stored. Side by side, old and new rows could pass for two different quotes.
 */
async function rebuildHour(publisher: QuotePublisher, hour: Hour): Promise<Reprocessed> {
  const { layout, venue } = publisher.spool;
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  const stored = await checkPartition(path, QUOTES);
  if (stored === null) return NOTHING;
  const files = spooledOf(publisher.spool, hour).filter((file) => isSource(file, stored.ledger));
  if (files.length < stored.ledger.size) return notRebuilt(hour, SOURCES_GONE);
  using rebuilt = new RebuiltHour(publisher, hour);
  return await replaceStored(rebuilt, files, path, stored) ??
    notRebuilt(hour, "it has more quotes than its raw files give now");
}
