import { columnIndex, type Era, USUAL_KEYS } from "./fields.ts";
import { type ColumnData, NULL_TIME, type TextColumn, type Trades } from "./trades.ts";

const SCHEMA_VERSION = columnIndex("schema_version");

/** Of fewer rows it means nothing that none carries a key. */
const FEWEST_ROWS = 100;

/** Watches decoded trades for keys that all rows of their era used to carry, and that none carries any more. */
export class GoneKeys {
  rows = 0;
  readonly #eras = new Set<string>();
  readonly #filled = new Set<number>();

  /** Takes the next trades; costs next to nothing once each usual column has had a value. */
  watch({ rows, columns }: Trades): void {
    this.rows += rows;
    for (const era of (columns[SCHEMA_VERSION] as TextColumn).values) if (era !== null) this.#eras.add(era);
    for (const usual of Object.values(USUAL_KEYS)) {
      for (const { column } of usual) {
        if (!this.#filled.has(column) && hasValue(columns[column], rows)) this.#filled.add(column);
      }
    }
  }

  /** The keys that are gone; none as long as there are few rows. */
  names(): string[] {
    if (this.rows < FEWEST_ROWS) return [];
    const usual = [...this.#eras].flatMap((era) => USUAL_KEYS[era as Era]);
    return usual.filter(({ column }) => !this.#filled.has(column)).map(({ key }) => key);
  }
}

function hasValue(data: ColumnData, rows: number): boolean {
  switch (data.kind) {
    case "text":
      return data.codes.subarray(0, rows).some((code) => code !== 0);
    case "id":
      return data.lengths.subarray(0, rows).some((length) => length > 0);
    case "time":
      return data.nanos.subarray(0, rows).some((nanos) => nanos !== NULL_TIME);
    case "number":
      return data.values.subarray(0, rows).some((value) => !Number.isNaN(value));
  }
}
