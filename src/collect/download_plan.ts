import { dailyFile, isMinuteFile, type MinuteFile, type SourceFile } from "../feed/file_names.ts";
import { isInTradingHours, tradingDayOf } from "../feed/calendar/trading_day.ts";

/** If more minute files than this are missing, the daily file is fetched instead, when there is one. */
export const FEW_MINUTES = 20;

/**
 * How many files of odd names are requested in a cycle. This takes at most four minutes of the quota for names that may
 * be rubbish; and if all names have changed, hourly cycles still get a day's 1,321 files within the day.
 */
export const ODD_PER_CYCLE = 120;

/** What a cycle knows before it downloads. */
export interface Situation {
  /** What the exchange lists. */
  readonly listed: readonly SourceFile[];
  /** The names that are stored or in the spool. */
  readonly seen: ReadonlySet<string>;
  /** The names that must not be requested: lost, or already tried in this cycle. */
  readonly givenUp: ReadonlySet<string>;
  /** Whether a daily file is fetched even if no minute of its day is missing. */
  readonly reconcile: boolean;
  /** How many files of odd names may still be requested in this cycle; at its beginning `ODD_PER_CYCLE`. */
  readonly oddLeft: number;
}

/**
 * What to download, in order: the oldest trading day first, since it disappears first. Within a day: the minutes of the
 * trading hours, then the other minutes, then the daily file. A daily file that saves more than `FEW_MINUTES` requests
 * is fetched instead of the minutes of its day. Files of odd names come last, and only some of them per cycle.
 */
export function planDownloads(situation: Situation): SourceFile[] {
  const { known = [], odd = [] } = Object.groupBy(
    situation.listed,
    ({ kind }) => kind === "odd" ? "odd" : "known",
  );
  const days = [...Map.groupBy(known, tradingDayOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...days.flatMap(([, listed]) => planDay(listed, situation)), ...planOdd(odd, situation)];
}

/**
 * The listed files, except those of trading days in `failed` whose daily file is in the spool and only could not be
 * published: its bytes are safe, so nothing of the day must be fetched again.
 */
export function stillOpen(
  listed: readonly SourceFile[],
  seen: ReadonlySet<string>,
  failed: { has(date: string): boolean },
): SourceFile[] {
  return listed.filter((file) => {
    const { name, date } = dailyFile(file.venue, tradingDayOf(file));
    return !failed.has(date) || !seen.has(name);
  });
}

/** The files of a plan by trading day, in order; those of odd names form groups of their own, since they come last. */
export function byTradingDay(plan: readonly SourceFile[]): SourceFile[][] {
  const groups = Map.groupBy(plan, (file) => `${file.kind === "odd"} ${tradingDayOf(file)}`);
  return [...groups.values()];
}

/** The minute files that a daily file can replace: those of its trading day that are listed and not seen. */
export function creditsOf(
  { date }: SourceFile,
  { listed, seen }: Pick<Situation, "listed" | "seen">,
): MinuteFile[] {
  return listed.filter(isMinuteFile).filter((file) => !seen.has(file.name) && tradingDayOf(file) === date);
}

function planDay(listed: readonly SourceFile[], { seen, givenUp, reconcile }: Situation): SourceFile[] {
  const missing = listed.filter(({ name }) => !seen.has(name) && !givenUp.has(name));
  const minutes = missing.filter(isMinuteFile);
  const dailies = missing.filter(({ kind }) => kind === "daily");
  if (dailies.length > 0 && minutes.length > FEW_MINUTES) return dailies;
  return [...inOrder(minutes), ...(reconcile ? dailies : [])];
}

function planOdd(listed: readonly SourceFile[], { seen, givenUp, oddLeft }: Situation): SourceFile[] {
  return listed.filter(({ name }) => !seen.has(name) && !givenUp.has(name)).slice(0, oddLeft);
}

function inOrder(minutes: readonly MinuteFile[]): MinuteFile[] {
  const byTime = minutes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const open = byTime.filter(isInTradingHours);
  const closed = byTime.filter((file) => !isInTradingHours(file));
  return [...open, ...closed];
}
