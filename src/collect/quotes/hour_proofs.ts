import { basename } from "node:path";
import { QUOTES } from "../../feed/records/quotes.ts";
import type { Venue } from "../../feed/venue.ts";
import { isMinuteFile } from "../../feed/file_names.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import type { Ledger, LedgerEntry } from "../../store/ledger.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import { Spool } from "../../store/spool/spool.ts";
import { checkPartition } from "../../store/stored_partition.ts";
import { countLines, rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { Inventory, spooledKey } from "../inventory.ts";
import {
  type CleanedFiles,
  type KeptBecause,
  lackingInEntries,
  lackingInFile,
  type Proofs,
} from "../maintain/cleanup.ts";
import { quotesCollected } from "./quotes_collected.ts";
import { type Hour, hourOf } from "./hours.ts";

/** What proves that raw files of quotes are stored: the partitions of their hours, each read back once. */
export class HourProofs implements Proofs {
  readonly damage: string[] = [];
  readonly #ledgers = new Map<Hour, Ledger | null>();
  readonly #spool: Spool;
  readonly #inventory: Inventory;

  constructor(spool: Spool, inventory: Inventory) {
    this.#spool = spool;
    this.#inventory = inventory;
  }

  async lackingFor(spooled: SpooledFile): Promise<KeptBecause | null> {
    const { layout, venue } = this.#spool;
    const because = await this.#lacking(spooled);
    const isAccepted = because === "not in the ledger" &&
      readAccepted(layout.acceptedRecord(venue)).has(basename(spooled.path));
    return isAccepted ? "accepted" : because;
  }

  /** The footer is asked first: an hour is read back only for a file that could then be deleted, or to tell its damage. */
  async #lacking(spooled: SpooledFile): Promise<KeptBecause | null> {
    const { file } = spooled;
    const { ledger, damage } = await this.#inventory.of(file.date);
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
  ): Promise<KeptBecause | null> {
    const ledger = await this.#ledgerOf(hour);
    if (ledger === null) return "damaged partition";
    if (known === undefined) return "not in the ledger";
    const entries = entriesOf(ledger, spooled);
    return lackingInEntries(entries) ?? lackingInFile(entries, { digest: known.digest, lines: known.rows });
  }

  /** Null when the partition is damaged. */
  async #ledgerOf(hour: Hour): Promise<Ledger | null> {
    const known = this.#ledgers.get(hour);
    if (known !== undefined) return known;
    const path = this.#spool.layout.partition(QUOTES_BY_HOUR, this.#spool.venue, hour);
    const read = async () => (await checkPartition(path, QUOTES))?.ledger ?? new Map();
    const ledger = await catchDamage(DamagedPartition, read, ({ message }) => {
      this.damage.push(message);
      return null;
    });
    this.#ledgers.set(hour, ledger);
    return ledger;
  }
}

/** The entry of a file, with all rows that it has; empty when there is none. */
function entriesOf(ledger: Ledger, spooled: SpooledFile): LedgerEntry[] {
  const entry = ledger.get(spooledKey(spooled));
  return entry === undefined ? [] : [{ ...entry, rows: rowsOf(entry) }];
}

/** The bytes are read last. */
async function lackingIn(entries: readonly LedgerEntry[], spooled: SpooledFile): Promise<KeptBecause | null> {
  const because = lackingInEntries(entries);
  if (because !== null) return because;
  const digest = rawDigest(spooled.path);
  const isSame = entries.every((entry) => entry.digest === digest);
  return lackingInFile(entries, { digest, lines: isSame ? await countLines(spooled) : 0 });
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
