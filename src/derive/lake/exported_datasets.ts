import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../feed/records/bars.ts";
import { lakeTypeOf } from "../../feed/records/lake.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { DamagedBars } from "../../store/damage.ts";
import { BARS_1D, BARS_1M, type Dataset, TRADES_BY_DAY } from "../../store/datasets.ts";
import { CONTENT_KEY } from "../../store/footer_keys.ts";
import type { MonthDay } from "../../store/month/stored_month.ts";
import { openStoredFile, readStored, type Stored, type StoredKind } from "../../store/stored_file.ts";
import { openStored, readPartition } from "../../store/stored_partition.ts";

/** Identifies the content of a stored file. */
export type Content = Pick<MonthDay, "rows" | "digest">;

/** A dataset that is exported: which files a month of it is made from, and of what its rows are there. */
export interface LakeDataset {
  /** What its stored files are; those of a month are one of it, or its days. */
  readonly stored: Dataset;
  /** Where it lies in a lake. */
  readonly target: Dataset;
  readonly lakeType: RecordType;
  /** Whether what is stored only grows: then a month that would lose rows is not made. */
  readonly isGrowing: boolean;
  /** What the footer of a stored file says; null when there is none. Throws its damage, and what the disk throws. */
  readonly read: (path: string) => Promise<Content | null>;
  /** The same of an open file, its bytes checked, and with its rows. */
  readonly open: (path: string, file: Deno.FsFile) => Promise<Stored<Content>>;
}

const BARS: StoredKind<Content> = {
  describe: ({ rows, digest, parquet }) => ({ rows, digest: parquet.metadata.get(CONTENT_KEY) ?? digest }),
  Damaged: DamagedBars,
};

/** What can be exported, by the name that a user has for it. */
export const LAKE_DATASETS = {
  trades: {
    stored: TRADES_BY_DAY,
    target: monthly(TRADES_BY_DAY),
    lakeType: lakeTypeOf(TRADES),
    isGrowing: true,
    read: (path) => readPartition(path, TRADES),
    open: (path, file) => openStored(path, file, TRADES),
  },
  bars: ofBars(BARS_1M, BARS_1M_ROWS),
  closes: ofBars(BARS_1D, BARS_1D_ROWS),
} as const satisfies Record<string, LakeDataset>;

export type LakeName = keyof typeof LAKE_DATASETS;

function ofBars(stored: Dataset, type: RecordType): LakeDataset {
  return {
    stored,
    target: monthly(stored),
    lakeType: lakeTypeOf(type),
    isGrowing: false,
    read: (path) => readStored(path, type, BARS),
    open: (path, file) => openStoredFile(path, file, type, BARS),
  };
}

function monthly(dataset: Dataset): Dataset {
  return { ...dataset, grain: "month" };
}
