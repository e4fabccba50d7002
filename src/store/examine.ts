import type { Batch } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { DamagedMonth, DamagedPartition, NotAsWritten, readDamageable } from "./damage.ts";
import { rowsEntered } from "./ledger.ts";
import type { SortedSource } from "./merge.ts";
import { compareRows } from "./order.ts";
import { type Month, openStoredMonth } from "./month/stored_month.ts";
import { openStored, type Partition } from "./stored_partition.ts";
import { openIfThere } from "./data_file.ts";

/** Receives each piece of the file, and is awaited. */
type OnPiece = (piece: Batch) => void | Promise<void>;
/** Runs a comparison of what was read with what it should be; a difference becomes damage of the file. */
type Check = (compare: () => void) => Promise<void>;

/**
 * Reads every row of the partition at `path`, in pieces, and checks: the bytes against their digests, the order of the
 * rows, that no row occurs twice, and that footer and ledger agree with their number. Returns null when there is no
 * file. `onPiece` receives each piece and is awaited. Throws `DamagedPartition`, the disk's errors, and what `onPiece`
 * throws.
 */
export async function examinePartition(
  path: string,
  type: RecordType,
  onPiece: OnPiece,
): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const { batches, groups: _, ...partition } = await openStored(path, file, type);
  const check: Check = (compare) => readDamageable(path, DamagedPartition, compare);
  await examineRows(batches(), partition.rows, onPiece, check);
  await check(() => compareCounts(partition.rows, "ledger", rowsEntered(partition.ledger)));
  return partition;
}

/** The same for the month file at `path`, with the days that it names. Throws `DamagedMonth`. */
export async function examineMonth(
  path: string,
  type: RecordType,
  onPiece: OnPiece,
): Promise<Month | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const { batches, groups: _, ...month } = await openStoredMonth(path, file, type);
  const check: Check = (compare) => readDamageable(path, DamagedMonth, compare);
  await examineRows(batches(), month.rows, onPiece, check);
  const ofDays = month.days.reduce((sum, { rows }) => sum + rows, 0);
  await check(() => compareCounts(month.rows, "list of days", ofDays));
  return month;
}

async function examineRows(
  source: SortedSource,
  rows: number,
  onPiece: OnPiece,
  check: Check,
): Promise<void> {
  const order = new OrderCheck();
  for await (const piece of source) {
    await check(() => order.check(piece));
    await onPiece(piece);
  }
  await check(() => {
    if (order.rows === rows) return;
    throw new NotAsWritten(`it holds ${order.rows} rows, but its footer counts ${rows}`);
  });
}

/** Throws `NotAsWritten` when rows are not in their order. */
class OrderCheck {
  rows = 0;
  #last: { readonly batch: Batch; readonly row: number } | null = null;

  check(batch: Batch): void {
    for (let row = 0; row < batch.rows; row++) {
      const order = this.#last === null ? -1 : compareRows(this.#last.batch, this.#last.row, batch, row);
      if (order === 0) {
        throw new NotAsWritten(`row ${this.rows} is the same ${batch.type.noun} as the one before it`);
      }
      if (order > 0) throw new NotAsWritten(`row ${this.rows} is not in order`);
      this.#last = { batch, row };
      this.rows++;
    }
  }
}

/** Duplicates were left out, so there may be fewer rows than were entered, but never more. */
function compareCounts(rows: number, book: string, entered: number): void {
  if (rows > entered) {
    throw new NotAsWritten(`it holds ${rows} rows, but its ${book} accounts for ${entered} only`);
  }
}
