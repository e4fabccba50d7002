import { readStoredBars } from "../../derive/read_stored_bars.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import { widen, WIDTHS } from "../../derive/widen.ts";
import { dateAfter, MILLIS_PER_DAY, monthOf, utcDateOf } from "../../feed/calendar/dates.ts";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../feed/records/bars.ts";
import type { Venue } from "../../feed/venue.ts";
import { BARS_1D, BARS_1M } from "../../store/datasets.ts";
import { newestPeriodOf, periodsOf } from "../../store/periods.ts";
import { BadQuestion } from "../answer.ts";
import { dataAddress } from "../data_files.ts";
import type { Question } from "../question.ts";
import type { Sources } from "../sources.ts";
import { rowsAnswer } from "./rows_answer.ts";

/** The most days for which bars of a width are returned: a few thousand bars of one instrument. */
const MOST_DAYS = { "1d": 36_600, "1h": 124, "30m": 62, "15m": 31, "5m": 14, "1m": 5 } as const;

type Interval = keyof typeof MOST_DAYS;
const INTERVALS = Object.keys(MOST_DAYS) as Interval[];

/** Without dates: the last year that is stored of days, and the last day of shorter bars. */
interface Stretch {
  readonly from: string;
  readonly to: string;
}

/** `/api/bars?venue=&isin=&interval=&from=&to=&format=`: stored bars of an instrument, by trading days. */
export async function barsAnswer(question: Question, { layout, breathe, now }: Sources): Promise<Response> {
  const { venue, isin } = question;
  const interval = question.word("interval", INTERVALS);
  const dataset = interval === "1d" ? BARS_1D : BARS_1M;
  const newest = newestPeriodOf(layout, dataset, venue);
  const stretch = stretchOf(question, interval, newest ?? utcDateOf(now()));
  const stored = periodsOf(layout, dataset, venue, sharedStart(stretch));
  const periods = interval === "1d"
    ? stored.filter((month) => month >= monthOf(stretch.from) && month <= monthOf(stretch.to))
    : stored.filter((day) => day >= stretch.from && day <= stretch.to);
  const rows: PlainRow[] = [];
  for (const period of periods) {
    await breathe();
    const path = layout.partition(dataset, venue, period);
    const bars = readStoredBars(path, interval === "1d" ? BARS_1D_ROWS : BARS_1M_ROWS, isin);
    if (interval === "1d") {
      rows.push(...(await Array.fromAsync(bars)).filter((bar) => isWithin(bar, stretch)));
    } else rows.push(...await Array.fromAsync(widen(bars, WIDTHS[interval])));
  }
  const files = periods.map((period) => dataAddress(dataset, venue, period));
  return rowsAnswer(question, rows, { files, sql: sqlOf(venue, isin, interval, stretch) });
}

function stretchOf(question: Question, interval: Interval, newest: string): Stretch {
  const last = interval === "1d" ? dateAfter(`${newest.slice(0, 7)}-01`, 30) : newest;
  const to = question.date("to") ?? last;
  const from = question.date("from") ?? (interval === "1d" ? dateAfter(to, -365) : to);
  const days = (Date.parse(to) - Date.parse(from)) / MILLIS_PER_DAY + 1;
  if (days < 1) throw new BadQuestion("from is after to: turn them round");
  if (days > MOST_DAYS[interval]) {
    throw new BadQuestion(
      `bars of ${interval} are given of ${MOST_DAYS[interval]} days at most: take wider ones`,
    );
  }
  return { from, to };
}

/** What both dates begin with: folders of other years, months or days are not read. */
function sharedStart({ from, to }: Stretch): string {
  let length = 0;
  while (length < to.length && from[length] === to[length]) length++;
  return to.slice(0, length);
}

function isWithin({ trading_day }: PlainRow, { from, to }: Stretch): boolean {
  return String(trading_day) >= from && String(trading_day) <= to;
}

/** The same by the views that `connect` writes. */
function sqlOf(venue: Venue, isin: string, interval: Interval, { from, to }: Stretch): string {
  const where = `WHERE venue = '${venue}' AND isin = '${isin}' AND trading_day BETWEEN '${from}' AND '${to}'`;
  if (interval === "1d" || interval === "1m") return `FROM bars_${interval} ${where}`;
  return `FROM bars('${isin}', '${interval}') ${where}`;
}
