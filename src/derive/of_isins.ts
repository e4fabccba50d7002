import type { TextColumn } from "../feed/records/batch.ts";
import type { IsWanted } from "../store/parquet/footer.ts";
import { pickedRows, type RowGroup, rowsWithin } from "../store/row_group.ts";
import { mayHold, mayHoldOne } from "./by_instrument.ts";

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
      if (rows.length > 0) yield ofRows(group, rows);
    }
  }
}

/** Those of one ISIN follow each other, in all files that are sorted by it. */
function ofRows(group: RowGroup, rows: Uint32Array): RowGroup {
  const [from, to] = [rows[0], rows.at(-1)! + 1];
  return rows.length === to - from ? rowsWithin(group, { from, to }) : pickedRows(group, rows);
}

/** Looks up each of the ISINs, few of which can be in the group: to look up those of the group takes 30 times as long. */
function rowsOf(group: RowGroup, isins: ReadonlySet<string>): Uint32Array {
  const { codes, values } = group.column(group.type.required) as TextColumn;
  const isWanted = new Uint8Array(values.length);
  for (const isin of isins) {
    const code = mayHoldOne(group, isin) ? values.indexOf(isin) : -1;
    if (code >= 0) isWanted[code] = 1;
  }
  const rows: number[] = [];
  for (let row = 0; row < codes.length; row++) if (isWanted[codes[row]] !== 0) rows.push(row);
  return Uint32Array.from(rows);
}

/** Which row groups may have one of these ISINs; undefined if `isins` is null, since all are wanted then. */
export function wantedBounds(isins: ReadonlySet<string> | null): IsWanted | undefined {
  return isins === null ? undefined : (first, last) => mayHold({ bounds: [first, last] }, isins);
}
