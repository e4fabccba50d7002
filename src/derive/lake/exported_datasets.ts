import { monthOf } from "../../feed/calendar/dates.ts";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../feed/records/bars.ts";
import { lakeTypeOf } from "../../feed/records/lake.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { DamagedBars } from "../../store/damage.ts";
import {
  BARS_1D,
  BARS_1M,
  type Dataset,
  type Grain,
  QUOTES_BY_HOUR,
  TRADES_BY_DAY,
} from "../../store/datasets.ts";
import { CONTENT_KEY } from "../../store/footer_keys.ts";
import type { Layout } from "../../store/layout.ts";
import type { MonthDay } from "../../store/month/stored_month.ts";
import { periodsOf } from "../../store/periods.ts";
import { openStoredFile, readStored, type Stored, type StoredKind } from "../../store/stored_file.ts";
import { openStored, readPartition } from "../../store/stored_partition.ts";
import type { Venue } from "../../feed/venue.ts";
import { PartitionIndex } from "../partition_index.ts";

/** Identifies the content of a stored file. */
export type Content = Pick<MonthDay, "rows" | "digest">;

/** A dataset that is exported: which stored files each of its files is made from, and what its rows are there. */
export interface LakeDataset {
  /** What its stored files are. */
  readonly stored: Dataset;
  /** What is exported when a user names no month: the months that this one has. */
  readonly months: Dataset;
  /** Where it lies in a lake: in a file a month, or a file a day. */
  readonly target: Dataset;
  readonly lakeType: RecordType;
  /** Whether what is stored only grows: then a file that would lose rows is not made. */
  readonly isGrowing: boolean;
  /** What the footer of a stored file says; null when there is none. Throws its damage, and what the disk throws. */
  readonly read: (path: string) => Promise<Content | null>;
  /** The same of an open file, its bytes checked, and with its rows. */
  readonly open: (path: string, file: Deno.FsFile) => Promise<Stored<Content>>;
  /** Whether a month of which nothing is stored has nothing to be made of either. Throws as `read`. */
  readonly isRightlyEmpty: (month: string, of: VenueTools) => Promise<boolean>;
}

/** Where the stored files of a venue lie; `breathe` is awaited before each. */
interface VenueTools {
  readonly layout: Layout;
  readonly venue: Venue;
  readonly breathe: () => Promise<void>;
}

const BARS: StoredKind<Content> = {
  describe: ({ rows, digest, parquet }) => ({ rows, digest: parquet.metadata.get(CONTENT_KEY) ?? digest }),
  Damaged: DamagedBars,
};

/** What can be exported, by the name that a user has for it. */
export const LAKE_DATASETS = {
  trades: asPublished(TRADES_BY_DAY, TRADES, "month"),
  bars: ofBars(BARS_1M, BARS_1M_ROWS),
  closes: ofBars(BARS_1D, BARS_1D_ROWS),
  // A month of a busy venue's quotes has 30 GB: more than an engine wants in one file, or a disk twice while it is replaced.
  quotes: asPublished(QUOTES_BY_HOUR, QUOTES, "day"),
} as const satisfies Record<string, LakeDataset>;

export type LakeName = keyof typeof LAKE_DATASETS;

function asPublished(stored: Dataset, type: RecordType, grain: Grain): LakeDataset {
  return {
    stored,
    months: stored,
    target: { ...stored, grain },
    lakeType: lakeTypeOf(type),
    isGrowing: true,
    read: (path) => readPartition(path, type),
    open: (path, file) => openStored(path, file, type),
    isRightlyEmpty: () => Promise.resolve(false),
  };
}

/** Bars are made of trades: those of a month are missed when its trades are there. */
function ofBars(stored: Dataset, type: RecordType): LakeDataset {
  return {
    stored,
    months: TRADES_BY_DAY,
    target: { ...stored, grain: "month" },
    lakeType: lakeTypeOf(type),
    isGrowing: false,
    read: (path) => readStored(path, type, BARS),
    open: (path, file) => openStoredFile(path, file, type, BARS),
    isRightlyEmpty: hasOnlyOtherDays,
  };
}

/** A trading day begins on the UTC date before: the last partition of a month may have rows of the next one, and no others. */
async function hasOnlyOtherDays(month: string, { layout, venue, breathe }: VenueTools): Promise<boolean> {
  const partitions = periodsOf(layout, TRADES_BY_DAY, venue, month);
  const shares = await new PartitionIndex(layout, venue, breathe).sharesIn(partitions);
  return partitions.length > 0 && shares.every(({ date }) => monthOf(date) !== month);
}
