import { Pace } from "../../collect/pace.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import { type PlainRow, plainRows } from "../../derive/plain_rows.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { Layout } from "../../store/layout.ts";
import type { RowGroup } from "../../store/row_group.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { printRows, type RowOptions, type RowShape } from "../terminal/print_rows.ts";
import type { RowOutput } from "../terminal/row_output.ts";
import { missingText } from "./missing_isins.ts";
import { nothingStored } from "./nothing_stored.ts";

/** Reads rows of some trading days; each begins with its venue. */
export type ReadRows = (index: PartitionIndex, days: readonly string[]) => AsyncIterable<PlainRow>;

/** Rows of a venue as they are printed; `columns` are those that are read, by default all. */
export async function* rowsOf(
  { venue }: PartitionIndex,
  groups: AsyncIterable<RowGroup>,
  columns?: ReadonlySet<string>,
): AsyncGenerator<PlainRow> {
  for await (const group of groups) yield* plainRows(group, columns, { venue });
}

/** What to print of a venue. */
export interface PrintQuestion {
  /** What its rows are called, such as `bars`. */
  readonly noun: string;
  /** The instruments that were asked for; undefined: all. */
  readonly isin?: ReadonlySet<string>;
  /** Only rows in this currency are printed; undefined: all. */
  readonly currency?: string;
  readonly days: (index: PartitionIndex) => Promise<readonly string[]>;
  readonly read: ReadRows;
}

/** How to print, and the working directory of what is printed. */
export type PrintOptions = RowOptions & Pick<GlobalOptions, "wrkDir">;

/**
 * Prints rows of trading days, venue by venue, to stdout also after a failure; names ISINs without a row, and the currencies
 * that there are when none is in the one that was asked for. Returns the exit code. With `output` it throws the first failure.
 */
export async function printVenues(
  venues: readonly Venue[],
  options: PrintOptions,
  shape: RowShape,
  question: PrintQuestion,
  signal: AbortSignal,
): Promise<number> {
  const layout = new Layout(options.wrkDir);
  const { breathe } = new Pace(systemClock, signal);
  return await printRows(
    options,
    shape,
    venues,
    (venue, rows) => printVenue(new PartitionIndex(layout, venue, breathe), question, rows),
  );
}

/** Only other days are stored. */
export const NONE_OF_DAYS = "no trades are stored for the requested days";

async function printVenue(index: PartitionIndex, question: PrintQuestion, rows: RowOutput): Promise<number> {
  const { venue } = index;
  const days = await question.days(index);
  if (days.length === 0) {
    const nothing = index.dates.length === 0 ? nothingStored("trades", venue, index.layout) : NONE_OF_DAYS;
    log.warning(`${venue}: ${nothing}`);
    return EXIT.inPart;
  }
  const lacking = lackingText(question, days, await printDays(index, question, days, rows));
  if (lacking !== null) log.warning(`${venue}: ${lacking}`);
  return EXIT.done;
}

interface Printed {
  readonly rows: number;
  /** ISINs that were asked for and have no row. */
  readonly without: ReadonlySet<string>;
  /** The currencies of rows that were left out. */
  readonly currencies: ReadonlySet<string>;
}

async function printDays(
  index: PartitionIndex,
  { isin, currency, read }: PrintQuestion,
  days: readonly string[],
  output: RowOutput,
): Promise<Printed> {
  const without = new Set(isin);
  const currencies = new Set<string>();
  let rows = 0;
  for await (const row of read(index, days)) {
    if (currency !== undefined && row.price_currency !== currency) {
      if (row.price_currency !== null) currencies.add(String(row.price_currency));
      continue;
    }
    without.delete(String(row.isin));
    output.row(row);
    rows++;
  }
  return { rows, without, currencies };
}

/** What was asked for and not found, such as `no bars in eur on 2026-09-01; there are bars in EUR, USD`; null if all was. */
function lackingText(
  { noun, currency }: PrintQuestion,
  days: readonly string[],
  { rows, without, currencies }: Printed,
): string | null {
  const isNoneInCurrency = currency !== undefined && rows === 0;
  if (without.size === 0 && !isNoneInCurrency) return null;
  const kind = currency === undefined ? noun : `${noun} in ${currency}`;
  const of = without.size === 0 ? "" : ` of ${missingText(without)}`;
  const there = isNoneInCurrency && currencies.size > 0
    ? `; there are ${noun} in ${[...currencies].sort().join(", ")}`
    : "";
  return `no ${kind}${of} ${spanText(days)}${there}`;
}

/** `on 2026-09-01`, or `from 2026-09-01 to 2026-09-30`; the days are in order. */
function spanText(days: readonly string[]): string {
  return days.length === 1 ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
}
