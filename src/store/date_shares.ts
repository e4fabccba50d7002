/**
 * What a partition's footer says of its trades by trading date. From this it is known when data derived for a date are
 * out of date.
 */
import { TradingDates } from "../feed/calendar/trading_dates.ts";
import { NULL_TIME, type TextColumn, type TimeColumn } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { NotAsWritten } from "./damage.ts";
import type { RowGroup } from "./row_group.ts";

/** How many rows of a trading date (in Frankfurt) a partition holds. */
export interface DateShare {
  readonly date: string;
  readonly rows: number;
  /** How many of these rows amend a trade, possibly one of another date. */
  readonly amendments: number;
}

/** The columns it counts by: time of trading, time of publication, and whether the row amends a trade. */
const COUNTED_BY = ["trading_date_time", "distribution_time", "modification_flag"];

/** Counts rows of batches by trading date. A row without a trading time counts by its publication time. */
export class TradingDateCounter {
  readonly #shares = new Map<string, { rows: number; amendments: number }>();
  readonly #dates = new TradingDates();

  private constructor(readonly columns: readonly number[]) {}

  /** A counter for rows of a type; null when the type lacks the columns that are needed, so its rows are not trades. */
  static of({ columnOfName }: RecordType): TradingDateCounter | null {
    const columns = COUNTED_BY.map((name) => columnOfName.get(name));
    return columns.every((column) => column !== undefined) ? new TradingDateCounter(columns) : null;
  }

  count({ rows, column }: Pick<RowGroup, "rows" | "column">): void {
    const [event, published, flag] = this.columns.map((index) => column(index));
    const [times, others] = [wordsOf(event as TimeColumn), wordsOf(published as TimeColumn)];
    const { codes, values } = flag as TextColumn;
    const amends = values.map((value) => value === "A"); // in decoded rows several codes may stand for it
    let last = "";
    let share = { rows: 0, amendments: 0 };
    for (let row = 0; row < rows; row++) {
      const words = isNull(times, row) ? others : times;
      if (isNull(words, row)) continue; // has no date
      const date = this.#dates.of(words[2 * row + 1], words[2 * row] >>> 0);
      if (date !== last) { // nearly all rows have the same
        last = date;
        share = this.#shares.getOrInsert(date, { rows: 0, amendments: 0 });
      }
      share.rows++;
      if (amends[codes[row]]) share.amendments++;
    }
  }

  /** The counts, oldest date first. */
  shares(): DateShare[] {
    return Array.from(this.#shares, ([date, share]) => ({ date, ...share }))
      .sort((a, b) => a.date < b.date ? -1 : 1);
  }
}

const NULL_HIGH = Number(NULL_TIME >> 32n);

/** The low and high word of each time. */
function wordsOf({ nanos }: TimeColumn): Int32Array {
  return new Int32Array(nanos.buffer, nanos.byteOffset, 2 * nanos.length);
}

function isNull(words: Int32Array, row: number): boolean {
  return words[2 * row + 1] === NULL_HIGH && words[2 * row] === 0;
}

/** One line per date, `2026-09-01 440000 0`. */
export function encodeShares(shares: readonly DateShare[]): string {
  return shares.map(({ date, rows, amendments }) => `${date} ${rows} ${amendments}`).join("\n");
}

/** Throws `NotAsWritten` when a line has another form. */
export function decodeShares(text: string): DateShare[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [, date, rows, amendments] = /^(\d{4}-\d\d-\d\d) (\d+) (\d+)$/.exec(line) ?? [];
    if (date === undefined) throw new NotAsWritten(`its footer has a line that counts no date: ${line}`);
    return { date, rows: Number(rows), amendments: Number(amendments) };
  });
}
