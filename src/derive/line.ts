import type { NumberColumn, TextColumn } from "../feed/records/batch.ts";
import { columnIndex, type RecordType } from "../feed/records/record_type.ts";
import type { RowGroup } from "../store/row_group.ts";

/** Distinguishes the lines of an ISIN; missing values are `NaN` or null. */
export interface Line {
  readonly currency: string | null;
  /** Days since 1970. */
  readonly contractDate: number;
  readonly option: string | null;
  readonly strike: number;
}

/** The columns of trades or bars that distinguish the lines of an ISIN. */
export interface LineColumns {
  readonly currencies: TextColumn;
  readonly contractDates: NumberColumn["values"];
  readonly options: TextColumn;
  readonly strikes: NumberColumn["values"];
}

/** Their names. */
export const LINE_COLUMNS: readonly string[] = [
  "price_currency",
  "contract_date",
  "option_category",
  "strike_price",
];

/** Returns what reads these columns of a row group of this type. */
export function lineColumnsOf(type: RecordType): (group: RowGroup) => LineColumns {
  const [currency, contractDate, option, strike] = LINE_COLUMNS.map((name) => columnIndex(type, name));
  return (group) => ({
    currencies: group.column(currency) as TextColumn,
    contractDates: (group.column(contractDate) as NumberColumn).values,
    options: group.column(option) as TextColumn,
    strikes: (group.column(strike) as NumberColumn).values,
  });
}

/** Whether two rows belong to the same line. */
export function isOneLine(
  { currencies, contractDates, options, strikes }: LineColumns,
  a: number,
  b: number,
): boolean {
  return currencies.codes[a] === currencies.codes[b] && isEqual(contractDates[a], contractDates[b]) &&
    options.codes[a] === options.codes[b] && isEqual(strikes[a], strikes[b]);
}

/** Whether two numbers are the same, or both missing; 0 equals -0. */
export function isEqual(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b);
}

/** The line of a row. */
export function lineAt({ currencies, contractDates, options, strikes }: LineColumns, row: number): Line {
  return {
    currency: currencies.values[currencies.codes[row]],
    contractDate: contractDates[row],
    option: options.values[options.codes[row]],
    strike: strikes[row],
  };
}

/** Nulls last, as in stored rows. */
export function compareLines(a: Line, b: Line): number {
  return compareTexts(a.currency, b.currency) || compareNumbers(a.contractDate, b.contractDate) ||
    compareTexts(a.option, b.option) || compareNumbers(a.strike, b.strike);
}

/** Null is last. */
export function compareTexts(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}

function compareNumbers(a: number, b: number): number {
  return isEqual(a, b) ? 0 : Number.isNaN(a) ? 1 : Number.isNaN(b) || a < b ? -1 : 1;
}
