import type { RecordType } from "../../feed/records/record_type.ts";
import { workshopOf } from "../../store/aside.ts";
import type { Dataset } from "../../store/datasets.ts";
import { RebuildLayout, rebuiltPath } from "../../store/layout.ts";
import type { Ledger } from "../../store/ledger.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import type { Published } from "../../store/partition.ts";
import { Spool } from "../../store/spool/spool.ts";
import { rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { type Partition, readPartition } from "../../store/stored_partition.ts";
import { removeIfThere } from "../../system/atomic.ts";
import type { Finding } from "../findings.ts";
import { spooledKey } from "../inventory.ts";
import type { Ingestion } from "../publish/ingest.ts";

/** A partition rebuilt on the same disk as the stored one. Dispose it to remove what has not replaced that. */
export abstract class RebuiltPartition<P extends Ingestion> implements Disposable {
  /** Publishes what is rebuilt, and takes all files to be understood, since a ledger names them. */
  protected readonly publisher: P;
  readonly path: string;
  readonly #scratch: string;

  constructor(publisher: P, dataset: Dataset, readonly type: RecordType, readonly period: string) {
    const { spool: { layout, venue, services } } = publisher;
    this.#scratch = rebuiltPath(workshopOf(layout, layout.partition(dataset, venue, period)));
    const rebuilding = new RebuildLayout(layout, this.#scratch);
    this.path = rebuilding.partition(dataset, venue, period);
    this.publisher = { ...publisher, spool: new Spool(rebuilding, venue, services), trusting: true };
    removeIfThere(this.#scratch); // left by a killed rebuild
  }

  /**
   * Decodes raw files as a first publication does; returns the findings. If `ledger` says how a daily file was judged,
   * that judgement is used: what was once taken stays. Throws as the publication.
   */
  async decode(files: readonly SpooledFile[], ledger: Ledger = new Map()): Promise<Finding[]> {
    const findings = await this.publishFiles(files, ledger);
    return findings.filter(({ kind }) => kind !== "stored");
  }

  protected abstract publishFiles(files: readonly SpooledFile[], ledger: Ledger): Promise<Finding[]>;

  /** Adds rows from another source, and ledger entries. Where a row is already there, that one stays. */
  abstract add(rows: readonly SortedSource[], entries: Ledger): Promise<Published>;

  /** The rebuilt partition; null when there is none yet. */
  read(): Promise<Partition | null> {
    return readPartition(this.path, this.type);
  }

  [Symbol.dispose](): void {
    removeIfThere(this.#scratch);
  }
}

/** Whether a ledger names a raw file, and with the bytes that it has. */
export function isSource(spooled: SpooledFile, ledger: Ledger): boolean {
  const entry = ledger.get(spooledKey(spooled));
  return entry !== undefined && entry.digest === rawDigest(spooled.path);
}
