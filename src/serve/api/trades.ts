import { ofIsins } from "../../derive/of_isins.ts";
import { type PlainRow, plainRows } from "../../derive/plain_rows.ts";
import { MILLIS_PER_DAY, utcDateOf } from "../../feed/calendar/dates.ts";
import type { TimeColumn } from "../../feed/records/batch.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { openIfThere } from "../../store/data_file.ts";
import { pickedRows, type RowGroup } from "../../store/row_group.ts";
import { openStored } from "../../store/stored_partition.ts";
import { BadQuestion } from "../answer.ts";
import { dataAddress } from "../data_files.ts";
import type { Question } from "../question.ts";
import type { Sources } from "../sources.ts";
import { rowsAnswer } from "./rows_answer.ts";

const TIME = columnIndex(TRADES, "trading_date_time");
const NANOS_PER_MILLI = 1_000_000n;

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
      rows.push(...plainRows(tradedWithin(group, from, to)));
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

/** The rows of an instrument that were traded in [from, to), milliseconds since 1970. Of the others only the time is read. */
function tradedWithin(group: RowGroup, from: number, to: number): RowGroup {
  const { nanos } = group.column(TIME) as TimeColumn;
  const [first, end] = [from, to].map((millis) => BigInt(millis) * NANOS_PER_MILLI);
  const rows = Array.from(nanos.keys()).filter((row) => nanos[row] >= first && nanos[row] < end);
  return pickedRows(group, Uint32Array.from(rows));
}
