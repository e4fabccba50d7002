import { parseFilterText } from "../../../feed/quote_filter.ts";
import { QUOTES } from "../../../feed/records/quotes.ts";
import { replaceDamaged } from "../../../store/aside.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import type { Layout } from "../../../store/layout.ts";
import { rowsEntered } from "../../../store/ledger.ts";
import { type Salvage, salvagePartition } from "../../../store/salvage.ts";
import type { SpooledFile } from "../../../store/spool/spooled_file.ts";
import type { Partition } from "../../../store/stored_partition.ts";
import { isSource } from "../../verify/rebuilt_partition.ts";
import type { Repair } from "../../verify/repairs.ts";
import type { Hour } from "../hours.ts";
import type { QuotePublisher } from "../publish_hour.ts";
import { RebuiltHour } from "./rebuilt_hour.ts";
import { repairHourFrom } from "./repair_hour_from.ts";

/**
 * Rebuilds a damaged hour from its intact row groups and what is left of its raw files, `spooled`. If that is less than
 * it held, it is united with the hour of another working directory, `from`, or left as it is. If its ledger cannot be
 * read, its raw files are taken to be all that it was made from. `now`, in milliseconds since 1970, becomes part of the
 * name of what is set aside. The caller holds the write lock of the venue's quotes. Throws the disk's errors and the
 * signal's reason; then the damaged file is still in its place, or already repaired.
 */
export async function repairHour(
  publisher: QuotePublisher,
  hour: Hour,
  spooled: readonly SpooledFile[],
  now: number,
  from: Layout | null,
): Promise<Repair> {
  const { layout, venue } = publisher.spool;
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  const salvage = await salvagePartition(path, QUOTES);
  const { ledger, filter } = salvage;
  const sources = ledger === null ? spooled : spooled.filter((file) => isSource(file, ledger));
  using rebuilt = new RebuiltHour({ ...publisher, filter: parseFilterText(filter ?? "") }, hour);
  const { rows, reason } = await rebuildFromOurs(rebuilt, salvage, sources);
  const proven = reason === null && ledger !== null;
  if (from !== null && !proven) {
    const repair = await repairHourFrom(from, publisher, { date: hour, path, salvage, sources }, now);
    if (repair !== null) return repair;
  }
  if (reason !== null) return { kind: "left", date: hour, path, reason };
  const aside = replaceDamaged(layout, rebuilt.path, path, now);
  return { kind: "rebuilt", date: hour, path, aside, rows, proven, other: null };
}

/**
 * Rebuilds an hour from raw files and its intact parts. Returns how many rows there are, and why they must not take the
 * place of the damaged ones; null when they may.
 */
async function rebuildFromOurs(
  rebuilt: RebuiltHour,
  salvage: Salvage,
  sources: readonly SpooledFile[],
): Promise<{ rows: number; reason: string | null }> {
  const { ledger } = salvage;
  if (ledger === null && sources.length === 0) {
    return { rows: 0, reason: `its ledger cannot be read; ${REMEDY}` };
  }
  if (sources.length > 0) await rebuilt.decode(sources);
  const isShort = ((await rebuilt.read())?.rows ?? 0) < (salvage.rows ?? 0);
  await rebuilt.add(isShort ? [salvage.batches()] : [], ledger ?? new Map());
  const partition = (await rebuilt.read())!;
  return { rows: partition.rows, reason: refusalOf(salvage, partition, isShort && sources.length > 0) };
}

const REMEDY = "while the exchange lists its files, move it away and run fetch-quotes again";

/**
 * Why a rebuilt hour must not replace a damaged one; null when it may. `mixed` means that raw files and stored rows were
 * combined: a quote that is decoded differently today would then be there twice.
 */
export function refusalOf(
  { rows }: Pick<Salvage, "rows">,
  rebuilt: Pick<Partition, "rows" | "ledger">,
  mixed: boolean,
): string | null {
  if (rows !== null && (rebuilt.rows < rows || (mixed && rebuilt.rows > rows))) {
    return `it had ${rows} quotes, and its intact parts with the raw files that are left give ${rebuilt.rows}; ${REMEDY}`;
  }
  if (rowsEntered(rebuilt.ledger) < rebuilt.rows) {
    return `its ledger cannot be read, and the raw files that are left account for a part of its quotes only; ${REMEDY}`;
  }
  return null;
}
