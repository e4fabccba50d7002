import { TRADES } from "../../feed/records/trades.ts";
import { onDisk, removeIfThere } from "../../system/atomic.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import { adoptedKey, rowsEntered } from "../../store/ledger.ts";
import type { Predecessor } from "../../store/predecessor.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { rawDigest } from "../../store/spool/spooled_file.ts";
import { checkPartition } from "../../store/stored_partition.ts";
import { readFooter } from "../collected.ts";
import { isStored } from "./survey.ts";

/** Originals that were deleted, and originals that stay because they are not proved to be stored. */
export interface Deletion {
  readonly files: number;
  readonly bytes: number;
  readonly kept: readonly string[];
}

/**
 * Deletes what the predecessor kept of a date, as far as the partition, which is read back first, accounts for all of
 * it: files of trades must be in the ledger by their digest without a row left out; raw files must be in the ledger or
 * in the spool. The caller holds the venue's write lock. Throws `DamagedPartition` and the disk's errors.
 */
export async function deleteOriginals(spool: Spool, from: Predecessor, date: string): Promise<Deletion> {
  const trades = from.kept(date);
  const raw = from.rawFiles(date);
  if (trades.length + raw.length === 0) return { files: 0, bytes: 0, kept: [] };
  const ledger =
    (await checkPartition(spool.layout.partition(TRADES_BY_DAY, spool.venue, date), TRADES))?.ledger ??
      new Map();
  const isAdopted = ({ path, digest }: (typeof trades)[number]) =>
    ledger.get(adoptedKey(digest))?.rejected === 0 && rawDigest(path) === digest;
  const proved = [...trades.filter(isAdopted), ...raw.filter((file) => isStored(file, spool, ledger))];
  const deleted = proved.map(({ path }) => path);
  const bytes = deleted.reduce((sum, path) => sum + Deno.statSync(path).size, 0);
  for (const path of deleted) onDisk(path, () => removeIfThere(path));
  const kept = [...trades, ...raw].map(({ path }) => path).filter((path) => !deleted.includes(path));
  return { files: deleted.length, bytes, kept };
}

/** A month file of the predecessor, which is left alone. */
export interface ForeignMonth {
  readonly month: string;
  readonly path: string;
  readonly rows: number;
  /**
   * Rows of the files from which the days of the month were made. If the month file has more, some days of it are
   * missing.
   */
  readonly rowsOfDays: number;
}

/**
 * The predecessor's month files, compared with what is stored of their days. Throws the disk's errors: a day that
 * cannot be read now is not a day without trades.
 */
export async function foreignMonths(
  layout: Layout,
  from: Predecessor,
  dates: readonly string[],
): Promise<ForeignMonth[]> {
  const months: ForeignMonth[] = [];
  for (const found of await from.months()) {
    let rowsOfDays = 0;
    for (const date of dates.filter((date) => date.startsWith(found.month))) {
      const { ledger } = await readFooter(layout.partition(TRADES_BY_DAY, from.venue, date), TRADES);
      rowsOfDays += rowsEntered(ledger);
    }
    months.push({ ...found, rowsOfDays });
  }
  return months;
}
