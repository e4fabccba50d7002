import { dateAfter } from "../feed/calendar/dates.ts";
import type { DateShare } from "../store/date_shares.ts";

/** A partition, and how many rows of each trading date it has. */
export interface DatedPartition {
  /** The UTC date of its folder. */
  readonly date: string;
  readonly shares: readonly DateShare[];
}

/** The partitions from which a trading day is made. */
export interface DaySources<T> {
  /** Oldest first; empty when nothing of the day is stored. */
  readonly partitions: readonly T[];
  /** Whether rows of the neighbouring days are read too. */
  readonly looksAround: boolean;
}

/**
 * The partitions from which a trading day is made: all that have rows of it. An amendment may have moved a trade past
 * midnight. So if the neighbouring days have amendments, these count as well; and if the day itself has some, all rows
 * of the neighbouring days are read, since the amended trade may be one of them.
 */
export function sourcesOf<T extends DatedPartition>(day: string, known: readonly T[]): DaySources<T> {
  const beside = new Set([dateAfter(day, -1), dateAfter(day)]);
  const has = ({ shares }: T, count: "rows" | "amendments", of: (date: string) => boolean) =>
    shares.some((share) => of(share.date) && share[count] > 0);
  const isDay = (date: string) => date === day;
  const isBeside = (date: string) => beside.has(date);
  const partitions = known.filter(({ shares }) => shares.some(({ date }) => isDay(date) || isBeside(date)));
  if (!partitions.some((partition) => has(partition, "rows", isDay))) {
    return { partitions: [], looksAround: false };
  }
  const isAmended = partitions.some((partition) => has(partition, "amendments", isDay));
  const isAmendedBeside = partitions.some((partition) => has(partition, "amendments", isBeside));
  return {
    partitions: partitions.filter((partition) =>
      has(partition, "rows", isDay) || has(partition, isAmended ? "rows" : "amendments", isBeside)
    ),
    looksAround: isAmended || isAmendedBeside,
  };
}
