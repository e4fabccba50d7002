/** What tells the lines of an ISIN apart: its currency, and on Eurex the contract. */
import type { NumberColumn, TextColumn } from "../../feed/records/batch.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import type { RowGroup } from "../../store/row_group.ts";

/** A line of an ISIN; `NaN` and null are missing. */
export interface QuoteLine {
  readonly currency: string | null;
  /** Days since 1970. */
  readonly contractDate: number;
  readonly contractType: string | null;
  readonly option: string | null;
  readonly strike: number;
}

const place = (name: string) => columnIndex(QUOTES, name);
const CURRENCY = place("price_currency");
const CONTRACT_DATE = place("contract_date");
const CONTRACT_TYPE = place("contract_type");
const OPTION = place("option_category");
const STRIKE = place("strike_price");

/** A line, and what is known of it. */
export interface OfLine<T> {
  readonly line: QuoteLine;
  readonly state: T;
}

/** The lines of an ISIN, each with a state that is made when its first row comes. Rows that follow each other mostly are of one line: then nothing is looked up. */
export class Lines<T> {
  readonly #known = new Map<string, OfLine<T>>();
  #columns: LineColumns | null = null;
  #last: OfLine<T> | null = null;
  #lastRow = 0;

  constructor(readonly make: () => T) {}

  /** The rows to come are those of this group. */
  turnTo(group: RowGroup): void {
    this.#columns = columnsOf(group);
    this.#last = null;
  }

  at(row: number): OfLine<T> {
    if (this.#last === null || !isOneLine(this.#columns!, row, this.#lastRow)) this.#last = this.#lookUp(row);
    this.#lastRow = row;
    return this.#last;
  }

  /** In order of what tells them apart, nulls last. */
  inOrder(): OfLine<T>[] {
    return [...this.#known.values()].sort((a, b) => compareLines(a.line, b.line));
  }

  #lookUp(row: number): OfLine<T> {
    const line = lineAt(this.#columns!, row);
    const key = JSON.stringify(Object.values(line));
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = { line, state: this.make() };
    this.#known.set(key, made);
    return made;
  }
}

interface LineColumns {
  readonly currencies: TextColumn;
  readonly contractDates: Float64Array;
  readonly contractTypes: TextColumn;
  readonly options: TextColumn;
  readonly strikes: Float64Array;
}

function columnsOf(group: RowGroup): LineColumns {
  const numbers = (index: number) => (group.column(index) as NumberColumn).values;
  const texts = (index: number) => group.column(index) as TextColumn;
  return {
    currencies: texts(CURRENCY),
    contractDates: numbers(CONTRACT_DATE),
    contractTypes: texts(CONTRACT_TYPE),
    options: texts(OPTION),
    strikes: numbers(STRIKE),
  };
}

function lineAt(columns: LineColumns, row: number): QuoteLine {
  const text = ({ codes, values }: TextColumn) => values[codes[row]];
  return {
    currency: text(columns.currencies),
    contractDate: columns.contractDates[row],
    contractType: text(columns.contractTypes),
    option: text(columns.options),
    strike: columns.strikes[row],
  };
}

function isOneLine(columns: LineColumns, a: number, b: number): boolean {
  const { currencies, contractDates, contractTypes, options, strikes } = columns;
  return currencies.codes[a] === currencies.codes[b] && isEqual(contractDates[a], contractDates[b]) &&
    contractTypes.codes[a] === contractTypes.codes[b] && options.codes[a] === options.codes[b] &&
    isEqual(strikes[a], strikes[b]);
}

function compareLines(a: QuoteLine, b: QuoteLine): number {
  return compareTexts(a.currency, b.currency) || compareNumbers(a.contractDate, b.contractDate) ||
    compareTexts(a.contractType, b.contractType) || compareTexts(a.option, b.option) ||
    compareNumbers(a.strike, b.strike);
}

function compareTexts(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}

function compareNumbers(a: number, b: number): number {
  return isEqual(a, b) ? 0 : Number.isNaN(a) ? 1 : Number.isNaN(b) || a < b ? -1 : 1;
}

function isEqual(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b); // both missing
}
