import { MINUTES_PER_DAY } from "../../feed/calendar/dates.ts";
import { takeWhere } from "../../feed/records/gather.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { clockOf } from "../../feed/file_names.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { IdentitySet } from "../../store/identity_set.ts";
import { type Ledger, minuteOfKey } from "../../store/ledger.ts";
import { openStored } from "../../store/stored_partition.ts";
import { openIfThere } from "../../store/data_file.ts";
import { publicationMinutes } from "../publish/shares.ts";

/** Columns that the predecessor filled with a made-up value or its own name where the exchange published nothing. */
const UNTRUE = [columnIndex(TRADES, "algo_indicator"), TRADES.era, TRADES.extra];

/**
 * The trades of a partition in those minutes that are stored completely. The predecessor kept only some fields of each
 * trade. If one of its rows agrees with a trade here in all fields that it has, it is that trade, even if its identity
 * differs because it lacks the contract of a Eurex trade, or a transaction id.
 */
export class CoveredTrades {
  readonly #sets = new Map<string, IdentitySet>();

  /** Reads the partition at `path`, if there is one. Throws `DamagedPartition`. */
  static async of(path: string): Promise<CoveredTrades> {
    using file = openIfThere(path);
    const ledger = file === null ? new Map() : (await openStored(path, file, TRADES)).ledger;
    return new CoveredTrades(path, ledger);
  }

  private constructor(readonly path: string, readonly ledger: Ledger) {}

  /** The rows of a batch that match none of these trades in the given `columns` (places in `TRADES.columns`). */
  async others(batch: Batch, columns: readonly number[]): Promise<Batch> {
    const hasMinutes = [...this.ledger.keys()].some((key) => minuteOfKey(key) !== null);
    if (!hasMinutes) return batch;
    const isThere = (await this.#setBy(columns.filter((column) => !UNTRUE.includes(column)))).contain(batch);
    const minutes = publicationMinutes(batch);
    return takeWhere(batch, (row) => isThere[row] === 0 || !this.#isWhole(minutes[row] % MINUTES_PER_DAY));
  }

  /** True also for a minute that a daily file accounts for. */
  #isWhole(minute: number): boolean {
    return this.ledger.get(clockOf(minute))?.rejected === 0;
  }

  async #setBy(columns: readonly number[]): Promise<IdentitySet> {
    const key = columns.join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    using file = openIfThere(this.path)!;
    const { batches } = await openStored(this.path, file, TRADES);
    const set = await IdentitySet.of(batches(), columns);
    this.#sets.set(key, set);
    return set;
  }
}
