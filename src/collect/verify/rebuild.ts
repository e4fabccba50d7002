import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { workshopOf } from "../../store/aside.ts";
import { removeIfThere } from "../../system/atomic.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { type Layout, RebuildLayout, rebuiltPath } from "../../store/layout.ts";
import { CREDITED, dateOfKey, judgementOf, type Ledger } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import { type Published, publishPartition } from "../../store/partition.ts";
import { Spool } from "../../store/spool/spool.ts";
import { rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Partition, readPartition } from "../../store/stored_partition.ts";
import type { Finding } from "../findings.ts";
import { spooledKey } from "../inventory.ts";
import type { Publisher } from "../publish/publish.ts";
import { publishFiles } from "../publish/publish_files.ts";

/** The raw files from which a partition is rebuilt. */
export interface Sources {
  readonly files: readonly SpooledFile[];
  /** Whether these are all files that the ledger names. */
  readonly complete: boolean;
}

/** A day rebuilt on the same disk as the stored one. Dispose it to remove what has not replaced the stored day. */
export class RebuiltDay implements Disposable {
  readonly #publisher: Publisher;
  readonly #layout: RebuildLayout;

  constructor(publisher: Publisher, readonly date: string) {
    const { spool: { layout, venue } } = publisher;
    const scratch = rebuiltPath(workshopOf(layout, layout.partition(TRADES_BY_DAY, venue, date)));
    this.#layout = new RebuildLayout(layout, scratch);
    this.#publisher = { ...publisher, spool: new Spool(this.#layout, venue), trusting: true };
    removeIfThere(this.#layout.scratch); // left by a killed rebuild
  }

  get path(): string {
    return this.#layout.partition(TRADES_BY_DAY, this.#publisher.spool.venue, this.date);
  }

  /**
   * Decodes raw files as a first publication does, minute files first; returns the findings. If `ledger` says how a
   * daily file was judged, that judgement is used: what was once taken stays. Throws as `publishMinutes`.
   */
  async decode(files: readonly SpooledFile[], ledger: Ledger = new Map()): Promise<Finding[]> {
    const judgedOf = (daily: SpooledFile) => judgementOf(ledger.get(spooledKey(daily)));
    const findings = await publishFiles(this.#publisher, this.date, files, { judgedOf });
    return findings.filter(({ kind }) => kind !== "stored");
  }

  /** Adds trades from another source, and ledger entries. Where a trade is already there, that one stays. */
  async add(trades: readonly SortedSource[], entries: Ledger): Promise<Published> {
    const { createdBy, pace } = this.#publisher;
    return await publishPartition(this.path, trades, entries, {
      type: TRADES,
      createdBy,
      breathe: () => pace.breathe(),
    });
  }

  /** The rebuilt partition; null when there is none yet. */
  read(): Promise<Partition | null> {
    return readPartition(this.path, TRADES);
  }

  [Symbol.dispose](): void {
    removeIfThere(this.#layout.scratch);
  }
}

/** Chooses, as `sourcesAmong`, from the raw files that a date's ledger names and whose bytes match their digests. */
export function sourcesNamed(layout: Layout, venue: Venue, date: string, ledger: Ledger): Sources {
  const spool = new Spool(layout, venue);
  const named = (file: SpooledFile) => {
    const entry = ledger.get(spooledKey(file));
    return entry !== undefined && entry.digest === rawDigest(file.path);
  };
  const files = datesIn(ledger, date).flatMap((day) => spool.files(day))
    .filter((file) => (file.file.kind !== "minute" || file.file.date === date) && named(file));
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
