import type { RecordType } from "../feed/records/record_type.ts";
import { TRADES } from "../feed/records/trades.ts";
import { POSTTRADE, type Service } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { catchDamage, DamagedPartition } from "../store/damage.ts";
import { TRADES_BY_DAY } from "../store/datasets.ts";
import { storedDates } from "../store/periods.ts";
import type { Ledger } from "../store/ledger.ts";
import { NO_OUTLINE } from "../store/ledger_outline.ts";
import type { Layout } from "../store/layout.ts";
import { type PartitionOutline, readOutline, readPartition } from "../store/stored_partition.ts";

/** What the footers of a date's partitions say. */
export interface Footer {
  readonly rows: number;
  /** Empty where there is no partition or it is damaged. */
  readonly ledger: Ledger;
  readonly damage: DamagedPartition | null;
}

/** The same with only an outline of the ledger, for calendars. */
export interface FooterOutline extends PartitionOutline {
  readonly damage: DamagedPartition | null;
}

/** What is collected of a venue: from which services, and where it is stored. */
export interface Collected {
  /** What one row is called in messages. */
  readonly noun: string;
  readonly services: (venue: Venue) => readonly Service[];
  /** Throws the disk's errors. */
  readonly readFooter: (layout: Layout, venue: Venue, date: string) => Promise<Footer>;
  /** Throws the disk's errors. */
  readonly readOutline: (layout: Layout, venue: Venue, date: string) => Promise<FooterOutline>;
  /** The dates that have something stored or raw files, oldest first. */
  readonly storedDates: (layout: Layout, venue: Venue) => string[];
}

/** Trades: one service, and a partition for each date. */
export const TRADES_COLLECTED: Collected = {
  noun: "trade",
  services: () => [POSTTRADE],
  readFooter: (layout, venue, date) => readFooter(layout.partition(TRADES_BY_DAY, venue, date), TRADES),
  readOutline: (layout, venue, date) =>
    readFooterOutline(layout.partition(TRADES_BY_DAY, venue, date), TRADES),
  storedDates,
};

/** The footer of the partition at `path`, of rows of this type. Throws the disk's errors. */
export async function readFooter(path: string, type: RecordType): Promise<Footer> {
  const found = await catchDamage(DamagedPartition, () => readPartition(path, type), (damage) => damage);
  if (found instanceof DamagedPartition) return { rows: 0, ledger: new Map(), damage: found };
  return { rows: found?.rows ?? 0, ledger: found?.ledger ?? new Map(), damage: null };
}

/** The same with only an outline of the ledger. */
export async function readFooterOutline(path: string, type: RecordType): Promise<FooterOutline> {
  const found = await catchDamage(DamagedPartition, () => readOutline(path, type), (damage) => damage);
  if (found instanceof DamagedPartition) return { rows: 0, ledger: NO_OUTLINE, damage: found };
  return { rows: found?.rows ?? 0, ledger: found?.ledger ?? NO_OUTLINE, damage: null };
}
