import { barGroups } from "../../derive/stored_bars.ts";
import type { NumberColumn, TextColumn } from "../../feed/records/batch.ts";
import { BARS_1M_ROWS } from "../../feed/records/bars.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { BARS_1M } from "../../store/datasets.ts";
import { newestPeriodOf } from "../../store/periods.ts";
import { openIfThere } from "../../store/data_file.ts";
import { jsonAnswer } from "../answer.ts";
import type { Question } from "../question.ts";
import type { Sources } from "../sources.ts";

/** So many are shown. */
const MOST = 50;
const [ISIN, TRADES, TURNOVER] = ["isin", "trades", "turnover"].map((name) =>
  columnIndex(BARS_1M_ROWS, name)
);

/** What an instrument did on a day, all its currencies and contracts together. */
interface Activity {
  readonly isin: string;
  trades: number;
  /** Null on Eurex. */
  turnover: number | null;
}

/**
 * `/api/instruments?venue=&date=&q=`: those with most trades on a trading day (default: the last one with bars) whose
 * ISIN has this part.
 */
export async function instrumentsAnswer(question: Question, { layout }: Sources): Promise<Response> {
  const { venue, part } = question;
  const date = question.date("date") ?? newestPeriodOf(layout, BARS_1M, venue);
  const found = date === null ? [] : await activityOf(layout.partition(BARS_1M, venue, date), part);
  const instruments = found.sort((a, b) => b.trades - a.trades || (a.isin < b.isin ? -1 : 1)).slice(0, MOST);
  return jsonAnswer({ venue, date, instruments });
}

async function activityOf(path: string, part: string): Promise<Activity[]> {
  using file = openIfThere(path);
  if (file === null) return [];
  const found = new Map<string, Activity>();
  for (const group of await barGroups(path, file, BARS_1M_ROWS)) {
    const { codes, values } = group.column(ISIN) as TextColumn;
    const trades = (group.column(TRADES) as NumberColumn).values;
    const turnover = (group.column(TURNOVER) as NumberColumn).values;
    const activities = values.map((isin) => isin?.includes(part) ? activityIn(found, isin) : null);
    codes.forEach((code, row) => {
      const activity = activities[code];
      if (activity !== null) count(activity, trades[row], turnover[row]);
    });
  }
  return [...found.values()];
}

function activityIn(found: Map<string, Activity>, isin: string): Activity {
  const activity = found.get(isin) ?? { isin, trades: 0, turnover: null };
  found.set(isin, activity);
  return activity;
}

function count(activity: Activity, trades: number, turnover: number): void {
  activity.trades += trades;
  if (!Number.isNaN(turnover)) activity.turnover = (activity.turnover ?? 0) + turnover;
}
