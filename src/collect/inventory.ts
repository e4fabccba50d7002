import { TRADES } from "../feed/records/trades.ts";
import type { SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { TRADES_BY_DAY } from "../store/datasets.ts";
import { type Ledger, ledgerKey, standsForFile } from "../store/ledger.ts";
import type { Layout } from "../store/layout.ts";
import { catchDamage, DamagedPartition } from "../store/damage.ts";
import { readPartition } from "../store/stored_partition.ts";
import { Spool } from "../store/spool/spool.ts";
import type { SpooledFile } from "../store/spool/spooled_file.ts";

/** What is on disk of a venue and a UTC date. */
export interface DayInventory {
  readonly date: string;
  /** Rows in the partition. */
  readonly rows: number;
  /** Empty when there is no partition, or it is damaged. */
  readonly ledger: Ledger;
  readonly spooled: readonly SpooledFile[];
  /** The spooled files that are not in the ledger: not yet published, or not understood. */
  readonly waiting: readonly SpooledFile[];
  readonly damage: DamagedPartition | null;
}

/** What a footer says of a date's partition. */
type Footer = Pick<DayInventory, "rows" | "ledger" | "damage">;

/**
 * What is on disk of a venue, for as long as its write lock is held: the footer of a date is read once, and once more
 * after `forget`. The spool, into which downloads go, is looked at whenever it is asked for.
 */
export class Inventory {
  readonly #footers = new Map<string, Footer>();

  constructor(readonly layout: Layout, readonly venue: Venue) {}

  /** Reads the footer of a date's partition, unless it is known, and its part of the spool. Throws what the disk throws. */
  async of(date: string): Promise<DayInventory> {
    const known = this.#footers.get(date) ??
      await readFooter(this.layout.partition(TRADES_BY_DAY, this.venue, date));
    this.#footers.set(date, known);
    const spooled = new Spool(this.layout, this.venue).files(date);
    const waiting = spooled.filter((file) => !known.ledger.has(spooledKey(file)));
    return { date, ...known, spooled, waiting };
  }

  /** The inventories of these dates, by date; one that is named several times is read once. */
  async days(dates: Iterable<string>): Promise<Map<string, DayInventory>> {
    const days = await Promise.all([...new Set(dates)].map((date) => this.of(date)));
    return new Map(days.map((day) => [day.date, day]));
  }

  /** The names among `files` that need not be fetched, as `seenNames`. */
  async seen(files: readonly SourceFile[]): Promise<Set<string>> {
    return seenNames(files, await this.days(files.map(({ date }) => date)));
  }

  /** Forgets the footers of dates in which something was published; of all where that is not known. */
  forget(dates: Iterable<string> = [...this.#footers.keys()]): void {
    for (const date of dates) this.#footers.delete(date);
  }
}

/** Reads the footer of a date's partition and its part of the spool. */
export async function inventoryOf(layout: Layout, venue: Venue, date: string): Promise<DayInventory> {
  return await new Inventory(layout, venue).of(date);
}

/** The inventories of these dates, by date; one that is named several times is read once. */
export async function inventoriesOf(
  layout: Layout,
  venue: Venue,
  dates: Iterable<string>,
): Promise<Map<string, DayInventory>> {
  return await new Inventory(layout, venue).days(dates);
}

/**
 * Tells of a file whether it need not be fetched: it is in a ledger or in the spool. A daily file that contradicts the
 * minute files is not stored by its entry: it must be in the spool, for only there it can be looked at and accepted.
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

async function readFooter(path: string): Promise<Footer> {
  const found = await catchDamage(DamagedPartition, () => readPartition(path, TRADES), (damage) => damage);
  if (found instanceof DamagedPartition) return { rows: 0, ledger: new Map(), damage: found };
  return { rows: found?.rows ?? 0, ledger: found?.ledger ?? new Map(), damage: null };
}
