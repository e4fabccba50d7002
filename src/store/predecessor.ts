import { dirname, join } from "node:path";
import { fileNamed, POSTTRADE, type SourceFile } from "../feed/file_names.ts";
import { TRADES } from "../feed/records/trades.ts";
import type { Venue } from "../feed/venue.ts";
import { entriesOf } from "../system/atomic.ts";
import { withPath } from "../system/disk_error.ts";
import { catchDamage, DamagedPartition, isNotAsWritten } from "./damage.ts";
import { RAW, TRADES_BY_DAY, TRADES_BY_MONTH } from "./datasets.ts";
import { periodsBelow, periodsOf } from "./periods.ts";
import { digestOfKept, isPredecessorName } from "./aside_names.ts";
import type { Layout } from "./layout.ts";
import { type ForeignParquet, openForeign } from "./parquet/foreign.ts";
import { FOOTER_CHECKSUM_KEY } from "./footer_keys.ts";
import { readPartition } from "./stored_partition.ts";
import { bufferOf, openIfThere } from "./data_file.ts";

/** What the Python predecessor of this program has stored of a venue, below its working directory. */
export class Predecessor {
  constructor(readonly layout: Layout, readonly venue: Venue) {}

  /** The dates for which it may have stored something, oldest first. */
  dates(): string[] {
    const stored = periodsOf(this.layout, TRADES_BY_DAY, this.venue);
    const raw = periodsBelow(this.layout.predecessorRawDays(this.venue), RAW.grain);
    return [...new Set([...stored, ...raw, ...this.#quarantined().map(({ file }) => file.date)])].sort();
  }

  /** The files of a date that should hold trades and are not this program's, the merged file first. */
  async files(date: string): Promise<string[]> {
    const merged = this.layout.partition(TRADES_BY_DAY, this.venue, date);
    const paths = entriesOf(dirname(merged))
      .filter(({ name, isFile }) => isFile && isPredecessorName(name))
      .map(({ name }) => join(dirname(merged), name));
    const own = paths.includes(merged) && await isOurs(merged) ? merged : null;
    return paths.filter((path) => path !== own).sort((a, b) => Number(b === merged) - Number(a === merged));
  }

  /** Its files of a date that were kept when they were adopted, wherever they lie, with their digests. */
  kept(date: string): { readonly path: string; readonly digest: string }[] {
    const path = this.layout.partition(TRADES_BY_DAY, this.venue, date);
    return [this.layout.aside(path), path].map(dirname).flatMap((folder) =>
      entriesOf(folder).flatMap(({ name }) => {
        const digest = digestOfKept(name);
        return digest === null ? [] : [{ path: join(folder, name), digest }];
      })
    );
  }

  /** The exchange's files of a date that it kept. */
  rawFiles(date: string): RawFile[] {
    const folder = this.layout.predecessorRawDay(this.venue, date);
    const quarantined = this.#quarantined().filter(({ file }) => file.date === date);
    return [...this.#rawFilesIn(folder).filter(({ file }) => file.date === date), ...quarantined];
  }

  /**
   * Its month files, oldest first, with their number of rows; 0 for a file that is not Parquet. Throws the disk's
   * errors.
   */
  async months(): Promise<{ readonly month: string; readonly path: string; readonly rows: number }[]> {
    const found = [];
    for (const month of periodsOf(this.layout, TRADES_BY_MONTH, this.venue)) {
      const path = this.layout.partition(TRADES_BY_MONTH, this.venue, month);
      using file = openIfThere(path);
      if (file === null) continue;
      const parquet = await parquetIn(path, file);
      if (!parquet?.keys.includes(FOOTER_CHECKSUM_KEY)) found.push({ month, path, rows: parquet?.rows ?? 0 });
    }
    return found;
  }

  #quarantined(): RawFile[] {
    return this.#rawFilesIn(this.layout.predecessorQuarantine(this.venue));
  }

  #rawFilesIn(folder: string): RawFile[] {
    return entriesOf(folder).flatMap(({ name, isFile }) => {
      const file = isFile ? fileNamed(name) : null;
      const isTrades = file?.venue === this.venue && file.service === POSTTRADE;
      return isTrades ? [{ file, path: join(folder, name) }] : [];
    });
  }
}

/** A file of the exchange that another program kept. */
export interface RawFile {
  readonly file: SourceFile;
  readonly path: string;
}

/** What the footer of an open file says; null when it is not a Parquet file. Throws the disk's errors. */
async function parquetIn(path: string, file: Deno.FsFile): Promise<ForeignParquet | null> {
  try {
    return await openForeign(bufferOf(file));
  } catch (error) {
    if (isNotAsWritten(error)) return null;
    throw withPath(path, error);
  }
}

/** Whether the file at `path` is this program's and, judging by its footer, intact. */
async function isOurs(path: string): Promise<boolean> {
  return await catchDamage(DamagedPartition, () => readPartition(path, TRADES), () => null) !== null;
}
