import { clockOf, fileNamed, type MinuteFile, minuteFile, type SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { SHORT_DIGEST } from "./digest.ts";
import { NotAsWritten } from "./damage.ts";

/**
 * Whether a daily file's rows of fetched minutes were taken, or withheld because the file contradicts these minutes.
 */
export type Judgement = "taken" | "withheld";

/** One source file of a partition. */
export interface LedgerEntry {
  /** Rows of the file that belong to this partition, duplicates included. */
  readonly rows: number;
  /** Lines that are not trades, or rows that were withheld. */
  readonly rejected: number;
  /** The short digest of the raw file, or `CREDITED`. */
  readonly digest: string;
  /**
   * Set for a daily file that is not stored completely. Version 0.1.0, which withheld by another rule, did not set it.
   */
  readonly judged?: Judgement;
}

/** The source files of a partition, by `ledgerKey`. It is stored only in the partition's own footer. */
export type Ledger = ReadonlyMap<string, LedgerEntry>;

/** Stands in place of a digest: the file was never fetched, because a daily file has the same minute. */
export const CREDITED = "credited";

/** Stands before the digest in a key. */
const MARK = "~";

/**
 * `08_34` for a minute file of the partition's date, `daily-2026-09-17` for a daily file, the name for a file with an
 * odd name; for a second version of a file `~` and its digest follow.
 */
export function ledgerKey(file: SourceFile, version: string | null = null): string {
  const key = nameInLedger(file);
  return version === null ? key : `${key}${MARK}${version}`;
}

/** The prefix of the key of a daily file; its date follows. */
const DAILY = "daily-";
const DAILY_KEY = new RegExp(String.raw`^${DAILY}(\d{4}-\d\d-\d\d)$`);
/** The prefix of the key of a file of the predecessor; its digest follows. */
const ADOPTED = `adopted${MARK}`;

function nameInLedger(file: SourceFile): string {
  switch (file.kind) {
    case "minute":
      return clockOf(file.minute);
    case "daily":
      return `${DAILY}${file.date}`;
    case "odd":
      return file.name;
  }
}

/**
 * The key of a file of the Python predecessor, identified by its digest. The minutes of its rows are unknown.
 */
export function adoptedKey(digest: string): string {
  return `${ADOPTED}${digest}`;
}

/** Whether a ledger key belongs to a file of the predecessor. */
export function isAdoptedKey(key: string): boolean {
  return key.startsWith(ADOPTED);
}

/**
 * How a daily file was judged when it was published. Null when it was not judged, or when version 0.1.0 published it
 * and it has rejected rows: these may have been withheld although they contradict nothing.
 */
export function judgementOf(entry: LedgerEntry | undefined): Judgement | null {
  if (entry === undefined) return null;
  return entry.judged ?? (entry.rejected === 0 ? "taken" : null);
}

/** Whether an entry means that its file is stored; false for a daily file with withheld trades. */
export function standsForFile(entry: LedgerEntry | undefined): boolean {
  return entry !== undefined && judgementOf(entry) !== "withheld";
}

/** The minute of the day that a ledger key belongs to; null for a daily file and for a second version. */
export function minuteOfKey(key: string): number | null {
  const clock = /^(\d\d)_(\d\d)$/.exec(key);
  return clock && Number(clock[1]) * 60 + Number(clock[2]);
}

/**
 * The date in whose raw folder the file of a key lies; null when it is the partition's own date, or the file is not
 * kept there.
 */
export function dateOfKey(key: string): string | null {
  const [name] = key.split(MARK);
  return DAILY_KEY.exec(name)?.[1] ?? fileNamed(name)?.date ?? null;
}

/** The minute files of a venue and a date that a ledger names, without second versions. */
export function minuteFilesIn(ledger: Ledger, venue: Venue, date: string): MinuteFile[] {
  const minutes = [...ledger.keys()].map(minuteOfKey).filter((minute) => minute !== null);
  return minutes.map((minute) => minuteFile(venue, date, minute));
}

/**
 * The number of rows that a ledger accounts for. A partition never has more; it has fewer if files share trades. The
 * rows of credited minutes are counted with their daily file.
 */
export function rowsEntered(ledger: Ledger): number {
  return [...ledger.values()].reduce((sum, { rows, digest }) => sum + (digest === CREDITED ? 0 : rows), 0);
}

/** One line per entry, some 30 bytes: the ledger of a full day of 1,440 minutes stays under 64 KB. */
export function encodeLedger(ledger: Ledger): string {
  const lines = Array.from(
    ledger,
    ([key, { rows, rejected, digest, judged }]) =>
      `${key} ${rows} ${rejected} ${digest}${judged === undefined ? "" : ` ${judged}`}`,
  );
  return lines.sort().join("\n");
}

const ENTRY = new RegExp(String.raw`^(\S+) (\d+) (\d+) (${SHORT_DIGEST}|${CREDITED})(?: (taken|withheld))?$`);

/** Reads what `encodeLedger` wrote; throws `NotAsWritten` when a line has another form. */
export function decodeLedger(text: string): Ledger {
  const ledger = new Map<string, LedgerEntry>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const entry = ENTRY.exec(line);
    if (!entry) throw new NotAsWritten(`the ledger has a line that is not an entry: ${line}`);
    const [, key, rows, rejected, digest, judged] = entry;
    const left = judged === undefined ? {} : { judged: judged as Judgement };
    ledger.set(key, { rows: Number(rows), rejected: Number(rejected), digest, ...left });
  }
  return ledger;
}
