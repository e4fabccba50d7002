import { type Batch, type ColumnData, NULL_TIME, type TextColumn } from "../records/batch.ts";
import { type Era, EXPECTED_FIELDS, TRADES } from "../records/trades.ts";

/** With fewer rows than this, it means nothing that all or none of them have a key. */
const FEWEST_ROWS = 100;

/**
 * Watches decoded trades for keys that rows of their era usually have: finds keys that all rows have, and keys that
 * none has.
 */
export class ExpectedFields {
  rows = 0;
  readonly #eras = new Set<string>();
  readonly #someCarry = new Set<number>();
  readonly #someLack = new Set<number>();

  /** Takes the next trades; this is very cheap. */
  watch({ rows, columns }: Batch): void {
    this.rows += rows;
    for (const era of (columns[TRADES.era] as TextColumn).values) if (era !== null) this.#eras.add(era);
    for (const { column } of Object.values(EXPECTED_FIELDS).flat()) {
      if (!this.#someCarry.has(column) && hasValue(columns[column], rows)) this.#someCarry.add(column);
      if (!this.#someLack.has(column) && hasNull(columns[column], rows)) this.#someLack.add(column);
    }
  }

  /** The keys that every row has; empty while there are few rows. */
  carried(): string[] {
    return this.#names((column) => !this.#someLack.has(column));
  }

  /** The keys that no row has; empty while there are few rows. */
  missing(): string[] {
    return this.#names((column) => !this.#someCarry.has(column));
  }

  #names(chosen: (column: number) => boolean): string[] {
    if (this.rows < FEWEST_ROWS) return [];
    const expected = [...this.#eras].flatMap((era) => EXPECTED_FIELDS[era as Era]);
    return expected.filter(({ column }) => chosen(column)).map(({ key }) => key);
  }
}

function hasValue(data: ColumnData, rows: number): boolean {
  switch (data.kind) {
    case "text":
      return anyCode(data, rows, (value) => value !== null);
    case "id":
      return data.lengths.subarray(0, rows).some((length) => length > 0);
    case "time":
      return data.nanos.subarray(0, rows).some((nanos) => nanos !== NULL_TIME);
    case "number":
      return data.values.subarray(0, rows).some((value) => !Number.isNaN(value));
  }
}

function hasNull(data: ColumnData, rows: number): boolean {
  switch (data.kind) {
    case "text":
      return anyCode(data, rows, (value) => value === null);
    case "id":
      return data.lengths.subarray(0, rows).includes(0);
    case "time":
      return data.nanos.subarray(0, rows).includes(NULL_TIME);
    case "number":
      return data.values.subarray(0, rows).includes(NaN);
  }
}

/** Whether some row has a code that meets a condition. */
function anyCode(
  { codes, values }: TextColumn,
  rows: number,
  isSuch: (value: string | null) => boolean,
): boolean {
  const such = Uint8Array.from(values, (value) => Number(isSuch(value)));
  if (!such.includes(1)) return false;
  for (let row = 0; row < rows; row++) if (such[codes[row]] === 1) return true;
  return false;
}
