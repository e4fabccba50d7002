import { covers, filterText, parseFilterText } from "../../../feed/quote_filter.ts";
import { QUOTES } from "../../../feed/records/quotes.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import type { Layout } from "../../../store/layout.ts";
import { type Damaged, repairFrom } from "../../verify/repair_from.ts";
import type { Repair } from "../../verify/repairs.ts";
import type { QuotePublisher } from "../publish_hour.ts";
import { RebuiltHour } from "./rebuilt_hour.ts";

/**
 * Puts another working directory's hour in the place of our damaged one, united with what is left of ours, as
 * `repairDayFrom` does with a day. The hour has the other's filter from then on, which must leave out nothing that ours
 * stored; our rows are of use only if it is the same, since a partition never holds the quotes of two filters.
 */
export async function repairHourFrom(
  from: Layout,
  publisher: QuotePublisher,
  damaged: Damaged,
  now: number,
): Promise<Repair | null> {
  const { date: hour, salvage } = damaged;
  return await repairFrom(from, publisher.spool, QUOTES_BY_HOUR, QUOTES, damaged, now, (their) => {
    const filter = parseFilterText(their.filter ?? "");
    const own = salvage.filter === null ? filter : parseFilterText(salvage.filter);
    if (!covers(filter, own)) {
      const source = from.partition(QUOTES_BY_HOUR, publisher.spool.venue, hour);
      return `${source} holds only quotes of ${filterText(filter)}`;
    }
    const isSame = salvage.filter === filterText(filter);
    const rebuilt = new RebuiltHour({ ...publisher, filter }, hour);
    return { rebuilt, stored: () => (isSame ? [salvage.batches()] : []) };
  });
}
