import type { Batch } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { NotAsWritten, readDamageable } from "./damage.ts";
import { openIfThere } from "./data_file.ts";
import type { SortedSource } from "./merge_sorted.ts";
import { compareRows } from "./order.ts";
import { openStoredFile, type Stored, type StoredKind } from "./stored_file.ts";

/** A kind of stored file whose footer also says how many rows came into it. */
export interface ExaminableKind<T> extends StoredKind<T> {
  /** The number of rows that came, and what in the footer says so, for messages. */
  readonly entered: (stored: T) => { readonly rows: number; readonly book: string };
}

/** Receives each piece of the file, and is awaited. */
type OnPiece = (piece: Batch) => void | Promise<void>;
/** Runs a comparison of what was read with what it should be; a difference becomes damage of the file. */
type Check = (compare: () => void) => Promise<void>;

/**
 * Reads every row of the file at `path`, in pieces, and checks: the bytes against their digests, the order of the rows,
 * that no row occurs twice, and that the footer agrees with their number. Returns what the footer says, or null when
 * there is no file. `onPiece` receives each piece and is awaited. Throws the kind's `Damaged` error, the disk's errors,
 * and what `onPiece` throws.
 */
export async function examine<T extends { readonly rows: number }>(
  path: string,
  type: RecordType,
  kind: ExaminableKind<T>,
  onPiece: OnPiece,
): Promise<Omit<Stored<T>, "batches" | "groups"> | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const stored = await openStoredFile(path, file, type, kind);
  const check: Check = (compare) => readDamageable(path, kind.Damaged, compare);
  await examineRows(stored.batches(), stored.rows, onPiece, check);
  await check(() => compareCounts(stored.rows, kind.entered(stored)));
  const { batches: _, groups: __, ...facts } = stored;
  return facts;
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
function compareCounts(rows: number, entered: { readonly rows: number; readonly book: string }): void {
  if (rows > entered.rows) {
    throw new NotAsWritten(
      `it holds ${rows} rows, but its ${entered.book} accounts for ${entered.rows} only`,
    );
  }
}
