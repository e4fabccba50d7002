/** The quotes of an ISIN one after the other: each row is applied to what is known of its line. */
import type { HourFiles } from "./hour_groups.ts";
import { applyRow, type Quote, type QuoteColumns, quoteColumns } from "./quote.ts";
import { lineColumns, type OfLine, type QuoteLines } from "./quote_line.ts";
import { momentOf, type Run, runsOf } from "./runs.ts";

/**
 * Applies the rows of an ISIN on a trading day in the order in which they take effect; at one moment by the hours of their partitions, and
 * in one of them as they are stored.
 */
export class Replay<Q extends Quote> {
  readonly #cursors: readonly Cursor[];
  #current: Cursor | null = null;
  /** Which goes on when the current one has got past it. */
  #other: Cursor | null = null;

  /** `lines` are filled. */
  constructor(files: HourFiles, readonly lines: QuoteLines<Q>) {
    this.#cursors = files.flatMap((file) => file.flatMap(runsOf)).map((run, rank) => new Cursor(run, rank));
    this.#turn();
  }

  /** When the next row takes effect, in nanoseconds since 1970 UTC; null after the last. */
  get moment(): bigint | null {
    return this.#current?.moment ?? null;
  }

  /** Applies the next row, which there must be; returns its line. */
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

/** The row at which a run stands. */
class Cursor {
  readonly columns: QuoteColumns;
  row: number;
  moment: bigint;

  /** At one moment, the run of the lower rank goes first. */
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

/** Which goes first, apart from one of them. */
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
