import { QUOTES } from "../../feed/records/quotes.ts";
import { DamagedPartition, damageOr, readDamageable } from "../../store/damage.ts";
import { openIfThere, readDataFooter } from "../../store/data_file.ts";
import { type RowGroup, rowGroupsIn } from "../../store/row_group.ts";
import { mayHold, type Stretch } from "../instruments.ts";
import type { QuoteHour } from "./quote_hours.ts";

/** Rows of an hour of quotes that lie together. */
export interface HourGroup extends RowGroup {
  readonly hour: QuoteHour;
}

/** The rows of an ISIN in each hour's partition, the earliest first. */
export type HourFiles = readonly (readonly Stretch<HourGroup>[])[];

/** The partitions of hours, open until they are disposed. */
export interface OpenHours extends Disposable {
  /**
   * Of each hour its row groups, to be gone through once: a group keeps the columns that have been read of it, so that nobody may keep
   * all groups.
   */
  readonly files: readonly Iterable<HourGroup>[];
}

/**
 * Opens the partitions of hours and reads their footers; of rows only what is asked for is read, and flipped bits within are not
 * noticed. With `isins`, only the row groups are given that may have one of them. Throws `DamagedPartition` where a footer is none of ours,
 * later where a column cannot be read, and what the disk throws.
 */
export async function openHours(
  hours: readonly QuoteHour[],
  isins: ReadonlySet<string> | null,
  breathe: () => Promise<void>,
): Promise<OpenHours> {
  using files = new DisposableStack();
  const groups: Iterable<HourGroup>[] = [];
  for (const hour of hours) {
    await breathe();
    const file = openIfThere(hour.path);
    if (file !== null) groups.push(await groupsOf(hour, files.use(file), isins));
  }
  const kept = files.move();
  return { files: groups, [Symbol.dispose]: () => kept.dispose() };
}

async function groupsOf(
  hour: QuoteHour,
  file: Deno.FsFile,
  isins: ReadonlySet<string> | null,
): Promise<Iterable<HourGroup>> {
  const isWanted = (first: string, last: string) =>
    isins === null || mayHold({ bounds: [first, last] }, isins);
  const footer = await readDamageable(
    hour.path,
    DamagedPartition,
    () => readDataFooter(file, QUOTES, isWanted),
  );
  return rowGroupsIn(file, footer, (error) => damageOr(hour.path, DamagedPartition, error))
    .map(({ type, rows, bounds, column }) => ({ type, rows, bounds, column, hour }));
}
