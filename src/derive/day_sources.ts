import { dateAfter } from "../feed/calendar/dates.ts";
import type { DateShare } from "../store/trading_dates.ts";

/** A partition, and how much of each trading date it holds. */
export interface DatedPartition {
  /** The UTC date of its folder. */
  readonly date: string;
  readonly shares: readonly DateShare[];
}

/** Out of which partitions a trading day is made. */
export interface DaySources<T> {
  /** The oldest first; none when nothing of the day is stored. */
  readonly partitions: readonly T[];
  /** Whether rows of the days beside it are looked at too. */
  readonly looksAround: boolean;
}

/**
 * The partitions out of which a trading day is made: all that hold rows of it. An amendment may have moved a trade over
 * midnight. So where the days beside it were amended, these amendments count as well; and where the day itself was, all
 * rows of the days beside it, for the amended trade may be one of them.
 */
export function sourcesOf<T extends DatedPartition>(day: string, partitions: readonly T[]): DaySources<T> {
  const beside = new Set([dateAfter(day, -1), dateAfter(day)]);
  const has = ({ shares }: T, count: "rows" | "amendments", of: (date: string) => boolean) =>
    shares.some((share) => of(share.date) && share[count] > 0);
  const isDay = (date: string) => date === day;
  const isBeside = (date: string) => beside.has(date);
  const isAmended = partitions.some((partition) => has(partition, "amendments", isDay));
  const isAmendedBeside = partitions.some((partition) => has(partition, "amendments", isBeside));
  return {
    partitions: partitions.filter((partition) =>
      has(partition, "rows", isDay) || has(partition, isAmended ? "rows" : "amendments", isBeside)
    ),
    looksAround: isAmended || isAmendedBeside,
  };
}
