/** Rows for other engines. Few of these support nanoseconds, so a time becomes microseconds and a remainder. */
import { type Batch, type ColumnData, NULL_TIME, type NumberColumn, type TimeColumn } from "./batch.ts";
import type { Column, RecordType } from "./record_type.ts";

/**
 * A record type as it lies in a lake: `trading_date_time` in microseconds, and behind it `trading_nanos`, 0 to 999; behind
 * a column that is called `time`, `time_nanos`.
 */
export function lakeTypeOf(type: RecordType): RecordType {
  const columns = type.columns.flatMap((column) => column.kind === "time" ? partsOf(column) : [column]);
  const columnOfName = new Map(columns.map(({ name }, index) => [name, index]));
  const moved = (column: number) => columnOfName.get(type.columns[column].name)!;
  return {
    ...type,
    columns,
    columnOfName,
    identity: type.identity.map(moved),
    id: type.id === null ? null : moved(type.id),
    order: type.order.map(moved),
    required: moved(type.required),
    earlier: null,
  };
}

function partsOf(column: Column): Column[] {
  const name = `${column.name.replace(/(_date)?_time$/, "")}_nanos`;
  const meaning = `nanoseconds to be added to \`${column.name}\`, 0 to 999`;
  return [{ ...column, kind: "micros" }, {
    ...column,
    name,
    kind: "int16",
    required: false,
    keys: {},
    meaning,
  }];
}

/** Turns rows of a type into those of its lake form, `lake`. The times are turned where they are: the batch is used up. */
export function lakeForm(batch: Batch, lake: RecordType): Batch {
  const columns = batch.type.columns.flatMap(({ kind }, index): ColumnData[] => {
    const column = batch.columns[index];
    return kind === "time" ? parted(column as TimeColumn) : [column];
  });
  return { type: lake, rows: batch.rows, columns };
}

const WORD = 2 ** 32;
const NANOS_PER_MICRO = 1000;
const NULL_HIGH = Number(NULL_TIME >> 32n);

/** By words of 32 bits, since each integer of 64 would be an object of its own. Before 1970 it is rounded down as well. */
function parted(column: TimeColumn): [TimeColumn, NumberColumn] {
  const { nanos } = column;
  const words = new Int32Array(nanos.buffer, nanos.byteOffset, 2 * nanos.length);
  const values = new Float64Array(nanos.length);
  for (let row = 0; row < nanos.length; row++) {
    const [low, high] = [words[2 * row] >>> 0, words[2 * row + 1]];
    if (high === NULL_HIGH && low === 0) {
      values[row] = NaN;
      continue;
    }
    const highMicros = Math.floor(high / NANOS_PER_MICRO);
    const rest = (high - highMicros * NANOS_PER_MICRO) * WORD + low;
    words[2 * row + 1] = highMicros;
    words[2 * row] = Math.floor(rest / NANOS_PER_MICRO);
    values[row] = rest % NANOS_PER_MICRO;
  }
  return [column, { kind: "number", values }];
}
