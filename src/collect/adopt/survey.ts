import { ifThere } from "../../system/atomic.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { adoptedKey, type Ledger, type LedgerEntry, ledgerKey } from "../../store/ledger.ts";
import type { Predecessor, RawFile } from "../../store/predecessor.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { rawDigest } from "../../store/spool/spooled_file.ts";
import { ForeignTrades, NotTrades } from "./foreign_trades.ts";
import { inventoryOf } from "../inventory.ts";

/** A file of the predecessor, named by its digest as in the ledger. */
export interface Original {
  readonly path: string;
  readonly digest: string;
}

/** What there is to adopt of a date. Dispose it to close the files. */
export interface Survey extends Disposable {
  readonly date: string;
  /** Files whose trades are not in the partition yet. */
  readonly fresh: readonly (Original & { readonly trades: ForeignTrades })[];
  /** Files whose trades are. */
  readonly adopted: readonly Original[];
  /** Raw files that are neither in the ledger nor in the spool. */
  readonly raw: readonly RawFile[];
}

/**
 * Looks at what the predecessor has of a date and the spool's partition has not. Throws `NotTrades` when a file is none
 * of trades by its footer, and what the disk throws.
 */
export async function surveyDay(spool: Spool, from: Predecessor, date: string): Promise<Survey> {
  const { ledger } = await inventoryOf(spool.layout, spool.venue, date);
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

/** What would become of a date. */
export type PlannedDay =
  | {
    readonly kind: "planned";
    readonly date: string;
    /** Files whose trades are not stored yet, and the rows in them. */
    readonly files: number;
    readonly rows: number;
    /** Raw files that are not stored yet. */
    readonly rawFiles: number;
  }
  | RefusedDay;

/** A date whose files stay what they were, and so does its partition. */
export interface RefusedDay {
  readonly kind: "refused";
  readonly date: string;
  readonly message: string;
}

/** What `adoptDay` has to do on a date; null when nothing. Writes nothing. Throws what the disk throws. */
export async function planDay(spool: Spool, from: Predecessor, date: string): Promise<PlannedDay | null> {
  return await orRefused(date, async () => {
    using survey = await surveyDay(spool, from, date);
    const { fresh, adopted, raw } = survey;
    const isDone = fresh.length + raw.length === 0 && (adopted.length === 0 || from.layout !== spool.layout);
    if (isDone) return null;
    const rows = fresh.reduce((sum, { trades }) => sum + trades.rows, 0);
    return { kind: "planned", date, files: fresh.length, rows, rawFiles: raw.length };
  });
}

/** What `work` returns; what is wrong with the files of the date refuses it. */
export async function orRefused<T>(date: string, work: () => Promise<T>): Promise<T | RefusedDay> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotTrades || error instanceof DamagedPartition)) throw error;
    return { kind: "refused", date, message: error.message };
  }
}

/** Whether a raw file of the predecessor is in the ledger or in the spool, with these very bytes. */
export function isStored({ file, path }: RawFile, spool: Spool, ledger: Ledger): boolean {
  const digest = rawDigest(path);
  const isEntered = (entry: LedgerEntry | undefined) => entry?.digest === digest;
  return isEntered(ledger.get(ledgerKey(file))) || isEntered(ledger.get(ledgerKey(file, digest))) ||
    spool.files(file.date).some((spooled) =>
      spooled.file.name === file.name && (spooled.version ?? digest) === digest &&
      rawDigest(spooled.path) === digest
    );
}

/** Whether it has been taken for no gzip stream before. */
function isRejected({ file, path }: RawFile, { layout }: Spool): boolean {
  return ifThere(() => rawDigest(layout.rejectedFile(file))) === rawDigest(path);
}
