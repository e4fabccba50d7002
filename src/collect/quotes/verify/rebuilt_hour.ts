import { QUOTES } from "../../../feed/records/quotes.ts";
import { removeIfThere } from "../../../system/atomic.ts";
import { workshopOf } from "../../../store/aside.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import { RebuildLayout, rebuiltPath } from "../../../store/layout.ts";
import type { Ledger } from "../../../store/ledger.ts";
import type { SortedSource } from "../../../store/merge_sorted.ts";
import { Spool } from "../../../store/spool/spool.ts";
import { rawDigest, type SpooledFile } from "../../../store/spool/spooled_file.ts";
import { type Partition, readPartition } from "../../../store/stored_partition.ts";
import type { Finding } from "../../findings.ts";
import { spooledKey } from "../../inventory.ts";
import type { Hour } from "../hours.ts";
import { publishHour, publishSorted, type QuotePublisher } from "../publish_hour.ts";

/** An hour rebuilt on the same disk as the stored one. Dispose it to remove what has not replaced the stored hour. */
export class RebuiltHour implements Disposable {
  readonly #publisher: QuotePublisher;
  readonly #layout: RebuildLayout;

  /** The publisher's filter is the hour's own. */
  constructor(publisher: QuotePublisher, readonly hour: Hour) {
    const { spool: { layout, venue, services } } = publisher;
    const scratch = rebuiltPath(workshopOf(layout, layout.partition(QUOTES_BY_HOUR, venue, hour)));
    this.#layout = new RebuildLayout(layout, scratch);
    this.#publisher = { ...publisher, spool: new Spool(this.#layout, venue, services), trusting: true };
    removeIfThere(scratch); // left by a killed rebuild
  }

  get path(): string {
    return this.#layout.partition(QUOTES_BY_HOUR, this.#publisher.spool.venue, this.hour);
  }

  /** Decodes raw files as a first publication does; returns the findings. Throws as `publishHour`. */
  async decode(files: readonly SpooledFile[]): Promise<Finding[]> {
    const findings = await publishHour(this.#publisher, this.hour, files);
    return findings.filter(({ kind }) => kind !== "stored");
  }

  /** Adds quotes from another source, and ledger entries. */
  async add(quotes: readonly SortedSource[], entries: Ledger): Promise<void> {
    await publishSorted(this.#publisher, this.hour, this.#publisher.filter, quotes, entries);
  }

  /** The rebuilt partition; null when there is none yet. */
  read(): Promise<Partition | null> {
    return readPartition(this.path, QUOTES);
  }

  [Symbol.dispose](): void {
    removeIfThere(this.#layout.scratch);
  }
}

/** The raw files that a ledger names, as far as their bytes are the same. */
export function sourcesAmong(spooled: readonly SpooledFile[], ledger: Ledger): SpooledFile[] {
  return spooled.filter((file) => {
    const entry = ledger.get(spooledKey(file));
    return entry !== undefined && entry.digest === rawDigest(file.path);
  });
}
