import { join } from "node:path";
import { MILLIS_PER_MINUTE, MINUTES_PER_DAY, utcDateOf } from "../../feed/calendar/dates.ts";
import { clockOf } from "../../feed/file_names.ts";
import { take } from "../../feed/records/gather.ts";
import { type Batch, NULL_TIME, type TimeColumn } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import { CREDITED, type Ledger } from "../../store/ledger.ts";
import { readPartition } from "../../store/stored_partition.ts";
import { Runs } from "../../store/runs.ts";

const NANOS_PER_MINUTE = 60_000_000_000n;

/** The rows of a daily file that belong to one UTC date. */
export interface DayShare {
  readonly date: string;
  /** The ledger of the date's partition before the daily file. */
  readonly ledger: Ledger;
  /** Rows of minutes that were never fetched, and rows without any time; they are always added. */
  readonly unfetched: Runs;
  /** Rows of minutes that were fetched; they should all be stored already. */
  readonly fetched: Runs;
  /** The number of rows by minute of the UTC day, 0 to 1439. */
  readonly rowsOfMinute: Map<number, number>;
  /** Rows in both. */
  rows: number;
  /** Rows in `fetched`. */
  fetchedRows: number;
}

/** Consecutive rows of a batch that were published in one minute. */
interface Stretch {
  readonly minute: number;
  readonly start: number;
  readonly end: number;
}

/** A daily file's rows, split by date and by whether their minute was fetched. */
export class Shares implements Disposable {
  readonly #shares = new Map<string, DayShare>();

  /** `own` is the date in the file's name: rows without any time belong to it. */
  constructor(readonly layout: Layout, readonly venue: Venue, readonly own: string) {}

  /**
   * The shares, with the file's own date last: the file counts as seen only once that date's partition has its entry.
   */
  ownLast(): DayShare[] {
    const isOwn = ({ date }: DayShare) => Number(date === this.own);
    return [...this.#shares.values()].sort((a, b) => isOwn(a) - isOwn(b));
  }

  /** The share of a date, created on first use. Throws `DamagedPartition`. */
  async of(date: string): Promise<DayShare> {
    const known = this.#shares.get(date);
    if (known !== undefined) return known;
    const ledger =
      (await readPartition(this.layout.partition(TRADES_BY_DAY, this.venue, date), TRADES))?.ledger ??
        new Map();
    const runs = (kind: string) => new Runs(join(this.layout.runs(this.venue), `${date}-${kind}`));
    const share: DayShare = {
      date,
      ledger,
      unfetched: runs("unfetched"),
      fetched: runs("fetched"),
      rowsOfMinute: new Map(),
      rows: 0,
      fetchedRows: 0,
    };
    this.#shares.set(date, share);
    return share;
  }

  /** Adds rows, each to its date, and there to the runs for its minute. Throws as `of`. */
  async add(batch: Batch): Promise<void> {
    const rowsOfRuns = new Map<Runs, number[]>();
    for (const { minute, start, end } of stretchesOf(publicationMinutes(batch))) {
      const share = await this.of(Number.isNaN(minute) ? this.own : dateOf(minute));
      const runs = countRows(share, minute % MINUTES_PER_DAY, end - start);
      const rows = rowsOfRuns.get(runs) ?? [];
      for (let row = start; row < end; row++) rows.push(row);
      rowsOfRuns.set(runs, rows);
    }
    for (const [runs, rows] of rowsOfRuns) runs.add(take(batch, Uint32Array.from(rows)));
  }

  [Symbol.dispose](): void {
    for (const { unfetched, fetched } of this.#shares.values()) {
      unfetched[Symbol.dispose]();
      fetched[Symbol.dispose]();
    }
  }
}

/** Rows come in order of publication, so rows of one minute follow each other. */
function* stretchesOf(minutes: Float64Array): Generator<Stretch> {
  for (let start = 0, end = 0; start < minutes.length; start = end) {
    while (end < minutes.length && Object.is(minutes[end], minutes[start])) end++;
    yield { minute: minutes[start], start, end };
  }
}

/** Counts rows of a minute of the day (NaN for none) and returns the runs they belong to. */
function countRows(share: DayShare, minute: number, rows: number): Runs {
  share.rows += rows;
  if (Number.isNaN(minute)) return share.unfetched;
  share.rowsOfMinute.set(minute, (share.rowsOfMinute.get(minute) ?? 0) + rows);
  if (!wasFetched(share.ledger, minute)) return share.unfetched;
  share.fetchedRows += rows;
  return share.fetched;
}

/** A minute with bad lines counts as fetched only in part: additional rows in the daily file are not a shortfall. */
export function wasFetched(ledger: Ledger, minute: number): boolean {
  const entry = ledger.get(clockOf(minute));
  return entry !== undefined && entry.digest !== CREDITED && entry.rejected === 0;
}

/**
 * For each row, the minute of its publication, or of its trade if it has no publication time, in minutes since 1970
 * UTC. NaN if both are missing: then the row belongs to no minute.
 */
export function publicationMinutes({ rows, columns }: Batch): Float64Array {
  const published = (columns[TRADES.time.published] as TimeColumn).nanos;
  const traded = (columns[TRADES.time.event] as TimeColumn).nanos;
  return Float64Array.from({ length: rows }, (_, row) => {
    const nanos = published[row] === NULL_TIME ? traded[row] : published[row];
    return nanos === NULL_TIME ? NaN : Number(nanos / NANOS_PER_MINUTE);
  });
}

/** The places of the rows that belong to a UTC date by their times. */
export function rowsOfDate(batch: Batch, date: string): Uint32Array {
  const first = Date.parse(date) / MILLIS_PER_MINUTE;
  const minutes = publicationMinutes(batch);
  const isOfDate = (row: number) => minutes[row] >= first && minutes[row] < first + MINUTES_PER_DAY;
  return Uint32Array.from(minutes.keys().filter(isOfDate));
}

/** The UTC date of a minute since 1970. */
export function dateOf(minutes: number): string {
  return utcDateOf(minutes * MILLIS_PER_MINUTE);
}
