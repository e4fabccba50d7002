import type { TextColumn } from "../feed/records/batch.ts";
import { pickedRows, type RowGroup } from "../store/row_group.ts";
import { mayHold } from "./by_instrument.ts";

/**
 * The rows of these ISINs, or all rows if `isins` is null, by row group. Of row groups without any of the ISINs nothing is
 * read; of the others the ISINs, and what is then asked for.
 */
export function* ofIsins(
  groups: Iterable<RowGroup>,
  isins: ReadonlySet<string> | null,
): Generator<RowGroup> {
  for (const group of groups) {
    if (isins === null) yield group;
    else if (mayHold(group, isins)) {
      const rows = rowsOf(group, isins);
      if (rows.length > 0) yield pickedRows(group, rows);
    }
  }
}

function rowsOf(group: RowGroup, isins: ReadonlySet<string>): Uint32Array {
  const { codes, values } = group.column(group.type.required) as TextColumn;
  const isWanted = values.map((isin) => isins.has(isin!));
  const rows: number[] = [];
  for (let row = 0; row < codes.length; row++) if (isWanted[codes[row]]) rows.push(row);
  return Uint32Array.from(rows);
}
