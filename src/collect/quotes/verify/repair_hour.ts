import { parseFilterText } from "../../../feed/quote_filter.ts";
import { QUOTES } from "../../../feed/records/quotes.ts";
import { replaceKeeping } from "../../../system/atomic.ts";
import { damagedAside } from "../../../store/aside.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import { rowsEntered } from "../../../store/ledger.ts";
import { type Salvage, salvagePartition } from "../../../store/salvage.ts";
import type { SpooledFile } from "../../../store/spool/spooled_file.ts";
import type { Partition } from "../../../store/stored_partition.ts";
import type { Repair } from "../../verify/repair.ts";
import type { Hour } from "../hours.ts";
import type { QuotePublisher } from "../publish_hour.ts";
import { RebuiltHour, sourcesAmong } from "./rebuilt_hour.ts";

/**
 * Rebuilds a damaged hour from its intact row groups and what is left of its raw files, `spooled`. If that is less than
 * it held, it is left as it is. If its ledger cannot be read, its raw files are taken to be all that it was made from. `now`, in milliseconds since 1970, becomes part of the name of what is set aside. The
 * caller holds the write lock of the venue's quotes. Throws the disk's errors and the signal's reason; then the damaged
 * file is still in its place.
 */
export async function repairHour(
  publisher: QuotePublisher,
  hour: Hour,
  spooled: readonly SpooledFile[],
  now: number,
): Promise<Repair> {
  const { layout, venue } = publisher.spool;
  const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
  const left = (reason: string): Repair => ({ kind: "left", date: hour, path, reason });
  const salvage = await salvagePartition(path, QUOTES);
  const { ledger, filter } = salvage;
  const sources = ledger === null ? spooled : sourcesAmong(spooled, ledger);
  if (ledger === null && sources.length === 0) return left(`its ledger cannot be read; ${REMEDY}`);
  using rebuilt = new RebuiltHour({ ...publisher, filter: parseFilterText(filter ?? "") }, hour);
  if (sources.length > 0) await rebuilt.decode(sources);
  const isShort = ((await rebuilt.read())?.rows ?? 0) < (salvage.rows ?? 0);
  await rebuilt.add(isShort ? [salvage.batches()] : [], ledger ?? new Map());
  const partition = (await rebuilt.read())!;
  const reason = refusalOf(salvage, partition, isShort && sources.length > 0);
  if (reason !== null) return left(reason);
  const aside = damagedAside(layout, path, now);
  replaceKeeping(rebuilt.path, path, aside);
  return { kind: "rebuilt", date: hour, path, aside, rows: partition.rows, proven: ledger !== null };
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
