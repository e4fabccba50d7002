import type { DecodedFile } from "../../feed/decode/decode.ts";
import type { PublishedType } from "../../feed/records/record_type.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import type { Dataset } from "../../store/datasets.ts";
import { periodsOf } from "../../store/periods.ts";
import type { Layout } from "../../store/layout.ts";
import { filledColumns } from "../../store/stored_partition.ts";
import type { Ingested } from "./ingest.ts";

/** With fewer rows than this, it is normal that none has a price: they may be packages or fixings. */
const FEWEST_ROWS = 20;
/** The number of latest dates, or hours, that show what the venue usually sends. */
const LATEST_PERIODS = 10;

/** Where rows of a type are stored. */
export interface StoredRows {
  readonly layout: Layout;
  readonly dataset: Dataset;
  readonly type: PublishedType;
}

/**
 * Judges the decoded files of one date. A file is not understood when none of its many rows has a price, a quantity or
 * a trading time, the venue's other rows have it, and the file has a new key that may contain it: the exchange renames
 * keys without notice, and that must not go unnoticed. Footers of the date and of earlier dates are read only if there
 * is such a file. Throws the disk's errors.
 */
export async function judged(stored: StoredRows, ingested: readonly Ingested[]): Promise<Ingested[]> {
  const { type } = stored;
  const decoded = ingested.filter((file) => file.kind === "decoded");
  const suspicious = decoded.find((file) => isSuspicious(file.decoded));
  if (suspicious === undefined) return [...ingested];
  const filled = await filledUntil(stored, suspicious.spooled.file);
  for (const file of decoded) for (const column of filledBy(type, file.decoded)) filled.add(column);
  return ingested.map((file) => {
    if (file.kind !== "decoded" || !isSuspicious(file.decoded)) return file;
    const { spooled, decoded: { unfilled, substitutes } } = file;
    const lacking = unfilled.filter((column) => filled.has(column)).map((column) =>
      type.columns[column].name
    );
    if (lacking.length === 0) return file;
    return { kind: "unrecognized", spooled, why: { keys: [...substitutes], lacking } };
  });
}

/**
 * A new key for a flag or a code consists of letters and cannot replace one of these columns; fixings beside it have no
 * quantity.
 */
function isSuspicious({ rows, unfilled, substitutes }: DecodedFile): boolean {
  return rows >= FEWEST_ROWS && unfilled.length > 0 && substitutes.size > 0;
}

function filledBy({ core }: PublishedType, { rows, unfilled }: DecodedFile): number[] {
  return rows === 0 ? [] : core.filter((column) => !unfilled.includes(column));
}

/**
 * The columns (places in those of the type) that stored rows of the venue have filled on a file's date and the dates
 * before.
 */
async function filledUntil(
  { layout, dataset, type }: StoredRows,
  { venue, date }: SourceFile,
): Promise<Set<number>> {
  const periods = periodsOf(layout, dataset, venue).filter((period) => period.slice(0, date.length) <= date);
  const filled = new Set<number>();
  for (const period of periods.slice(-LATEST_PERIODS)) {
    const path = layout.partition(dataset, venue, period);
    for (const column of await columnsOf(path, type)) filled.add(column);
  }
  return filled;
}

/** Ignores damaged partitions here: whatever works on that date reports them. */
async function columnsOf(path: string, type: PublishedType): Promise<number[]> {
  return await catchDamage(DamagedPartition, () => filledColumns(path, type), () => []);
}
