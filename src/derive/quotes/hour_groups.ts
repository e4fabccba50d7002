import { QUOTES } from "../../feed/records/quotes.ts";
import { type OpenFiles, openFiles } from "../../store/data_file.ts";
import type { RowGroup } from "../../store/row_group.ts";
import { partitionGroups } from "../../store/stored_partition.ts";
import type { Stretch } from "../by_instrument.ts";
import { wantedBounds } from "../of_isins.ts";
import type { QuoteHour } from "./quote_hours.ts";

/** A row group in the partition of an hour. */
export interface HourGroup extends RowGroup {
  readonly hour: QuoteHour;
}

/** The rows of an ISIN in each hour's partition, the earliest first. */
export type HourFiles = readonly (readonly Stretch<HourGroup>[])[];

/**
 * Opens the partitions of hours and reads their footers: the row groups of each hour, to be iterated once. A group holds
 * on to the columns that were read, so a caller must not hold on to all groups. With `isins`, gives only those that may
 * have one of them.
 * The bytes of rows are not compared with their digest: that would mean to read all of them. Throws `DamagedPartition` when
 * a footer is not as this program wrote it, or later when a column cannot be read, and the disk's errors.
 */
export function openHours(
  hours: readonly QuoteHour[],
  isins: ReadonlySet<string> | null,
  breathe: () => Promise<void>,
): Promise<OpenFiles<Iterable<HourGroup>>> {
  return openFiles(hours, async (hour, file) => {
    await breathe();
    const groups = await partitionGroups(hour.path, file, QUOTES, wantedBounds(isins));
    return groups.map(({ type, rows, bounds, column }) => ({ type, rows, bounds, column, hour }));
  });
}
