import { extraOf } from "../../feed/decode/decode.ts";
import { columnsNamed, type NamedColumns } from "../../feed/records/foreign_names.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { columnOfForeign, isValue, plainOf } from "../../feed/records/foreign_column.ts";
import { takeWhere } from "../../feed/records/gather.ts";
import type { Batch, ColumnData, TextColumn } from "../../feed/records/batch.ts";
import { infoOf } from "../../system/atomic.ts";
import { type ForeignParquet, openForeign } from "../../store/parquet/foreign.ts";
import { isNotAsWritten } from "../../store/damage.ts";
import { RUN_ROWS } from "../../store/runs.ts";
import { FOOTER_CHECKSUM_KEY } from "../../store/footer_keys.ts";
import { bufferOf } from "../../store/data_file.ts";
import { fromDisk, withPath } from "../../system/disk_error.ts";

const { columns: COLUMNS, extra: EXTRA, era: SCHEMA_VERSION } = TRADES;
/**
 * A file without one of these columns, or with another type in it, is not a file of trades. In a row all but the first
 * may be null.
 */
const OF_ALL_TRADES = [TRADES.required, ...TRADES.core];

/** Another program's file that cannot be read as trades; the message says which file, and why. */
export class NotTrades extends Error {
  override name = "NotTrades";

  constructor(path: string, reason: string) {
    super(`${path} is left as it is: ${reason}`);
  }
}

/** An open Parquet file with trades that another program wrote. Dispose it to close it. */
export class ForeignTrades implements Disposable {
  /** Rows without an instrument, as far as `trades` has been read. */
  rejected = 0;
  readonly #file: Deno.FsFile;
  readonly #parquet: ForeignParquet;
  readonly #columns: NamedColumns;
  readonly #isTime: ReadonlyMap<string, boolean>;

  /** Throws `NotTrades` when the footer shows that it holds no trades. */
  static async open(path: string): Promise<ForeignTrades> {
    using opened = new DisposableStack();
    const file = opened.use(fromDisk(path, () => Deno.openSync(path)));
    const trades = new ForeignTrades(path, file, await readable(path, () => openForeign(bufferOf(file))));
    opened.move();
    return trades;
  }

  private constructor(readonly path: string, file: Deno.FsFile, parquet: ForeignParquet) {
    this.#file = file;
    this.#parquet = parquet;
    this.#isTime = new Map(parquet.columns.map(({ name, isTime }) => [name, isTime]));
    this.#columns = columnsNamed(parquet.columns.map(({ name }) => name));
    if (parquet.keys.includes(FOOTER_CHECKSUM_KEY)) {
      throw new NotTrades(path, "this program's own, and damaged: run xetra-parqed verify");
    }
    const missing = OF_ALL_TRADES.filter((index) => !this.#columns.known.has(index));
    if (missing.length > 0) {
      throw new NotTrades(
        path,
        `no file of trades: it has no ${missing.map((i) => COLUMNS[i].name).join(", ")}`,
      );
    }
  }

  /** The columns that the file has, as places in `TRADES.columns`. */
  get columns(): readonly number[] {
    return [...this.#columns.known.keys()].sort((a, b) => a - b);
  }

  get rows(): number {
    return this.#parquet.rows;
  }

  /** Whether the file at its path is still the one that was opened; its author may still be writing. */
  isUnchanged(): boolean {
    const opened = this.#file.statSync();
    const there = infoOf(this.path);
    return there !== null && there.ino === opened.ino && there.size === opened.size;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  /**
   * Its trades in the file's order, in batches of up to `RUN_ROWS`. Holds one batch and, packed, one row group of the
   * file. `breathe` is awaited after each column. Throws `NotTrades` when something cannot be read or has the wrong
   * type, and what `breathe` throws.
   */
  async *trades(breathe: () => Promise<void>): AsyncGenerator<Batch> {
    this.rejected = 0;
    const readers = new Map(this.#parquet.columns.map((column) => [column.name, column.read()]));
    for (let left = this.rows; left > 0; left -= RUN_ROWS) {
      const rows = Math.min(left, RUN_ROWS);
      const trades = await this.#readRows(rows, async (name) => {
        await breathe();
        return await readable(this.path, () => readers.get(name)!.take(rows));
      });
      const { codes } = trades.columns[TRADES.required] as TextColumn;
      const complete = takeWhere(trades, (row) => codes[row] !== 0);
      this.rejected += trades.rows - complete.rows;
      yield complete;
    }
  }

  async #readRows(rows: number, read: (name: string) => Promise<readonly unknown[]>): Promise<Batch> {
    const extras = new Extras();
    const columns: ColumnData[] = [];
    for (const index of COLUMNS.keys()) {
      const name = this.#columns.known.get(index);
      columns.push(
        name === undefined ? this.#missing(index, rows) : this.#filled(index, name, await read(name), extras),
      );
    }
    for (const name of this.#columns.unknown) {
      const values = await read(name);
      for (let row = 0; row < rows; row++) {
        if (isValue(values[row])) extras.add(row, name, plainOf(values[row], this.#isTime.get(name)!));
      }
    }
    if (extras.size > 0) columns[EXTRA] = extras.joined(columns[EXTRA], rows);
    return { type: TRADES, rows, columns };
  }

  #filled(index: number, name: string, values: ArrayLike<unknown>, extras: Extras): ColumnData {
    const isTime = this.#isTime.get(name)!;
    return columnOfForeign(COLUMNS[index].kind, values, isTime, (row, value) => {
      const plain = plainOf(value, isTime);
      if (OF_ALL_TRADES.includes(index)) {
        const found = JSON.stringify(plain).slice(0, 40);
        throw new NotTrades(
          this.path,
          `its column ${name} holds ${found}, which is no ${COLUMNS[index].name}`,
        );
      }
      extras.add(row, name, plain);
    });
  }

  #missing(index: number, rows: number): ColumnData {
    const nothing = columnOfForeign(COLUMNS[index].kind, new Array(rows), false, () => {});
    const { era } = this.#columns;
    if (index !== SCHEMA_VERSION || era === null) return nothing;
    return { kind: "text", codes: new Uint32Array(rows).fill(1), values: [null, era] };
  }
}

/**
 * Whether a file holds trades that another program wrote, judging by its footer; false when there is no such file.
 * Throws when it cannot be read now.
 */
export async function holdsForeignTrades(path: string): Promise<boolean> {
  try {
    using _trades = await ForeignTrades.open(path);
    return true;
  } catch (error) {
    if (error instanceof NotTrades || error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Values that no column can hold, by row. */
class Extras {
  readonly #entries = new Map<number, [key: string, value: unknown][]>();

  get size(): number {
    return this.#entries.size;
  }

  add(row: number, key: string, value: unknown): void {
    const entries = this.#entries.get(row);
    if (entries === undefined) this.#entries.set(row, [[key, value]]);
    else entries.push([key, value]);
  }

  /** The column `extra`, with these values added to what it already holds. */
  joined(column: ColumnData, rows: number): ColumnData {
    const before = column as ColumnData & { kind: "text" };
    const texts = Array.from({ length: rows }, (_, row) => {
      const text = before.values[before.codes[row]];
      const entries = this.#entries.get(row);
      if (entries === undefined) return text;
      return extraOf(text === null ? entries : [...entries, [COLUMNS[EXTRA].name, text]]);
    });
    return columnOfForeign(COLUMNS[EXTRA].kind, texts, false, () => {});
  }
}

/** Returns what `read` returns. If the content is wrong, or a folder is in the file's place, throws `NotTrades`. */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isNotAsWritten(error)) throw withPath(path, error);
    throw new NotTrades(path, `cannot be read: ${error.message}`);
  }
}
