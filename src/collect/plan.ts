import { dailyFile, isMinuteFile, type MinuteFile, type SourceFile } from "../feed/file_names.ts";
import { isInTradingHours, tradingDayOf } from "../feed/calendar/trading_day.ts";

/** Of more missing minute files than this, the daily file is fetched instead, when there is one. */
export const FEW_MINUTES = 20;

/**
 * So many files of odd names are asked for in a cycle: four minutes of the quota at most for names that may be rubbish,
 * and yet a day's 1,321 in the hourly cycles of a day, should all names have changed.
 */
export const ODD_PER_CYCLE = 120;

/** One download of a cycle. */
export type Step = MinuteStep | DailyStep | OddStep;

export interface MinuteStep {
  readonly kind: "minute";
  readonly file: SourceFile;
}

/** A file of an odd name, which stands for no other. */
export interface OddStep {
  readonly kind: "odd";
  readonly file: SourceFile;
}

export interface DailyStep {
  readonly kind: "daily";
  readonly file: SourceFile;
  /** The minute files that need not be fetched once this one is stored, as far as it has their rows. */
  readonly credits: readonly MinuteFile[];
}

/** What a cycle knows before it downloads. */
export interface Situation {
  /** What the exchange lists. */
  readonly listed: readonly SourceFile[];
  /** The names that are stored or in the spool. */
  readonly seen: ReadonlySet<string>;
  /** The names that are not to be asked for: lost, or tried in this cycle. */
  readonly givenUp: ReadonlySet<string>;
  /** Whether a daily file is fetched also for a day of which no minute is missing. */
  readonly reconcile: boolean;
  /** How many files of odd names may still be asked for in this cycle, `ODD_PER_CYCLE` at its beginning. */
  readonly oddLeft: number;
}

/**
 * What to download, in order: the oldest trading day first, since it disappears first; within a day the minutes
 * in trading hours, then the others, then the daily file. A daily file that saves more than `FEW_MINUTES`
 * requests comes instead of its day's minutes. Files of odd names come last of all, and not all at once.
 */
export function planCycle(situation: Situation): Step[] {
  const { known = [], odd = [] } = Object.groupBy(
    situation.listed,
    ({ kind }) => kind === "odd" ? "odd" : "known",
  );
  const days = [...Map.groupBy(known, tradingDayOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...days.flatMap(([, listed]) => planDay(listed, situation)), ...planOdd(odd, situation)];
}

/**
 * The listed files, but for those of trading days in `failed` whose daily file is in the spool and could only not be
 * published: its bytes are safe, and they need not be fetched besides.
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

/** The steps of a plan by trading day, in order; those of odd names by themselves, since they come last. */
export function byTradingDay(steps: readonly Step[]): Step[][] {
  const groups = Map.groupBy(steps, ({ kind, file }) => `${kind === "odd"} ${tradingDayOf(file)}`);
  return [...groups.values()];
}

/** The minute files for which a daily file may stand: those of its trading day that are listed and not seen. */
export function creditsOf(
  { date }: SourceFile,
  { listed, seen }: Pick<Situation, "listed" | "seen">,
): MinuteFile[] {
  return listed.filter(isMinuteFile).filter((file) => !seen.has(file.name) && tradingDayOf(file) === date);
}

function planDay(listed: readonly SourceFile[], { seen, givenUp, reconcile }: Situation): Step[] {
  const unseen = listed.filter(({ name }) => !seen.has(name));
  const missing = unseen.filter(({ name }) => !givenUp.has(name));
  const minutes = missing.filter(isMinuteFile);
  const dailies = missing.filter(({ kind }) => kind === "daily").map((file): DailyStep => ({
    kind: "daily",
    file,
    credits: unseen.filter(isMinuteFile),
  }));
  if (dailies.length > 0 && minutes.length > FEW_MINUTES) return dailies;
  return [...inOrder(minutes), ...(reconcile ? dailies : [])];
}

function planOdd(listed: readonly SourceFile[], { seen, givenUp, oddLeft }: Situation): OddStep[] {
  return listed.filter(({ name }) => !seen.has(name) && !givenUp.has(name))
    .slice(0, oddLeft)
    .map((file) => ({ kind: "odd", file }));
}

function inOrder(minutes: readonly MinuteFile[]): MinuteStep[] {
  const byTime = minutes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const open = byTime.filter(isInTradingHours);
  const closed = byTime.filter((file) => !isInTradingHours(file));
  return [...open, ...closed].map((file) => ({ kind: "minute", file }));
}
