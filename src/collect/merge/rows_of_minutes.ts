/** Which rows of another partition are taken, by the minutes in which they were published. */
import { MINUTES_PER_DAY } from "../../feed/calendar/dates.ts";
import { type Batch, type IdColumn, NULL_TIME, type TimeColumn } from "../../feed/records/batch.ts";
import { takeWhere } from "../../feed/records/gather.ts";
import type { PublishedType } from "../../feed/records/record_type.ts";
import { firstVersionOf, type Ledger, minuteOfKey } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";

const NANOS_PER_MINUTE = 60_000_000_000n;

/** The minutes of files; null stands for files of many. */
export function minutesOf(ledger: Ledger): Set<number | null> {
  return new Set([...ledger.keys()].map((key) => minuteOfKey(firstVersionOf(key))));
}

/** The rows of these minutes by publication, and those without a time of publication, which may be of any. */
export function rowsOfMinutes(
  source: SortedSource,
  type: PublishedType,
  isWanted: (minute: number) => boolean,
): SortedSource {
  return picked(source, (batch) => ofMinutes(batch, type, isWanted));
}

/**
 * The rows of another partition that may be new with these entries of its ledger. Rows without an id are the same only if they
 * agree in every column, and another version of the program may have decoded a file of both differently: they are taken of
 * the entries' minutes alone, unless one is a file of many. With an id, the identity tells which are here already.
 */
export function rowsFor(entries: Ledger, source: SortedSource, type: PublishedType): SortedSource {
  const minutes = minutesOf(entries);
  if (minutes.has(null)) return source;
  return picked(source, (batch) => {
    const isOfMinutes = ofMinutes(batch, type, (minute) => minutes.has(minute));
    if (type.id === null) return isOfMinutes;
    const { lengths } = batch.columns[type.id] as IdColumn;
    return (row) => lengths[row] > 0 || isOfMinutes(row);
  });
}

type IsTaken = (row: number) => boolean;

function ofMinutes(
  { columns }: Batch,
  { time }: PublishedType,
  isWanted: (minute: number) => boolean,
): IsTaken {
  const { nanos } = columns[time.published] as TimeColumn;
  return (row) =>
    nanos[row] === NULL_TIME || isWanted(Number(nanos[row] / NANOS_PER_MINUTE) % MINUTES_PER_DAY);
}

async function* picked(source: SortedSource, isTakenIn: (batch: Batch) => IsTaken): SortedSource {
  for await (const batch of source) {
    const taken = takeWhere(batch, isTakenIn(batch));
    if (taken.rows > 0) yield taken;
  }
}
