import type { DecodedFile } from "../../feed/decode/decode.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { periodsOf } from "../../store/dates.ts";
import type { Layout } from "../../store/layout.ts";
import { filledColumns } from "../../store/stored_partition.ts";
import type { Ingested } from "./ingest.ts";

/** Fewer rows than this may well have no price: a few packages, or fixings. */
const FEWEST_ROWS = 20;
/** So many of the latest dates tell what the venue sends. */
const LATEST_DATES = 10;

/**
 * What files of one date were found to be, now that they have been decoded. A file is not understood when none of its many
 * rows has a price, a quantity or a trading time, which the venue's other rows have, and a new key may stand in for it:
 * the exchange renames its keys without notice, and nobody shall miss it. Only where such a file turns up, footers of the
 * date and of those before are read. Throws what the disk throws.
 */
export async function judged(layout: Layout, ingested: readonly Ingested[]): Promise<Ingested[]> {
  const decoded = ingested.filter((file) => file.kind === "decoded");
  const suspicious = decoded.find((file) => isSuspicious(file.decoded));
  if (suspicious === undefined) return [...ingested];
  const filled = await filledUntil(layout, suspicious.spooled.file);
  for (const file of decoded) for (const column of filledBy(file.decoded)) filled.add(column);
  return ingested.map((file) => {
    if (file.kind !== "decoded" || !isSuspicious(file.decoded)) return file;
    const { spooled, decoded: { unfilled, substitutes } } = file;
    const lacking = unfilled.filter((column) => filled.has(column)).map((column) =>
      TRADES.columns[column].name
    );
    if (lacking.length === 0) return file;
    return { kind: "unrecognized", spooled, why: { keys: [...substitutes], lacking } };
  });
}

/** A new key for a flag or a code, of letters, stands in for none of these columns: fixings beside it lack a quantity. */
function isSuspicious({ rows, unfilled, substitutes }: DecodedFile): boolean {
  return rows >= FEWEST_ROWS && unfilled.length > 0 && substitutes.size > 0;
}

function filledBy({ rows, unfilled }: DecodedFile): number[] {
  return rows === 0 ? [] : TRADES.core.filter((column) => !unfilled.includes(column));
}

/** The columns, as places in `TRADES.columns`, that the venue's stored rows of a file's date and of those before fill. */
async function filledUntil(layout: Layout, { venue, date }: SourceFile): Promise<Set<number>> {
  const dates = periodsOf(layout, TRADES_BY_DAY, venue).filter((other) => other <= date);
  const filled = new Set<number>();
  for (const other of dates.slice(-LATEST_DATES)) {
    for (const column of await columnsOf(layout.partition(TRADES_BY_DAY, venue, other))) filled.add(column);
  }
  return filled;
}

/** What is damaged is told by whoever has to do with that date. */
async function columnsOf(path: string): Promise<number[]> {
  return await catchDamage(DamagedPartition, () => filledColumns(path, TRADES), () => []);
}
