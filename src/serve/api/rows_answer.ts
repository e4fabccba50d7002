import { csvLine } from "../../derive/csv_line.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import { answerOf, jsonAnswer } from "../answer.ts";
import type { Question } from "../question.ts";

/** How the same rows are had otherwise: the Parquet files that they lie in, by their addresses, and a query. */
export interface Elsewhere {
  readonly files: readonly string[];
  readonly sql: string;
}

/** Rows as JSON, `{"rows": [ROW, …], "files": …, "sql": …}`, or as CSV where that is asked for. */
export function rowsAnswer(question: Question, rows: readonly PlainRow[], elsewhere: Elsewhere): Response {
  if (!question.isCsv) return jsonAnswer({ rows, ...elsewhere });
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name]))];
  const headers = { "content-disposition": "attachment" };
  return answerOf(lines.map(csvLine).join(""), "text/csv; charset=utf-8", { headers });
}
