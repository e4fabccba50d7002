import {
  type Batch,
  type ColumnData,
  IdBuffer,
  type IdColumn,
  Interner,
  LONG_RUN,
  type NumberColumn,
  storageOf,
  type TextColumn,
  type TimeColumn,
} from "./batch.ts";
import type { RecordType } from "./record_type.ts";

/** A row of one batch among several: `batches[batch[i]]`, row `row[i]`. */
export interface Picks {
  readonly batches: readonly Batch[];
  readonly batch: Uint32Array;
  readonly row: Uint32Array;
}

/** Picks, parted where they do not follow each other in one batch: a merge has long runs, a sort hardly any. */
interface PickedRuns extends Picks {
  /** Where each run begins, and the end of the last. */
  readonly bounds: Uint32Array;
}

/** These rows of one batch, by their places, in this order, as a batch of their own. */
export function take(batch: Batch, rows: Uint32Array): Batch {
  return gather(batch.type, { batches: [batch], batch: new Uint32Array(rows.length), row: rows });
}

/** No rows. */
export function emptyBatch(type: RecordType): Batch {
  return gather(type, { batches: [], batch: new Uint32Array(), row: new Uint32Array() });
}

/** The picked rows of batches of one type, in the order of the picks, as a batch of their own. */
export function gather(type: RecordType, picks: Picks): Batch {
  const rows = picks.row.length;
  const runs = { ...picks, bounds: boundsOf(picks) };
  const nulls = new Uint32Array(rows); // the codes of all text columns that are null throughout
  const columns = type.columns.map(({ kind }, index): ColumnData => {
    const sources = picks.batches.map((batch) => batch.columns[index]);
    switch (storageOf(kind)) {
      case "text":
        return gatherText(sources as TextColumn[], runs, nulls);
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

function gatherText(
  sources: TextColumn[],
  { batch, row, bounds }: PickedRuns,
  nulls: Uint32Array,
): TextColumn {
  const interner = new Interner();
  // A column of an other era or venue is null throughout; a third of them are.
  if (sources.every(({ values }) => values.length === 1)) {
    return { kind: "text", codes: nulls, values: interner.values };
  }
  const codes = new Uint32Array(row.length);
  // Each source's codes in terms of the new ones, filled as they are met; 0 = not met yet, or null.
  const translated = sources.map(({ values }) => new Uint32Array(values.length));
  for (let run = 1; run < bounds.length; run++) {
    const from = bounds[run - 1];
    const source = sources[batch[from]];
    const translation = translated[batch[from]];
    for (let i = from; i < bounds[run]; i++) {
      const code = source.codes[row[i]];
      if (code !== 0) codes[i] = translation[code] ||= interner.code(source.values[code]!);
    }
  }
  return { kind: "text", codes, values: interner.values };
}

function gatherTimes(sources: TimeColumn[], runs: PickedRuns): TimeColumn {
  const nanos = new BigInt64Array(runs.row.length);
  copyRuns(nanos, sources.map(({ nanos }) => nanos), runs);
  return { kind: "time", nanos };
}

function gatherNumbers(sources: NumberColumn[], runs: PickedRuns): NumberColumn {
  const values = new Float64Array(runs.row.length);
  copyRuns(values, sources.map(({ values }) => values), runs);
  return { kind: "number", values };
}

function gatherIds(sources: IdColumn[], { batch, row, bounds }: PickedRuns): IdColumn {
  const ids = new IdBuffer(row.length);
  for (let run = 1; run < bounds.length; run++) {
    const from = bounds[run - 1];
    ids.putRun(from, sources[batch[from]], row[from], bounds[run] - from);
  }
  return ids.take(row.length);
}

function copyRuns<T extends BigInt64Array | Float64Array>(
  target: T,
  sources: readonly T[],
  { batch, row, bounds }: PickedRuns,
): void {
  for (let run = 1; run < bounds.length; run++) {
    const [from, until] = [bounds[run - 1], bounds[run]];
    const source = sources[batch[from]];
    const start = row[from];
    if (until - from < LONG_RUN) { for (let i = from; i < until; i++) target[i] = source[row[i]]; }
    else target.set(source.subarray(start, start + until - from) as never, from);
  }
}
