import { counted, grouped } from "../counted.ts";

/** The disk has no room for more quotes: the remaining space is kept for trades. */
export class NoRoomForQuotes extends Error {
  override name = "NoRoomForQuotes";
}

/**
 * An hour is on the disk as it came, as sorted runs, which have 73 bytes a row, and as its partition. Measured: 3.9 times
 * its files for Tradegate, whose rows are the smallest, 1.4 times for Xetra; and some more to be safe.
 */
const COPIES = 4.5;

/** What decides whether there is room; all in bytes. */
export interface Room {
  /** Null when the system does not say. */
  readonly free: number | null;
  /** The size of the files to be fetched next. */
  readonly wanted: number;
  /** What venues that were given room may still take; see `SharedRoom`. */
  readonly promised: number;
  /** What must stay free for trades. */
  readonly keptForTrades: number;
}

/** The bytes that files take until they are stored. */
export function roomFor(wanted: number): number {
  return COPIES * wanted;
}

/** Whether what is wanted can be fetched and published. */
export function hasRoom({ free, wanted, promised, keptForTrades }: Room): boolean {
  return free === null || free >= roomFor(wanted) + promised + keptForTrades;
}

/** Why quotes stop, and what to do; `files` is the number of files that are wanted. */
export function noRoomText({ free, wanted, keptForTrades }: Omit<Room, "promised">, files: number): string {
  return `the disk has ${megabytes(free ?? 0)} free; the next ${counted(files, "file")} take ` +
    `${megabytes(roomFor(wanted))} until they are stored, and ${megabytes(keptForTrades)} are kept ` +
    `for trades. Quotes stop, trades go on: make room`;
}

/** `1,234 MB`. */
export function megabytes(bytes: number): string {
  return `${grouped(Math.ceil(bytes / 1e6))} MB`;
}
