/** Distinguishes the lines of an ISIN: its currency, and on Eurex the contract with its type. */
import type { TextColumn } from "../../feed/records/batch.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import type { RowGroup } from "../../store/row_group.ts";
import {
  compareLines,
  compareTexts,
  isOneLine,
  type Line,
  lineAt,
  type LineColumns,
  lineColumnsOf,
} from "../line.ts";
import { type LineRules, Lines } from "../open_lines.ts";

/** A line of an ISIN. */
export interface QuoteLine extends Line {
  readonly contractType: string | null;
}

/** A line, and what is known of it. */
export interface OfLine<T> {
  readonly line: QuoteLine;
  readonly state: T;
}

interface QuoteLineColumns extends LineColumns {
  readonly contractTypes: TextColumn;
}

/** The lines of an ISIN, each with a state. */
export type QuoteLines<T> = Lines<QuoteLineColumns, QuoteLine, OfLine<T>>;

const CONTRACT_TYPE = columnIndex(QUOTES, "contract_type");
const commonColumns = lineColumnsOf(QUOTES);

/** No lines; `make` makes the state of each when its first row comes. */
export function quoteLines<T>(make: () => T): QuoteLines<T> {
  return new Lines(BY_QUOTE_LINE, (line) => ({ line, state: make() }));
}

/** The columns of a row group by which lines are told apart. */
export function lineColumns(group: RowGroup): QuoteLineColumns {
  return { ...commonColumns(group), contractTypes: group.column(CONTRACT_TYPE) as TextColumn };
}

/** The lines of rows of a group, each once. */
export function* linesIn(columns: QuoteLineColumns, from: number, to: number): Generator<QuoteLine> {
  const { isOneLine, lineAt } = BY_QUOTE_LINE;
  const firstRows: number[] = [];
  let last = -1; // the first row of the line of the row before
  for (let row = from; row < to; row++) {
    if (last >= 0 && isOneLine(columns, row, last)) continue;
    last = firstRows.find((first) => isOneLine(columns, row, first)) ?? firstRows[firstRows.push(row) - 1];
    if (last === row) yield lineAt(columns, row);
  }
}

const BY_QUOTE_LINE: LineRules<QuoteLineColumns, QuoteLine> = {
  isOneLine: (columns, a, b) =>
    isOneLine(columns, a, b) && columns.contractTypes.codes[a] === columns.contractTypes.codes[b],
  lineAt(columns, row) {
    const { codes, values } = columns.contractTypes;
    return { ...lineAt(columns, row), contractType: values[codes[row]] };
  },
  compareLines: (a, b) => compareLines(a, b) || compareTexts(a.contractType, b.contractType),
};
