import type { SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { type Collected, type Footer, TRADES_COLLECTED } from "./collected.ts";
import { ledgerKey, standsForFile } from "../store/ledger.ts";
import type { Layout } from "../store/layout.ts";
import { Spool } from "../store/spool/spool.ts";
import type { SpooledFile } from "../store/spool/spooled_file.ts";

/** What is on disk for a venue and a UTC date. */
export interface DayInventory extends Footer {
  readonly date: string;
  readonly spooled: readonly SpooledFile[];
  /** The spooled files that are missing from the ledger: not yet published, or not understood. */
  readonly waiting: readonly SpooledFile[];
}

/**
 * What is on disk for a venue while its write lock is held. The footer of a date is read once, and again only after
 * `forget`. The spool, which receives downloads meanwhile, is read each time.
 */
export class Inventory {
  readonly #footers = new Map<string, Footer>();

  readonly #spool: Spool;

  constructor(
    readonly layout: Layout,
    readonly venue: Venue,
    readonly collected: Collected = TRADES_COLLECTED,
  ) {
    this.#spool = new Spool(layout, venue, collected.services(venue));
  }

  /** Reads the footer of a date's partition, unless it is known, and the date's spool. Throws the disk's errors. */
  async of(date: string): Promise<DayInventory> {
    const known = this.#footers.get(date) ??
      await this.collected.readFooter(this.layout, this.venue, date);
    this.#footers.set(date, known);
    const spooled = this.#spool.files(date);
    const waiting = spooled.filter((file) => !known.ledger.has(spooledKey(file)));
    return { date, ...known, spooled, waiting };
  }

  /** The inventories of these dates, by date; a date that is given several times is read once. */
  async days(dates: Iterable<string>): Promise<Map<string, DayInventory>> {
    const days = await Promise.all([...new Set(dates)].map((date) => this.of(date)));
    return new Map(days.map((day) => [day.date, day]));
  }

  /** The names among `files` that need not be fetched; see `seenNames`. */
  async seen(files: readonly SourceFile[]): Promise<Set<string>> {
    return seenNames(files, await this.days(files.map(({ date }) => date)));
  }

  /** Forgets the footers of dates in which something was published; default all, for when the dates are unknown. */
  forget(dates: Iterable<string> = [...this.#footers.keys()]): void {
    for (const date of dates) this.#footers.delete(date);
  }
}

/**
 * Returns a function that decides whether a file need not be fetched because it is in a ledger or in the spool. A daily
 * file that contradicts the minute files does not count as stored by its ledger entry: it must also be in the spool,
 * where the user can look at it and accept it.
 */
export function seenIn(days: ReadonlyMap<string, DayInventory>): (file: SourceFile) => boolean {
  const spooled = new Set([...days.values()].flatMap((day) => day.spooled.map(({ file }) => file.name)));
  return (file) => standsForFile(days.get(file.date)?.ledger.get(ledgerKey(file))) || spooled.has(file.name);
}

/** The names among `files` that need not be fetched. */
export function seenNames(
  files: readonly SourceFile[],
  days: ReadonlyMap<string, DayInventory>,
): Set<string> {
  return new Set(files.filter(seenIn(days)).map(({ name }) => name));
}

/** The ledger key of a spooled file; a second version has one of its own. */
export function spooledKey({ file, version }: SpooledFile): string {
  return ledgerKey(file, version);
}
