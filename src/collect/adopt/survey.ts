import { ifThere } from "../../system/atomic.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { adoptedKey, type Ledger, type LedgerEntry, ledgerKey } from "../../store/ledger.ts";
import type { Predecessor, RawFile } from "../../store/predecessor.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { rawDigest } from "../../store/spool/spooled_file.ts";
import { ForeignTrades, NotTrades } from "./foreign_trades.ts";
import { Inventory } from "../inventory.ts";
import type { RefusedDay } from "../refused_day.ts";

/** A file of the predecessor; the ledger names it by its digest. */
export interface Original {
  readonly path: string;
  readonly digest: string;
}

/** What there is to adopt for a date. Dispose it to close the files. */
export interface Survey extends Disposable {
  readonly date: string;
  /** Files whose trades are not in the partition yet. */
  readonly fresh: readonly (Original & { readonly trades: ForeignTrades })[];
  /** Files whose trades are already in the partition. */
  readonly adopted: readonly Original[];
  /** Raw files that are neither in the ledger nor in the spool. */
  readonly raw: readonly RawFile[];
}

/**
 * Finds what the predecessor has of a date and the partition does not. Throws `NotTrades` when a file's footer shows
 * that it holds no trades, and the disk's errors.
 */
export async function surveyDay(spool: Spool, from: Predecessor, date: string): Promise<Survey> {
  const { ledger } = await new Inventory(spool.layout, spool.venue).of(date);
  const originals = (await from.files(date)).map((path) => ({ path, digest: rawDigest(path) }));
  const isAdopted = ({ digest }: Original) => ledger.has(adoptedKey(digest));
  using opened = new DisposableStack();
  const fresh = [];
  for (const original of originals.filter((original) => !isAdopted(original))) {
    fresh.push({ ...original, trades: opened.use(await ForeignTrades.open(original.path)) });
  }
  const files = opened.move();
  return {
    date,
    fresh,
    adopted: originals.filter(isAdopted),
    raw: from.rawFiles(date).filter((raw) => !isStored(raw, spool, ledger) && !isRejected(raw, spool)),
    [Symbol.dispose]: () => files.dispose(),
  };
}

/** What adopting a date would do. */
export type PlannedAdoption =
  | {
    readonly kind: "planned";
    readonly date: string;
    /** How many files have trades that are not stored yet, and the rows in them. */
    readonly files: number;
    readonly rows: number;
    /** Raw files that are not stored yet. */
    readonly rawFiles: number;
  }
  | RefusedDay;

/** What `adoptDay` would do for a date; null when nothing. Writes nothing. Throws the disk's errors. */
export async function planAdoption(
  spool: Spool,
  from: Predecessor,
  date: string,
): Promise<PlannedAdoption | null> {
  return await orRefused(date, async () => {
    using survey = await surveyDay(spool, from, date);
    const { fresh, adopted, raw } = survey;
    const isDone = fresh.length + raw.length === 0 && (adopted.length === 0 || from.layout !== spool.layout);
    if (isDone) return null;
    const rows = fresh.reduce((sum, { trades }) => sum + trades.rows, 0);
    return { kind: "planned", date, files: fresh.length, rows, rawFiles: raw.length };
  });
}

/** Returns what `work` returns; if something is wrong with the files of the date, returns a refusal. */
export async function orRefused<T>(date: string, work: () => Promise<T>): Promise<T | RefusedDay> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotTrades || error instanceof DamagedPartition)) throw error;
    return { kind: "refused", date, message: error.message };
  }
}

/** Whether a raw file of the predecessor is in the ledger or in the spool with the same bytes. */
export function isStored({ file, path }: RawFile, spool: Spool, ledger: Ledger): boolean {
  const digest = rawDigest(path);
  const isEntered = (entry: LedgerEntry | undefined) => entry?.digest === digest;
  return isEntered(ledger.get(ledgerKey(file))) || isEntered(ledger.get(ledgerKey(file, digest))) ||
    spool.files(file.date).some((spooled) =>
      spooled.file.name === file.name && (spooled.version ?? digest) === digest &&
      rawDigest(spooled.path) === digest
    );
}

/** Whether these bytes have been rejected before because they are not a gzip stream. */
function isRejected({ file, path }: RawFile, { layout }: Spool): boolean {
  return ifThere(() => rawDigest(layout.rejectedFile(file))) === rawDigest(path);
}
