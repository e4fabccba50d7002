import type { Trades } from "../feed/trades.ts";
import { emptyTally, keptIn, mergeTrades, type SortedSource } from "./merge.ts";
import { MONTH_ROW_GROUP_ROWS } from "./parquet_schema.ts";
import { openStored } from "./stored_partition.ts";
import {
  openIfThere,
  type Publication,
  readTradesFooter,
  type TradesFooter,
  writeTrades,
} from "./trades_file.ts";

/** The key of the days in a month's footer. */
const DAYS_KEY = "xetra-parqed.days";

/** A day in a month file: what its partition was when the month was made from it. */
export interface MonthDay {
  readonly date: string;
  readonly rows: number;
  /** Of the partition's content: the days and their digests are the fingerprint of what a month was made from. */
  readonly digest: string;
}

/** A month's trades as they lie on disk. */
export interface Month {
  readonly rows: number;
  /** Oldest first. */
  readonly days: readonly MonthDay[];
}

/** A month that was written. */
export interface WrittenMonth extends Month {
  /** Rows left out, since an earlier day has a trade of the same identity. */
  readonly duplicates: number;
  /** Of these, those that differ from the earlier one in a column outside of the identity. */
  readonly conflicts: number;
}

/** A day to be taken into a month. */
export interface DayFile {
  readonly date: string;
  readonly path: string;
}

/** A month file cannot be read, or is not what was written. It is left as it is. */
export class DamagedMonth extends Error {
  override name = "DamagedMonth";

  constructor(path: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(
      `${path} is damaged (${what}). It has not been touched; move the file away, and consolidate-month makes the ` +
        `month anew from its days`,
      { cause },
    );
  }
}

/** A month would lose trades if it were made anew. */
export class ShrinkingMonth extends Error {
  override name = "ShrinkingMonth";

  constructor(path: string, figures: string) {
    super(
      `${path} holds more than its days do now: ${figures}. It has not been touched; put the days back, or move ` +
        `the file away to have the month made from what there is`,
    );
  }
}

/** The month file at `path`; null when there is none. Throws `DamagedMonth` when its footer is not ours. */
export async function readMonth(path: string): Promise<Month | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  try {
    return monthOf(await readTradesFooter(file));
  } catch (error) {
    throw new DamagedMonth(path, error);
  }
}

/**
 * Makes the month file at `path` from day partitions, oldest first, in one rename. Its trades are in the order of
 * those of a day, over the whole month: by isin, then trading time. Of two days' trades with one identity the
 * earlier day's is taken. Reads each day by its row groups, and holds one of each.
 *
 * All days are checked against their digests before anything is written. Throws `DamagedPartition`, `DamagedMonth`,
 * `ShrinkingMonth`, `CannotWrite`, and what `breathe` throws; then the month is what it was.
 */
export async function writeMonth(
  path: string,
  files: readonly DayFile[],
  publication: Publication,
): Promise<WrittenMonth> {
  const stored = await readMonth(path);
  using open = new DisposableStack();
  const days: MonthDay[] = [];
  const sources: SortedSource[] = [];
  for (const { date, path } of files) {
    await publication.breathe();
    const file = openIfThere(path);
    if (file === null) continue;
    open.use(file);
    const partition = await openStored(path, file);
    days.push({ date, rows: partition.rows, digest: partition.digest });
    sources.push(atEase(partition.trades(), publication));
  }
  refuseToShrink(path, stored?.days ?? [], days);
  const tally = emptyTally();
  const groups = notFewer(path, stored?.rows ?? 0, mergeTrades(sources, MONTH_ROW_GROUP_ROWS, tally));
  await writeTrades(path, groups, () => new Map([[DAYS_KEY, encodeDays(days)]]), publication);
  return { rows: keptIn(tally), days, duplicates: tally.duplicates, conflicts: tally.conflicts };
}

/** Whether a month made from these days would be the one that was made from those. */
export function areSameDays(a: readonly MonthDay[], b: readonly MonthDay[]): boolean {
  return encodeDays(a) === encodeDays(b);
}

/** A partition only grows: a day with fewer rows than the month was made from, or none, is not what it was. */
function refuseToShrink(path: string, before: readonly MonthDay[], now: readonly MonthDay[]): void {
  const rows = new Map(now.map((day) => [day.date, day.rows]));
  const shrunk = before.filter((day) => (rows.get(day.date) ?? -1) < day.rows);
  if (shrunk.length === 0) return;
  const figures = shrunk.map((day) =>
    `${day.date} had ${day.rows} rows and has ${rows.get(day.date) ?? "no file"}`
  );
  throw new ShrinkingMonth(path, figures.join(", "));
}

/** The groups; throws `ShrinkingMonth` at their end when they have fewer rows than are stored. */
async function* notFewer(
  path: string,
  stored: number,
  groups: AsyncIterable<Trades>,
): AsyncGenerator<Trades> {
  let rows = 0;
  for await (const group of groups) {
    rows += group.rows;
    yield group;
  }
  if (rows < stored) throw new ShrinkingMonth(path, `it has ${stored} rows, and would have ${rows}`);
}

/** Gives way before each batch: the first of all days are read in a row. */
async function* atEase(source: SortedSource, { breathe }: Publication): SortedSource {
  for await (const batch of source) {
    await breathe();
    yield batch;
  }
}

function monthOf({ rows, parquet: { metadata } }: TradesFooter): Month {
  const days = metadata.get(DAYS_KEY);
  if (days === undefined) throw new Error("its footer names no days: it is no month of this program's");
  return { rows, days: decodeDays(days) };
}

/** A line a day, `2026-09-01 440000 DIGEST`. */
function encodeDays(days: readonly MonthDay[]): string {
  return days.map(({ date, rows, digest }) => `${date} ${rows} ${digest}`).join("\n");
}

function decodeDays(text: string): MonthDay[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [, date, rows, digest] = /^(\S+) (\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (date === undefined) throw new Error(`its footer has a line that names no day: ${line}`);
    return { date, rows: Number(rows), digest };
  });
}
