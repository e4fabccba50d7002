import { FILTER_KEY, GROUP_CHECKSUMS_KEY, LEDGER_KEY, TRADING_DATES_KEY } from "./footer_keys.ts";
import type { Batch } from "../feed/records/batch.ts";
import { encodeLedger, type Ledger } from "./ledger.ts";
import { emptyTally, keptIn, mergeBatches, type SortedSource } from "./merge_sorted.ts";
import { ROW_GROUP_ROWS } from "./parquet/schema.ts";
import { encodeGroupChecksums, provenText } from "./parquet/group_checksums.ts";
import { openStored } from "./stored_partition.ts";
import { openIfThere } from "./data_file.ts";
import { writeBatches, type WriteOptions } from "./write_batches.ts";
import { groupOf } from "./row_group.ts";
import { encodeShares, TradingDateCounter } from "./date_shares.ts";

/** How a partition is written. */
export interface PublishOptions extends WriteOptions {
  /** The rows of its row groups; by default as many as those of a day of trades have. */
  readonly rowsPerGroup?: number;
  /** For quotes: which of them it holds from now on, for its footer. */
  readonly filter?: string;
}

/** What publishing changed. */
export interface Published {
  /** Rows of the partition afterwards. */
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  /** Duplicates that differ from the stored row in a column outside the identity; the stored row stays. */
  readonly conflicts: number;
}

/**
 * Merges sorted rows into the partition at `path`, together with the ledger entries of their files, in one rename: a
 * partition only grows. First checks its bytes against their digest. Throws `DamagedPartition`; then, as after any
 * other error, the partition is unchanged.
 */
export async function publishPartition(
  path: string,
  sources: readonly SortedSource[],
  entries: Ledger,
  options: PublishOptions,
): Promise<Published> {
  const { type, rowsPerGroup = ROW_GROUP_ROWS, filter } = options;
  using file = openIfThere(path);
  const stored = file === null ? null : await openStored(path, file, type);
  const ledger = encodeLedger(new Map([...stored?.ledger ?? [], ...entries]));
  const tally = emptyTally();
  const groups = mergeBatches(
    stored === null ? sources : [stored.batches(), ...sources],
    rowsPerGroup,
    tally,
  );
  const dates = TradingDateCounter.of(type);
  await writeBatches(
    path,
    dates === null ? groups : countedBy(dates, groups),
    (groups) =>
      new Map([
        [LEDGER_KEY, ledger],
        [GROUP_CHECKSUMS_KEY, encodeGroupChecksums(provenText(ledger, filter), groups)],
        ...filter === undefined ? [] : [[FILTER_KEY, filter] as const],
        ...dates === null ? [] : [[TRADING_DATES_KEY, encodeShares(dates.shares())] as const],
      ]),
    options,
  );
  const rows = keptIn(tally);
  return {
    rows,
    added: rows - (stored?.rows ?? 0),
    duplicates: tally.duplicates,
    conflicts: tally.conflicts,
  };
}

async function* countedBy(dates: TradingDateCounter, groups: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  for await (const group of groups) {
    dates.count(groupOf(group));
    yield group;
  }
}
