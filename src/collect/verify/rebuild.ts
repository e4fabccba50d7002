import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import { CREDITED, dateOfKey, judgementOf, type Ledger } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import type { Published } from "../../store/partition.ts";
import { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import type { Finding } from "../findings.ts";
import { spooledKey } from "../inventory.ts";
import { publishDay, type Publisher } from "../publish/publish.ts";
import { publishFiles } from "../publish/publish_files.ts";
import { isSource, RebuiltPartition } from "./rebuilt_partition.ts";

/** The raw files from which a partition is rebuilt. */
export interface Sources {
  readonly files: readonly SpooledFile[];
  /** Whether these are all files that the ledger names. */
  readonly complete: boolean;
}

/** A day rebuilt on the same disk as the stored one. */
export class RebuiltDay extends RebuiltPartition<Publisher> {
  constructor(publisher: Publisher, date: string) {
    super(publisher, TRADES_BY_DAY, TRADES, date);
  }

  protected override publishFiles(files: readonly SpooledFile[], ledger: Ledger): Promise<Finding[]> {
    const judgedOf = (daily: SpooledFile) => judgementOf(ledger.get(spooledKey(daily)));
    return publishFiles(this.publisher, this.period, files, { judgedOf });
  }

  override add(trades: readonly SortedSource[], entries: Ledger): Promise<Published> {
    return publishDay(this.publisher, this.period, trades, entries);
  }
}

/** Chooses, as `sourcesAmong`, from the raw files that a date's ledger names and whose bytes match their digests. */
export function sourcesNamed(layout: Layout, venue: Venue, date: string, ledger: Ledger): Sources {
  const spool = new Spool(layout, venue);
  const files = datesIn(ledger, date).flatMap((day) => spool.files(day))
    .filter((file) => (file.file.kind !== "minute" || file.file.date === date) && isSource(file, ledger));
  return sourcesAmong(files, ledger);
}

/**
 * Chooses, from the available raw files named in a ledger, those from which the partition can be rebuilt. A daily file
 * that was withheld in part is included only if all files are: the withheld part is determined by comparison with the
 * minutes.
 */
export function sourcesAmong(files: readonly SpooledFile[], ledger: Ledger): Sources {
  const there = new Set(files.map(spooledKey));
  const complete = [...ledger].every(([key, { digest }]) => digest === CREDITED || there.has(key));
  if (complete) return { files, complete };
  const isTaken = (file: SpooledFile) => judgementOf(ledger.get(spooledKey(file))) === "taken";
  return { files: files.filter((file) => file.file.kind !== "daily" || isTaken(file)), complete };
}

/**
 * The dates in whose raw folders the files of a ledger lie: the partition's own, and those of files with several dates.
 */
export function datesIn(ledger: Ledger, date: string): string[] {
  const others = [...ledger.keys()].map(dateOfKey);
  return [...new Set([date, ...others.filter((date) => date !== null)])];
}
