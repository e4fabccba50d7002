import { POSTTRADE, type Service, type SourceFile } from "../feed/file_names.ts";
import { MINUTES_PER_DAY } from "../feed/calendar/dates.ts";
import { CREDITED, enterLine, forEachEntry, type Ledger, type LedgerEntry, ledgerKey } from "./ledger.ts";

/** What a ledger says of a minute's file: nothing, that it was fetched, or that a daily file accounts for it. */
export const MINUTE = { unknown: 0, fetched: 1, credited: 2 } as const;

/** A value of `MINUTE` for each minute of a date. */
export type MinuteMarks = Uint8Array;

const NO_MARKS: MinuteMarks = new Uint8Array(MINUTES_PER_DAY);

/**
 * A ledger for calendars of years: a minute's file takes a byte, and not an object and two texts, which would be nearly
 * all the memory that a calendar takes. How many rows it has is left out.
 */
export interface LedgerOutline {
  /** By service; those without any minute's file are missing. */
  readonly minutes: ReadonlyMap<Service, MinuteMarks>;
  /** The entries of all other files, and of second versions. */
  readonly others: Ledger;
}

/** Of a date without a partition, or with a damaged one. */
export const NO_OUTLINE: LedgerOutline = { minutes: new Map(), others: new Map() };

/** Reads what `encodeLedger` wrote. Throws `NotAsWritten` as `decodeLedger` does. */
export function outlineOf(text: string): LedgerOutline {
  const minutes = new Map<Service, MinuteMarks>();
  const others = new Map<string, LedgerEntry>();
  forEachEntry(text, (start, end) => {
    const keyEnd = text.indexOf(" ", start);
    const minute = minuteBefore(text, keyEnd);
    if (minute === null) return enterLine(others, text, start, end);
    const service = keyEnd - start === CLOCK_LENGTH
      ? POSTTRADE
      : text.slice(start, keyEnd - CLOCK_LENGTH - 1);
    let marks = minutes.get(service);
    if (marks === undefined) minutes.set(service, marks = new Uint8Array(MINUTES_PER_DAY));
    marks[minute] = isCredited(text, keyEnd) ? MINUTE.credited : MINUTE.fetched;
  });
  return { minutes, others };
}

/** The ledgers of a date's hours as if they were one: no two of them name the same file. */
export function unitedOutline(outlines: readonly LedgerOutline[]): LedgerOutline {
  const minutes = new Map<Service, MinuteMarks>();
  for (const [service, marks] of outlines.flatMap(({ minutes }) => [...minutes])) {
    const before = minutes.get(service);
    minutes.set(service, before === undefined ? marks : before.map((mark, minute) => mark | marks[minute]));
  }
  return { minutes, others: new Map(outlines.flatMap(({ others }) => [...others])) };
}

/** What is known of a service's minutes. */
export function marksOf({ minutes }: LedgerOutline, service: Service): MinuteMarks {
  return minutes.get(service) ?? NO_MARKS;
}

/** What is known of a file, or of this second version of it. */
export function markOf(outline: LedgerOutline, file: SourceFile, version: string | null): number {
  if (file.kind === "minute" && version === null) return marksOf(outline, file.service)[file.minute];
  const entry = outline.others.get(ledgerKey(file, version));
  if (entry === undefined) return MINUTE.unknown;
  return entry.digest === CREDITED ? MINUTE.credited : MINUTE.fetched;
}

/** The length of `08_34`, with which the key of a minute's file ends; that of a second version ends with a digest. */
const CLOCK_LENGTH = 5;

/** The minute that is written before this place of the text; null when something else is. */
function minuteBefore(text: string, end: number): number | null {
  const start = end - CLOCK_LENGTH;
  if (text[start + 2] !== "_") return null;
  const [hours, minutes] = [numberAt(text, start), numberAt(text, start + 3)];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}

/** The number of two digits at this place; NaN when something else is there. */
function numberAt(text: string, place: number): number {
  const [tens, ones] = [text.charCodeAt(place) - ZERO, text.charCodeAt(place + 1) - ZERO];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
const ZERO = "0".charCodeAt(0);

/** Whether the word that follows two numbers after the key says so. */
function isCredited(text: string, keyEnd: number): boolean {
  const rowsEnd = text.indexOf(" ", keyEnd + 1);
  return text.startsWith(CREDITED, text.indexOf(" ", rowsEnd + 1) + 1);
}
