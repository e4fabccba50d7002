import { isMinuteFile, type MinuteFile, type SourceFile } from "../feed/source_file.ts";
import { isInTradingHours, tradingDayOf } from "../feed/trading_day.ts";

/** Of more missing minute files than this, the daily file is fetched instead, when there is one. */
export const FEW_MINUTES = 20;

/** One download of a cycle. */
export type Step = MinuteStep | DailyStep;

export interface MinuteStep {
  readonly kind: "minute";
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
}

/**
 * What to download, in order: the oldest trading day first, since it disappears first; within a day the minutes
 * in trading hours, then the others, then the daily file. A daily file that saves more than `FEW_MINUTES`
 * requests comes instead of its day's minutes.
 */
export function planCycle(situation: Situation): Step[] {
  const days = [...Map.groupBy(situation.listed, tradingDayOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return days.flatMap(([, listed]) => planDay(listed, situation));
}

/** The steps of a plan by trading day, in order. */
export function byTradingDay(steps: readonly Step[]): Step[][] {
  return [...Map.groupBy(steps, ({ file }) => tradingDayOf(file)).values()];
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

function inOrder(minutes: readonly MinuteFile[]): MinuteStep[] {
  const byTime = minutes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const open = byTime.filter(isInTradingHours);
  const closed = byTime.filter((file) => !isInTradingHours(file));
  return [...open, ...closed].map((file) => ({ kind: "minute", file }));
}
