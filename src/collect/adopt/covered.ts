import { MINUTES_PER_DAY } from "../../feed/calendar/dates.ts";
import { take } from "../../feed/records/gather.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { clockOf } from "../../feed/file_names.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { IdentitySet } from "../../store/identity_set.ts";
import { type Ledger, minuteOfKey } from "../../store/ledger.ts";
import { openStored } from "../../store/stored_partition.ts";
import { openIfThere } from "../../store/data_file.ts";
import { publicationMinutes } from "../publish/shares.ts";

/** What the predecessor made up where the exchange said nothing, or named itself. */
const UNTRUE = [columnIndex(TRADES, "algo_indicator"), TRADES.era, TRADES.extra];

/**
 * The trades of a partition whose minutes are stored whole: nothing of these can be missing. The predecessor kept a
 * part of each trade only; a row of it that agrees with one of these, as far as it goes, is that trade, though by its
 * identity it need not be: without the contract of a Eurex trade, or without a transaction id.
 */
export class CoveredTrades {
  readonly #path: string;
  readonly #ledger: Ledger;
  readonly #sets = new Map<string, IdentitySet>();

  /** Of the partition at `path`, if there is one. Throws `DamagedPartition`. */
  static async of(path: string): Promise<CoveredTrades> {
    using file = openIfThere(path);
    const ledger = file === null ? new Map() : (await openStored(path, file, TRADES)).ledger;
    return new CoveredTrades(path, ledger);
  }

  private constructor(path: string, ledger: Ledger) {
    this.#path = path;
    this.#ledger = ledger;
  }

  /** The rows of a batch that are none of these, as far as `columns` tell, places in `TRADES.columns`. */
  async others(batch: Batch, columns: readonly number[]): Promise<Batch> {
    const hasMinutes = [...this.#ledger.keys()].some((key) => minuteOfKey(key) !== null);
    if (!hasMinutes) return batch;
    const isThere = (await this.#setBy(columns.filter((column) => !UNTRUE.includes(column)))).contain(batch);
    const minutes = publicationMinutes(batch);
    const rows = Uint32Array.from({ length: batch.rows }, (_, row) => row)
      .filter((row) => isThere[row] === 0 || !this.#isWhole(minutes[row] % MINUTES_PER_DAY));
    return rows.length === batch.rows ? batch : take(batch, rows);
  }

  /** Also a minute for which a daily file stands. */
  #isWhole(minute: number): boolean {
    return this.#ledger.get(clockOf(minute))?.rejected === 0;
  }

  async #setBy(columns: readonly number[]): Promise<IdentitySet> {
    const key = columns.join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    using file = openIfThere(this.#path)!;
    const { batches } = await openStored(this.#path, file, TRADES);
    const set = await IdentitySet.of(batches(), columns);
    this.#sets.set(key, set);
    return set;
  }
}
