import type { RecordType } from "../feed/records/record_type.ts";
import { openIfThere } from "../store/data_file.ts";
import { ofIsins, wantedBounds } from "./of_isins.ts";
import { type PlainRow, plainRows } from "./plain_rows.ts";
import { barGroups } from "./stored_bars.ts";

/**
 * The rows of an ISIN in the file of bars at `path`, sorted; none where there is no file. Reads only the row groups that may
 * have it. Whether the bars are up to date is not asked. Throws `DamagedBars` and what the disk throws.
 */
export async function* readStoredBars(
  path: string,
  type: RecordType,
  isin: string,
): AsyncGenerator<PlainRow> {
  using file = openIfThere(path);
  if (file === null) return;
  const isins = new Set([isin]);
  const groups = await barGroups(path, file, type, wantedBounds(isins));
  for (const group of ofIsins(groups, isins)) yield* plainRows(group);
}
