import { ofIsins } from "../../derive/of_isins.ts";
import { type PlainRow, plainRows } from "../../derive/plain_rows.ts";
import { MILLIS_PER_DAY, utcDateOf } from "../../feed/calendar/dates.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { openIfThere } from "../../store/data_file.ts";
import { openStored } from "../../store/stored_partition.ts";
import { BadQuestion } from "../answer.ts";
import { dataAddress } from "../data_files.ts";
import type { Question } from "../question.ts";
import type { Sources } from "../sources.ts";
import { rowsAnswer } from "./rows_answer.ts";

/** `/api/trades?venue=&isin=&from=&to=&format=`: the rows of an instrument that were traded in [from, to), as published. */
export async function tradesAnswer(question: Question, { layout }: Sources): Promise<Response> {
  const { venue, isin } = question;
  const [from, to] = [question.moment("from"), question.moment("to")];
  if (to <= from || to - from > MILLIS_PER_DAY) {
    throw new BadQuestion("to must be after from, by a day at most");
  }
  const dates = [...new Set([utcDateOf(from), utcDateOf(to - 1)])];
  const rows: PlainRow[] = [];
  for (const date of dates) {
    const path = layout.partition(TRADES_BY_DAY, venue, date);
    using file = openIfThere(path);
    if (file === null) continue;
    for (const group of ofIsins((await openStored(path, file, TRADES)).groups(), new Set([isin]))) {
      for (const row of plainRows(group)) if (isWithin(row, from, to)) rows.push(row);
    }
  }
  const [begin, end] = [from, to].map((millis) => new Date(millis).toISOString().slice(0, -1));
  const sql =
    `FROM trades WHERE venue = '${venue}' AND isin = '${isin}' AND trading_date_time >= '${begin}' ` +
    `AND trading_date_time < '${end}'`;
  return rowsAnswer(question, rows, {
    files: dates.map((date) => dataAddress(TRADES_BY_DAY, venue, date)),
    sql,
  });
}

function isWithin({ trading_date_time: time }: PlainRow, from: number, to: number): boolean {
  const millis = Date.parse(String(time));
  return millis >= from && millis < to;
}
