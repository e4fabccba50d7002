import { covers, filterText, parseFilterText } from "../../../feed/quote_filter.ts";
import { QUOTES } from "../../../feed/records/quotes.ts";
import { replaceDamaged } from "../../../store/aside.ts";
import { catchDamage, DamagedPartition } from "../../../store/damage.ts";
import { openIfThere } from "../../../store/data_file.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import type { Layout } from "../../../store/layout.ts";
import type { Salvage } from "../../../store/salvage.ts";
import type { SpooledFile } from "../../../store/spool/spooled_file.ts";
import { openStored } from "../../../store/stored_partition.ts";
import { digestOfDamaged, objectionToUnited } from "../../verify/repair_from.ts";
import type { Repair } from "../../verify/repairs.ts";
import { uniteRemains } from "../../verify/unite_remains.ts";
import type { Hour } from "../hours.ts";
import type { QuotePublisher } from "../publish_hour.ts";
import { RebuiltHour } from "./rebuilt_hour.ts";

/** A damaged hour, and what is left of it. */
export interface DamagedHour {
  readonly hour: Hour;
  readonly path: string;
  readonly salvage: Salvage;
  /** Raw files from which it was made. */
  readonly sources: readonly SpooledFile[];
}

/**
 * Puts another working directory's hour in the place of our damaged one, united with what is left of ours, as
 * `repairDayFrom` does with a day. The hour has the other's filter from then on, which must leave out nothing that ours
 * stored; our rows are of use only if it is the same, since a partition never holds the quotes of two filters.
 */
export async function repairHourFrom(
  from: Layout,
  publisher: QuotePublisher,
  { hour, path, salvage, sources }: DamagedHour,
  now: number,
): Promise<Repair | null> {
  const { layout, venue } = publisher.spool;
  const left = (reason: string): Repair => ({ kind: "left", date: hour, path, reason });
  const source = from.partition(QUOTES_BY_HOUR, venue, hour);
  const repair = async (): Promise<Repair | null> => {
    using file = openIfThere(source);
    if (file === null) return null;
    const their = await openStored(source, file, QUOTES);
    const filter = parseFilterText(their.filter ?? "");
    const own = salvage.filter === null ? filter : parseFilterText(salvage.filter);
    if (!covers(filter, own)) return left(`${source} holds only quotes of ${filterText(filter)}`);
    const isSame = salvage.filter === filterText(filter);
    using rebuilt = new RebuiltHour({ ...publisher, filter }, hour);
    const union = await uniteRemains(rebuilt, {
      type: QUOTES,
      ledger: salvage.ledger,
      files: sources,
      stored: () => (isSame ? [salvage.batches()] : []),
      digest: digestOfDamaged(path),
    }, their);
    const { rows } = (await rebuilt.read())!;
    const reason = objectionToUnited(salvage, rows, union.unproved);
    if (reason !== null) return left(reason);
    const aside = replaceDamaged(layout, rebuilt.path, path, now);
    const proven = union.unproved?.length === 0;
    return { kind: "rebuilt", date: hour, path, aside, rows, proven, other: { path: source, ...union } };
  };
  return await catchDamage(
    DamagedPartition,
    repair,
    (damage) => left(`${damage.path} is damaged as well (${damage.what})`),
  );
}
