import {
  covers,
  filterText,
  parseFilterText,
  type QuoteFilter,
  unitedFilter,
} from "../../feed/quote_filter.ts";
import { dateOfHour } from "../../feed/calendar/dates.ts";
import { isMinuteFile, type SourceFile } from "../../feed/file_names.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { log } from "../../log/log.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { minuteFilesIn } from "../../store/ledger.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { readPartition } from "../../store/stored_partition.ts";
import { type Hour, hourOf } from "./hours.ts";

/** An hour that is fetched once more, since quotes that are wanted were left out of it. */
export interface WiderHour {
  /** What it will hold: what is wanted, and what it holds already. */
  readonly filter: QuoteFilter;
  /** All its files. */
  readonly names: ReadonlySet<string>;
}

/** What a cycle wants that earlier ones, by other options, left out. */
export interface Wish {
  readonly spool: Spool;
  readonly filter: QuoteFilter;
  readonly listed: readonly SourceFile[];
  readonly marks: DailyMarks;
}

/**
 * The hours that were stored with a filter that leaves out some of the wanted quotes, as far as all their files are
 * listed or in the spool. If some are gone, the hour stays as it is, and that is reported. Looks at the footers once a
 * day for each filter, and again until nothing is left to fetch. Throws the disk's errors.
 */
export async function hoursToWiden({ spool, filter, listed, marks }: Wish): Promise<Map<Hour, WiderHour>> {
  const mark = `filter ${filterText(filter)}`;
  const wider = new Map<Hour, WiderHour>();
  if (marks.has(mark)) return wider;
  const byHour = Map.groupBy(listed.filter(isMinuteFile), hourOf);
  for (const [hour, files] of byHour) {
    const stored = await narrowerHour(spool, hour, filter);
    if (stored === null) continue;
    const there = new Set(
      [...files, ...spool.files(dateOfHour(hour)).map(({ file }) => file)].map(({ name }) => name),
    );
    const gone = [...stored.names].filter((name) => !there.has(name));
    if (gone.length === 0) wider.set(hour, stored);
    else logStuck(spool, hour, stored, gone);
  }
  if (wider.size === 0) await marks.enter(mark);
  return wider;
}

/** What an hour should hold; null when it holds all that is wanted, or nothing, or is damaged. */
async function narrowerHour(
  { layout, venue }: Spool,
  hour: Hour,
  wanted: QuoteFilter,
): Promise<WiderHour | null> {
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  // Whoever publishes the hour reports its damage.
  const stored = await catchDamage(DamagedPartition, () => readPartition(path, QUOTES), () => null);
  const own = stored === null ? wanted : parseFilterText(stored.filter ?? "");
  if (covers(own, wanted)) return null;
  const files = minuteFilesIn(stored!.ledger, venue, dateOfHour(hour));
  return { filter: unitedFilter(own, wanted), names: new Set(files.map(({ name }) => name)) };
}

function logStuck({ venue }: Spool, hour: Hour, { names }: WiderHour, gone: readonly string[]): void {
  log.warning(
    `${venue} ${hour}: ${gone.length} of ${names.size} files are no longer listed, the first ${gone[0]}: ` +
      `the hour keeps the quotes that it has, and those that are wanted besides are lost`,
  );
}
