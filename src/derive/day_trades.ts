/**
 * The trades of a trading day: those rows of an instrument that belong to the day, sorted, without duplicates, and
 * corrected.
 */
import type { DaySpan } from "../feed/calendar/trading_dates.ts";
import {
  type Batch,
  type IdColumn,
  NULL_TIME,
  type NumberColumn,
  type TextColumn,
  type TimeColumn,
} from "../feed/records/batch.ts";
import { gather, take } from "../feed/records/gather.ts";
import { columnIndex } from "../feed/records/record_type.ts";
import { TRADES } from "../feed/records/trades.ts";
import { compareRows } from "../store/order.ts";
import { batchOf, groupOf, type RowGroup } from "../store/row_group.ts";
import { applyCorrections, type Correctable } from "./corrections.ts";
import { byInstrument, type Stretch } from "./by_instrument.ts";
import { firstOf } from "./first_of.ts";

const place = (name: string) => columnIndex(TRADES, name);
const { event: TRADED, published: PUBLISHED } = TRADES.time;
const FLAG = place("modification_flag");
const PRICE = place("price");
const QUANTITY = place("quantity");
/** Identifies a contract of a product on Eurex. */
const CONTRACT = [place("contract_date"), place("option_category"), place("strike_price")];

const UTF8 = new TextDecoder();

/** Which rows are needed. */
export interface DayQuestion {
  readonly day: DaySpan;
  /** Rows of the neighbouring days are read too, since an amendment may have moved a trade past midnight. */
  readonly around: DaySpan;
  /** Null means all instruments. */
  readonly isins: ReadonlySet<string> | null;
  /** Whether rows without a trading time keep none; by default that at which they count takes its place. */
  readonly keepsNullTimes?: boolean;
}

/** What was left out. */
export interface LeftOut {
  /** Corrections whose trade is not stored. */
  unmatched: number;
}

/** The trades of an ISIN on a day, in order of time. */
export interface DayTrades {
  readonly isin: string;
  readonly stretches: readonly Stretch[];
}

/**
 * The trades of a day, one ISIN at a time, from partitions given oldest first. Rows that an earlier partition also has
 * are taken once. A row without a trading time counts by its publication time; without both it is left out. `leftOut`
 * is updated. Most instruments need no sorting: their rows are used in place, and no byte of their ids is read.
 */
export function* tradesOfDay(
  partitions: readonly Iterable<RowGroup>[],
  question: DayQuestion,
  leftOut: LeftOut,
): Generator<DayTrades> {
  const { day, around, isins } = question;
  for (const { isin, files } of byInstrument(partitions, isins)) {
    const near = files.map((file) => file.flatMap((stretch) => within(stretch, around)))
      .filter((file) => file.length > 0);
    if (near.length === 0) continue;
    const stretches = near.length === 1 && near[0].every(isPlain)
      ? (day === around ? near[0] : near[0].flatMap((stretch) => within(stretch, day)))
      : inOrder(near.flat(), question, leftOut);
    if (stretches.length > 0) yield { isin, stretches };
  }
}

/** The rows of a stretch within a span of time: those with a time are sorted by it, and rows without follow. */
function within({ group, from, to }: Stretch, { start, end }: DaySpan): Stretch[] {
  const { nanos } = group.column(TRADED) as TimeColumn;
  const timed = nanos[to - 1] === NULL_TIME ? firstOf(from, to, (row) => nanos[row] === NULL_TIME) : to;
  const first = firstOf(from, timed, (row) => nanos[row] >= start);
  const last = firstOf(first, timed, (row) => nanos[row] >= end);
  return [{ group, from: first, to: last }, { group, from: timed, to }].filter(({ from, to }) => from < to);
}

/** Whether these rows are trades without any corrections, and all have times. */
function isPlain({ group, from, to }: Stretch): boolean {
  if ((group.column(TRADED) as TimeColumn).nanos[from] === NULL_TIME) return false;
  const { codes, values } = group.column(FLAG) as TextColumn;
  if (!values.includes("A") && !values.includes("C")) return true;
  for (let row = from; row < to; row++) if (isCorrection(values[codes[row]])) return false;
  return true;
}

function isCorrection(flag: string | null): boolean {
  return flag === "A" || flag === "C";
}

/** The same for rows that need work: each once, corrected, and sorted by the time at which they count. */
function inOrder(
  stretches: readonly Stretch[],
  { day, keepsNullTimes }: DayQuestion,
  leftOut: LeftOut,
): Stretch[] {
  const rows = distinct(together(stretches));
  const moments = momentsOf(groupOf(rows));
  const { standing, unmatched } = applyCorrections(correctable(rows));
  leftOut.unmatched += unmatched;
  const chosen = standing.filter(({ row }) => day.start <= moments[row] && moments[row] < day.end)
    .sort((a, b) => Number(moments[a.row] - moments[b.row]));
  return stretchOf(keepsNullTimes ? rows : dated(rows, moments), Uint32Array.from(chosen, ({ row }) => row));
}

/** The rows of several stretches as one batch. */
function together(stretches: readonly Stretch[]): Batch {
  const batches = new Map<RowGroup, Batch>();
  for (const { group } of stretches) if (!batches.has(group)) batches.set(group, batchOf(group));
  const places = [...batches.keys()];
  const picks = stretches.flatMap(({ group, from, to }) =>
    Array.from({ length: to - from }, (_, i) => [places.indexOf(group), from + i] as const)
  );
  return gather(TRADES, {
    batches: [...batches.values()],
    batch: Uint32Array.from(picks, ([batch]) => batch),
    row: Uint32Array.from(picks, ([, row]) => row),
  });
}

/** The rows in stored order; of rows with the same identity only the first. */
function distinct(batch: Batch): Batch {
  const rows = Uint32Array.from({ length: batch.rows }, (_, row) => row)
    .sort((a, b) => compareRows(batch, a, batch, b) || a - b);
  return take(batch, rows.filter((row, i) => i === 0 || compareRows(batch, rows[i - 1], batch, row) !== 0));
}

/** The time at which each row counts as traded; `NULL_TIME` when it has none at all. */
export function momentsOf({ column }: Pick<RowGroup, "column">): BigInt64Array {
  const published = column(PUBLISHED) as TimeColumn;
  return (column(TRADED) as TimeColumn).nanos.map((nanos, row) =>
    nanos === NULL_TIME ? published.nanos[row] : nanos
  );
}

function correctable({ rows, columns }: Batch): (Correctable & { readonly row: number })[] {
  const flags = columns[FLAG] as TextColumn;
  const published = columns[PUBLISHED] as TimeColumn;
  const [prices, quantities] = [PRICE, QUANTITY].map((index) => (columns[index] as NumberColumn).values);
  return Array.from({ length: rows }, (_, row) => ({
    row,
    key: keyOf(columns, row),
    flag: flags.values[flags.codes[row]],
    published: published.nanos[row] === NULL_TIME ? null : published.nanos[row],
    price: prices[row],
    quantity: quantities[row],
  }));
}

function keyOf(columns: Batch["columns"], row: number): string | null {
  const { starts, lengths, bytes } = columns[TRADES.id!] as IdColumn;
  if (lengths[row] === 0) return null;
  const id = UTF8.decode(bytes.subarray(starts[row], starts[row] + lengths[row]));
  return JSON.stringify([
    id,
    ...CONTRACT.map((index) => {
      const column = columns[index];
      return column.kind === "text" ? column.values[column.codes[row]] : (column as NumberColumn).values[row];
    }),
  ]);
}

/** A batch with the times at which its rows count in place of their trading times. */
function dated(batch: Batch, moments: BigInt64Array): Batch {
  return { ...batch, columns: batch.columns.with(TRADED, { kind: "time", nanos: moments }) };
}

function stretchOf(batch: Batch, rows: Uint32Array): Stretch[] {
  return rows.length === 0 ? [] : [{ group: groupOf(take(batch, rows)), from: 0, to: rows.length }];
}
