import {
  type Batch,
  type ColumnData,
  type IdColumn,
  Interner,
  type NumberColumn,
  storageOf,
  type TextColumn,
  type TimeColumn,
} from "./batch.ts";
import { IdBuffer, LONG_RUN, wordsOfIds } from "./id_buffer.ts";
import type { RecordType } from "./record_type.ts";
import { nullNumbers, nullText, uniformText } from "./repeated.ts";
import { TextTaker } from "./take_texts.ts";
import { borrowIds, copyPair, takeIds, takeNumbers, takeTimes, wordsOf } from "./take_columns.ts";

/** Rows picked from several batches: pick i is row `row[i]` of `batches[batch[i]]`. */
export interface Picks {
  readonly batches: readonly Batch[];
  readonly batch: Uint32Array;
  readonly row: Uint32Array;
}

/** Picks, divided where they are not consecutive rows of one batch: a merge has long runs, a sort almost none. */
interface PickedRuns extends Picks {
  /** The beginning of each run, and the end of the last one. */
  readonly bounds: Uint32Array;
}

/**
 * A batch with these rows of another batch, by their places, in this order: for the rows of a sort, which are hardly
 * ever consecutive. With `borrowing`, the bytes of ids are not copied and stay in the other batch.
 */
export function take(batch: Batch, rows: Uint32Array, borrowing = false): Batch {
  const texts = new TextTaker(rows);
  const columns = batch.columns.map((column) => takeColumn(column, texts, borrowing));
  return { type: batch.type, rows: rows.length, columns };
}

/** A batch with the chosen rows of another, in their order; the other itself if all are chosen. */
export function takeWhere(batch: Batch, isChosen: (row: number) => boolean): Batch {
  const rows = Uint32Array.from({ length: batch.rows }, (_, row) => row).filter(isChosen);
  return rows.length === batch.rows ? batch : take(batch, rows);
}

/** As `take`, for one column, of the rows that `texts` takes. */
export function takeColumn(column: ColumnData, texts: TextTaker, borrowing = false): ColumnData {
  const { rows } = texts;
  switch (column.kind) {
    case "text":
      return texts.take(column);
    case "id":
      return borrowing ? borrowIds(column, rows) : takeIds(column, rows);
    case "time":
      return { kind: "time", nanos: takeTimes(column.nanos, rows) };
    case "number":
      return column.isUniform ? nullNumbers(rows.length) : takeNumbers(column, rows);
  }
}

/** A batch without rows. */
export function emptyBatch(type: RecordType): Batch {
  return gather(type, { batches: [], batch: new Uint32Array(), row: new Uint32Array() });
}

/**
 * A batch with the picked rows of batches of one type, in the order of the picks. In each of its text columns a value
 * has only one code.
 */
export function gather(type: RecordType, picks: Picks): Batch {
  const rows = picks.row.length;
  const runs = { ...picks, bounds: boundsOf(picks) };
  const columns = type.columns.map(({ kind }, index): ColumnData => {
    const sources = picks.batches.map((batch) => batch.columns[index]);
    switch (storageOf(kind)) {
      case "text":
        return gatherTexts(sources as TextColumn[], runs);
      case "id":
        return gatherIds(sources as IdColumn[], runs);
      case "time":
        return gatherTimes(sources as TimeColumn[], runs);
      case "number":
        return gatherNumbers(sources as NumberColumn[], runs);
    }
  });
  return { type, rows, columns };
}

function boundsOf({ batch, row }: Picks): Uint32Array {
  const bounds = new Uint32Array(row.length + 1);
  let runs = 0;
  for (let i = 1; i <= row.length; i++) {
    if (i === row.length || batch[i] !== batch[i - 1] || row[i] !== row[i - 1] + 1) bounds[++runs] = i;
  }
  return bounds.subarray(0, runs + 1);
}

function gatherTexts(sources: readonly TextColumn[], { batch, row, bounds }: PickedRuns): TextColumn {
  // A third of the columns are null in all rows, since they belong to another era or venue; others have only
  // one value.
  const values = new Set(sources.map(({ isUniform, values }) => isUniform ? values.at(-1)! : undefined));
  if (values.size === 0) return nullText(row.length);
  const [only] = values;
  if (values.size === 1 && only !== undefined) return uniformText(only, row.length);
  const interner = new Interner();
  const codes = new Uint32Array(row.length);
  const translated = translationsOf(sources);
  for (let run = 1; run < bounds.length; run++) {
    const from = bounds[run - 1];
    const until = bounds[run];
    const { codes: old, values } = sources[batch[from]];
    const translation = translated[batch[from]];
    for (let i = from, at = row[from]; i < until; i++, at++) {
      const before = old[at];
      if (before === 0) continue;
      let after = translation[before];
      if (after === 0) after = translation[before] = interner.code(values[before]);
      codes[i] = after;
    }
  }
  return { kind: "text", codes, values: interner.values };
}

/**
 * For each source, its codes translated to new ones, to be filled on first use; 0 = not yet translated, or null. Pieces of
 * one row group have the same values, and so one translation.
 */
function translationsOf(sources: readonly TextColumn[]): Uint32Array[] {
  const known = new Map<TextColumn["values"], Uint32Array>();
  return sources.map(({ values }) =>
    known.getOrInsertComputed(values, ({ length }) => new Uint32Array(length))
  );
}

function gatherTimes(sources: TimeColumn[], runs: PickedRuns): TimeColumn {
  const nanos = new BigInt64Array(runs.row.length);
  // Copied as words of 32 bits, since each bigint would be an object of its own.
  copyPairs(new Uint32Array(nanos.buffer), sources.map((source) => wordsOf(source.nanos)), runs);
  return { kind: "time", nanos };
}

function gatherNumbers(sources: NumberColumn[], runs: PickedRuns): NumberColumn {
  if (sources.every(({ isUniform }) => isUniform)) return nullNumbers(runs.row.length);
  const values = new Float64Array(runs.row.length);
  copyRuns(values, sources.map(({ values }) => values), runs);
  return { kind: "number", values };
}

function gatherIds(sources: IdColumn[], { batch, row, bounds }: PickedRuns): IdColumn {
  const ids = new IdBuffer(row.length);
  const words = sources.map(wordsOfIds);
  for (let run = 1; run < bounds.length; run++) {
    const from = bounds[run - 1];
    const source = batch[from];
    ids.putRun(from, sources[source], words[source], row[from], bounds[run] - from);
  }
  return ids.take(row.length);
}

function copyRuns(
  target: Float64Array,
  sources: readonly Float64Array[],
  { batch, row, bounds }: PickedRuns,
): void {
  for (let run = 1; run < bounds.length; run++) {
    const from = bounds[run - 1];
    const until = bounds[run];
    const source = sources[batch[from]];
    const start = row[from];
    if (until - from < LONG_RUN) { for (let i = from; i < until; i++) target[i] = source[row[i]]; }
    else target.set(source.subarray(start, start + until - from), from);
  }
}

/** The same for values of two words each. */
function copyPairs(
  target: Uint32Array,
  sources: readonly Uint32Array[],
  { batch, row, bounds }: PickedRuns,
): void {
  for (let run = 1; run < bounds.length; run++) {
    const from = bounds[run - 1];
    const until = bounds[run];
    const source = sources[batch[from]];
    const start = row[from];
    if (until - from < LONG_RUN) { for (let i = from; i < until; i++) copyPair(target, i, source, row[i]); }
    else target.set(source.subarray(2 * start, 2 * (start + until - from)), 2 * from);
  }
}
