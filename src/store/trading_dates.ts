/** What a partition's footer says of its trades by trading date, so that what is derived of a date is known to be stale. */
import { TradingDates } from "../feed/calendar/trading_dates.ts";
import { NULL_TIME, type TextColumn, type TimeColumn } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { NotAsWritten } from "./damage.ts";
import type { RowGroup } from "./row_group.ts";

/** How much of a trading date, in Frankfurt, a partition holds. */
export interface DateShare {
  readonly date: string;
  readonly rows: number;
  /** How many of these amend a trade, which may have been one of another date. */
  readonly amendments: number;
}

/** When it was traded, when it was published, and whether it amends. */
const COUNTED_BY = ["trading_date_time", "distribution_time", "modification_flag"];

/** Counts the rows of batches by trading date. A row without a time of trading counts by that of its publication. */
export class TradingDateCounter {
  readonly #shares = new Map<string, { rows: number; amendments: number }>();
  readonly #dates = new TradingDates();
  readonly #columns: readonly number[];

  private constructor(columns: readonly number[]) {
    this.#columns = columns;
  }

  /** Of rows of a type; null when they are no trades, for they lack what is counted by. */
  static of({ columnOfName }: RecordType): TradingDateCounter | null {
    const columns = COUNTED_BY.map((name) => columnOfName.get(name));
    return columns.every((column) => column !== undefined) ? new TradingDateCounter(columns) : null;
  }

  count({ rows, column }: Pick<RowGroup, "rows" | "column">): void {
    const [event, published, flag] = this.#columns.map(column);
    const [times, others] = [wordsOf(event as TimeColumn), wordsOf(published as TimeColumn)];
    const { codes, values } = flag as TextColumn;
    const amends = values.map((value) => value === "A"); // of rows as they are decoded, several codes may name it
    for (let row = 0; row < rows; row++) {
      const words = isNull(times, row) ? others : times;
      if (isNull(words, row)) continue; // of no date
      const share = this.#shareOf(this.#dates.of(words[2 * row + 1], words[2 * row] >>> 0));
      share.rows++;
      if (amends[codes[row]]) share.amendments++;
    }
  }

  /** The oldest date first. */
  shares(): DateShare[] {
    return Array.from(this.#shares, ([date, share]) => ({ date, ...share }))
      .sort((a, b) => a.date < b.date ? -1 : 1);
  }

  #shareOf(date: string): { rows: number; amendments: number } {
    const known = this.#shares.get(date);
    if (known !== undefined) return known;
    const share = { rows: 0, amendments: 0 };
    this.#shares.set(date, share);
    return share;
  }
}

const NULL_HIGH = Number(NULL_TIME >> 32n);

/** Low and high word of each time. */
function wordsOf({ nanos }: TimeColumn): Int32Array {
  return new Int32Array(nanos.buffer, nanos.byteOffset, 2 * nanos.length);
}

function isNull(words: Int32Array, row: number): boolean {
  return words[2 * row + 1] === NULL_HIGH && words[2 * row] === 0;
}

/** A line a date, `2026-09-01 440000 0`. */
export function encodeShares(shares: readonly DateShare[]): string {
  return shares.map(({ date, rows, amendments }) => `${date} ${rows} ${amendments}`).join("\n");
}

/** Throws `NotAsWritten` where a line is none of these. */
export function decodeShares(text: string): DateShare[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [, date, rows, amendments] = /^(\d{4}-\d\d-\d\d) (\d+) (\d+)$/.exec(line) ?? [];
    if (date === undefined) throw new NotAsWritten(`its footer has a line that counts no date: ${line}`);
    return { date, rows: Number(rows), amendments: Number(amendments) };
  });
}
