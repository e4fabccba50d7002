import { QUOTES } from "../../feed/records/quotes.ts";
import type { Venue } from "../../feed/venue.ts";
import { isMinuteFile } from "../../feed/file_names.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import type { Ledger, LedgerEntry } from "../../store/ledger.ts";
import { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { Inventory, spooledKey } from "../inventory.ts";
import type { CleanedFiles } from "../maintain/cleanup.ts";
import {
  CheckedLedgers,
  type Lacking,
  lackingIn,
  lackingInEntries,
  lackingInFile,
  type Proofs,
} from "../maintain/proofs.ts";
import { quotesCollected } from "./quotes_collected.ts";
import { type Hour, hourOf } from "./hours.ts";

/** What proves that raw files of quotes are stored: the partitions of their hours, each read back once. */
export class HourProofs implements Proofs {
  readonly #ledgers: CheckedLedgers;

  constructor({ layout, venue }: Spool, readonly inventory: Inventory) {
    this.#ledgers = new CheckedLedgers(layout, venue, QUOTES_BY_HOUR, QUOTES);
  }

  get damage(): readonly string[] {
    return this.#ledgers.damage;
  }

  /** The footer is asked first: an hour is read back only for a file that could then be deleted, or to report its damage. */
  async lackingFor(spooled: SpooledFile): Promise<Lacking | null> {
    const { file } = spooled;
    const { ledger, damage } = await this.inventory.of(file.date);
    const entries = entriesOf(ledger, spooled);
    if (!isMinuteFile(file) || (entries.length === 0 && damage === null)) return "not in the ledger";
    // Without an entry, the damaged hour may be its own.
    const because = entries.length === 0 ? null : await lackingIn(entries, spooled);
    return because ?? this.#lackingInHour(hourOf(file), spooled, entries);
  }

  /** What the hour lacks when it is read back; the file is known to be as `entries` say. */
  async #lackingInHour(
    hour: Hour,
    spooled: SpooledFile,
    [known]: readonly LedgerEntry[],
  ): Promise<Lacking | null> {
    const ledger = await this.#ledgers.of(hour);
    if (ledger === null) return "damaged partition";
    if (known === undefined) return "not in the ledger";
    const entries = entriesOf(ledger, spooled);
    return lackingInEntries(entries) ?? lackingInFile(entries, { digest: known.digest, lines: known.rows });
  }
}

/** The entry of a file, with all rows that it has; empty when there is none. */
function entriesOf(ledger: Ledger, spooled: SpooledFile): LedgerEntry[] {
  const entry = ledger.get(spooledKey(spooled));
  return entry === undefined ? [] : [{ ...entry, rows: rowsOf(entry) }];
}

/** All rows of a file, with those that are counted and not stored. */
function rowsOf({ rows, leftOut }: LedgerEntry): number {
  return rows + (leftOut?.depth ?? 0) + (leftOut?.filtered ?? 0);
}

/** The raw files of all services of a venue's quotes, and what is known of them. */
export function rawQuotes(layout: Layout, venue: Venue): CleanedFiles {
  const collected = quotesCollected();
  const spool = new Spool(layout, venue, collected.services(venue));
  const inventory = new Inventory(layout, venue, collected);
  return { spool, inventory, proofs: new HourProofs(spool, inventory) };
}
