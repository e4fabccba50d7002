import {
  clockOf,
  fileNamed,
  type MinuteFile,
  minuteFile,
  POSTTRADE,
  type SourceFile,
} from "../feed/file_names.ts";
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
  /** Set for a file of quotes. */
  readonly leftOut?: LeftOut;
}

/** Rows of a file of quotes that are counted and not stored. */
export interface LeftOut {
  /** Rows of the book's depth. */
  readonly depth: number;
  /** Quotes that the partition's filter leaves out. */
  readonly filtered: number;
}

/** The source files of a partition, by `ledgerKey`. It is stored only in the partition's own footer. */
export type Ledger = ReadonlyMap<string, LedgerEntry>;

/** Stands in place of a digest: the file was never fetched, because a daily file has the same minute. */
export const CREDITED = "credited";

/** Stands before the digest in a key. */
const MARK = "~";

/**
 * `08_34` for a minute file of the partition's date, `daily-2026-09-17` for a daily file, the name for a file with an
 * odd name; for a second version of a file `~` and its digest follow. Files of another service than trades have its name
 * in front, `pretrade-08_34`: those of a venue's services may be in one partition.
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
/** The prefix of the key of rows that a damaged partition of ours still gave; its digest follows. */
const SALVAGED = `salvaged${MARK}`;

function nameInLedger(file: SourceFile): string {
  switch (file.kind) {
    case "minute":
      return file.service === POSTTRADE ? clockOf(file.minute) : `${file.service}-${clockOf(file.minute)}`;
    case "daily":
      return `${DAILY}${file.date}`;
    case "odd":
      return file.name;
  }
}

/** The key of a file of the Python predecessor, identified by its digest. The minutes of its rows are unknown. */
export function adoptedKey(digest: string): string {
  return `${ADOPTED}${digest}`;
}

/** Whether a ledger key belongs to a file of the predecessor. */
export function isAdoptedKey(key: string): boolean {
  return key.startsWith(ADOPTED);
}

/**
 * The key of rows that were taken out of a damaged partition, identified by its digest: rows of files that are not proved
 * to be stored completely. These files have no entry of their own and count as missing.
 */
export function salvagedKey(digest: string): string {
  return `${SALVAGED}${digest}`;
}

/** Whether a ledger key belongs to a file of the exchange, and so to a raw file. */
export function isOfExchange(key: string): boolean {
  return !isAdoptedKey(key) && !key.startsWith(SALVAGED);
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

/** What the key of a minute file consists of. */
const MINUTE_KEY = /^(?:([a-z][A-Za-z0-9]*)-)?(\d\d)_(\d\d)$/;

/** The key of the first version of a file. */
export function firstVersionOf(key: string): string {
  return key.split(MARK)[0];
}

/** The minute of the day that a ledger key belongs to; null for a daily file and for a second version. */
export function minuteOfKey(key: string): number | null {
  const [, , hours, minutes] = MINUTE_KEY.exec(key) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/**
 * The date in whose raw folder the file of a key lies; null when it is the partition's own date, or the file is not
 * kept there.
 */
export function dateOfKey(key: string): string | null {
  const name = firstVersionOf(key);
  return DAILY_KEY.exec(name)?.[1] ?? fileNamed(name)?.date ?? null;
}

/** The minute files of a venue and a date that a ledger names, without second versions. */
export function minuteFilesIn(ledger: Ledger, venue: Venue, date: string): MinuteFile[] {
  return [...ledger.keys()].flatMap((key) => {
    const minute = minuteOfKey(key);
    const service = MINUTE_KEY.exec(key)?.[1];
    return minute === null ? [] : [minuteFile(venue, date, minute, service)];
  });
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
    ([key, { rows, rejected, digest, judged, leftOut }]) =>
      `${key} ${rows} ${rejected} ${digest}${judged === undefined ? "" : ` ${judged}`}` +
      (leftOut === undefined ? "" : ` ${leftOut.depth} ${leftOut.filtered}`),
  );
  return lines.sort().join("\n");
}

/** At the beginning of a line, what `encodeLedger` writes. */
const ENTRY = new RegExp(
  String.raw`\S+ \d+ \d+ (?:${SHORT_DIGEST}|${CREDITED})(?: (?:taken|withheld))?(?: \d+ \d+)?(?=\n|$)`,
  "y",
);

/**
 * Reads what `encodeLedger` wrote; throws `NotAsWritten` when a line has another form. Calendars of years take an outline
 * instead: see `LedgerOutline`.
 */
export function decodeLedger(text: string): Ledger {
  const ledger = new Map<string, LedgerEntry>();
  forEachEntry(text, (start, end) => enterLine(ledger, text, start, end));
  return ledger;
}

/** Calls `read` with the ends of each line, which is an entry. Throws `NotAsWritten` at a line that is none. */
export function forEachEntry(text: string, read: (start: number, end: number) => void): void {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end > start) {
      checkLine(text, start, end);
      read(start, end);
    }
    start = end + 1;
  }
}

function checkLine(text: string, start: number, end: number): void {
  ENTRY.lastIndex = start;
  if (ENTRY.test(text)) return;
  throw new NotAsWritten(`the ledger has a line that is not an entry: ${text.slice(start, end)}`);
}

/** Enters the line between these places, which must be an entry. Words are cut out of the text one by one, to make less garbage. */
export function enterLine(
  ledger: Map<string, LedgerEntry>,
  text: string,
  start: number,
  end: number,
): void {
  const keyEnd = text.indexOf(" ", start);
  const rowsEnd = text.indexOf(" ", keyEnd + 1);
  const rejectedEnd = text.indexOf(" ", rowsEnd + 1);
  const space = text.indexOf(" ", rejectedEnd + 1);
  const digestEnd = space < 0 || space > end ? end : space;
  const entry = {
    rows: Number(text.slice(keyEnd + 1, rowsEnd)),
    rejected: Number(text.slice(rowsEnd + 1, rejectedEnd)),
    digest: text.slice(rejectedEnd + 1, digestEnd),
  };
  const more = digestEnd === end ? null : moreOf(text.slice(digestEnd + 1, end).split(" "));
  ledger.set(text.slice(start, keyEnd), more === null ? entry : { ...entry, ...more });
}

/** What the words after the digest say. */
function moreOf(words: readonly string[]): Pick<LedgerEntry, "judged" | "leftOut"> {
  const isJudged = words.length % 2 === 1;
  const [depth, filtered] = isJudged ? words.slice(1) : words;
  return {
    ...isJudged ? { judged: words[0] as Judgement } : {},
    ...depth === undefined ? {} : { leftOut: { depth: Number(depth), filtered: Number(filtered) } },
  };
}
