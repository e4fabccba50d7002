import { COLUMNS } from "./fields.ts";
import {
  type ColumnData,
  IdBuffer,
  type IdColumn,
  Interner,
  LONG_RUN,
  type NumberColumn,
  storageOf,
  type TextColumn,
  type TimeColumn,
  type Trades,
} from "./trades.ts";

/** A row of one batch among several: `batches[batch[i]]`, row `row[i]`. */
export interface Picks {
  readonly batches: readonly Trades[];
  readonly batch: Uint32Array;
  readonly row: Uint32Array;
}

/** The picked rows, in the order of the picks, as trades of their own. */
export function gather({ batches, batch, row }: Picks): Trades {
  const rows = row.length;
  const nulls = new Uint32Array(rows); // the codes of all text columns that are null throughout
  const columns = COLUMNS.map(({ kind }, index): ColumnData => {
    const sources = batches.map((trades) => trades.columns[index]);
    switch (storageOf(kind)) {
      case "text":
        return gatherText(sources as TextColumn[], batch, row, nulls);
      case "id":
        return gatherIds(sources as IdColumn[], batch, row);
      case "time":
        return gatherTimes(sources as TimeColumn[], batch, row);
      case "number":
        return gatherNumbers(sources as NumberColumn[], batch, row);
    }
  });
  return { rows, columns };
}

function gatherText(
  sources: TextColumn[],
  batch: Uint32Array,
  row: Uint32Array,
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
  for (let i = 0; i < row.length;) {
    const source = sources[batch[i]];
    const translation = translated[batch[i]];
    for (const end = runEnd(batch, row, i); i < end; i++) {
      const code = source.codes[row[i]];
      if (code !== 0) codes[i] = translation[code] ||= interner.code(source.values[code]!);
    }
  }
  return { kind: "text", codes, values: interner.values };
}

function gatherTimes(sources: TimeColumn[], batch: Uint32Array, row: Uint32Array): TimeColumn {
  const nanos = new BigInt64Array(row.length);
  copyRuns(nanos, sources.map(({ nanos }) => nanos), batch, row);
  return { kind: "time", nanos };
}

function gatherNumbers(sources: NumberColumn[], batch: Uint32Array, row: Uint32Array): NumberColumn {
  const values = new Float64Array(row.length);
  copyRuns(values, sources.map(({ values }) => values), batch, row);
  return { kind: "number", values };
}

function gatherIds(sources: IdColumn[], batch: Uint32Array, row: Uint32Array): IdColumn {
  const ids = new IdBuffer(row.length);
  for (let i = 0; i < row.length;) {
    const source = sources[batch[i]];
    const end = runEnd(batch, row, i);
    ids.putRun(i, source, row[i], end - i);
    i = end;
  }
  return ids.take(row.length);
}

function copyRuns<T extends BigInt64Array | Float64Array>(
  target: T,
  sources: readonly T[],
  batch: Uint32Array,
  row: Uint32Array,
): void {
  for (let i = 0; i < row.length;) {
    const source = sources[batch[i]];
    const start = row[i];
    const end = runEnd(batch, row, i);
    if (end - i < LONG_RUN) { for (; i < end; i++) target[i] = source[row[i]]; }
    else target.set(source.subarray(start, start + end - i) as never, i);
    i = end;
  }
}

/** Where the picks end that follow the one at `start` in its batch. */
function runEnd(batch: Uint32Array, row: Uint32Array, start: number): number {
  let end = start + 1;
  while (end < row.length && batch[end] === batch[start] && row[end] === row[end - 1] + 1) end++;
  return end;
}
