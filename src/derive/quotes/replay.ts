/** Replays the quotes of an ISIN: each row is applied to what is known of its line. */
import type { HourFiles } from "./hour_groups.ts";
import { applyRow, type Quote, type QuoteColumns, quoteColumns } from "./quote.ts";
import { lineColumns, type OfLine, type QuoteLines } from "./quote_line.ts";
import { momentOf, type Run, runsOf } from "./effective_rows.ts";

/**
 * Applies the rows of an ISIN on a trading day in the order in which they take effect. Rows that take effect at the same
 * moment are in the order of their partitions' hours, and within a partition in their stored order.
 */
export class Replay<Q extends Quote> {
  readonly #cursors: readonly Cursor[];
  #current: Cursor | null = null;
  /** The next one after the current. */
  #other: Cursor | null = null;

  /** Adds to `lines`. */
  constructor(files: HourFiles, readonly lines: QuoteLines<Q>) {
    this.#cursors = files.flatMap((file) => file.flatMap(runsOf)).map((run, rank) => new Cursor(run, rank));
    this.#turn();
  }

  /** When the next row takes effect, in nanoseconds since 1970 UTC; null after the last. */
  get moment(): bigint | null {
    return this.#current?.moment ?? null;
  }

  /** Applies the next row and returns its line. There must be a next row. */
  apply(): OfLine<Q> {
    const cursor = this.#current!;
    const quote = this.lines.at(cursor.row);
    applyRow(quote.state, cursor.columns, cursor.row, cursor.run.times[cursor.row]);
    cursor.step();
    if (!isBefore(cursor, this.#other)) this.#turn();
    return quote;
  }

  #turn(): void {
    this.#current = first(this.#cursors);
    if (this.#current === null) return;
    this.#other = first(this.#cursors, this.#current);
    this.lines.turnTo(lineColumns(this.#current.run.group));
  }
}

/** A run and its current row. */
class Cursor {
  readonly columns: QuoteColumns;
  row: number;
  moment: bigint;

  /** Of rows that take effect at the same moment, the one of the lower rank goes first. */
  constructor(readonly run: Run, readonly rank: number) {
    this.columns = quoteColumns(run.group);
    this.row = run.from;
    this.moment = momentOf(run, run.from);
  }

  get isDone(): boolean {
    return this.row === this.run.to;
  }

  step(): void {
    this.row++;
    if (!this.isDone) this.moment = momentOf(this.run, this.row);
  }
}

/** The cursor whose row goes first, not counting `except`; null when all are done. */
function first(cursors: readonly Cursor[], except: Cursor | null = null): Cursor | null {
  return cursors.reduce<Cursor | null>(
    (first, cursor) => cursor !== except && isBefore(cursor, first) ? cursor : first,
    null,
  );
}

function isBefore(cursor: Cursor, other: Cursor | null): boolean {
  if (cursor.isDone) return false;
  if (other === null || cursor.moment < other.moment) return true;
  return cursor.moment === other.moment && cursor.rank < other.rank;
}
