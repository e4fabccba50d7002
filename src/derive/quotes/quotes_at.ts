/** The quotes of an ISIN at a time: searches backwards for the last value of each side, phase and notation. */
import type { NumberColumn } from "../../feed/records/batch.ts";
import type { Stretch } from "../by_instrument.ts";
import { firstOf } from "../first_of.ts";
import type { HourFiles, HourGroup } from "./hour_groups.ts";
import { ASK, BID, newQuote, NOTATION, PHASE, type Quote, type Side } from "./quote.ts";
import { lineColumns, linesIn, type QuoteLines, quoteLines } from "./quote_line.ts";
import type { TimedQuote } from "./quote_rows.ts";
import { firstAfter, isTimed, momentOf, type Run, runsOf, startOf } from "./effective_rows.ts";

/** Before all rows. */
const NEVER = -(2n ** 63n);

/** What has been found of a line. */
interface Found {
  readonly quote: Quote;
  /** When the row took effect that has this part of the quote. */
  readonly moments: Record<Part, bigint>;
  /** When the last row of the line took effect. */
  last: bigint;
}
type Part = "bid" | "ask" | "phase" | "notation";

/** The column that says whether a row has this part of a quote. */
const PARTS: readonly { readonly part: Part; readonly column: number }[] = [
  { part: "bid", column: BID.price },
  { part: "ask", column: ASK.price },
  { part: "phase", column: PHASE },
  { part: "notation", column: NOTATION },
];

/** What is known at a time of each line that has a row by then, in order of the lines. */
export function quotesAt(files: HourFiles, time: bigint): TimedQuote[] {
  return lastQuotes(files, time).map((quote) => ({ ...quote, time }));
}

/**
 * The same, each with the time when the last row of the line took effect. Gives what `Replay` would, but reads the latest
 * hours first; of earlier hours, which lines they have, and more only where the later ones lack something.
 */
export function lastQuotes(files: HourFiles, until: bigint): TimedQuote[] {
  const lines = quoteLines(newFound);
  for (const pieces of files.toReversed()) lookThroughHour(begunBy(until, pieces), until, lines);
  return lines.inOrder().map(({ line, state: { quote, last } }) => ({ line, quote, time: last }));
}

/** The pieces of an hour that may have rows that take effect by a time. */
function begunBy(time: bigint, pieces: HourFiles[number]): HourFiles[number] {
  if (pieces.length < 2 || pieces[0].group.hour.end <= time || !isTimed(pieces.at(-1)!)) return pieces;
  return pieces.slice(0, firstOf(0, pieces.length, (i) => startOf(pieces[i])! > time));
}

/** Searches the pieces of an hour, the last one first: the rows of each take effect before those of the next one. */
function lookThroughHour(pieces: HourFiles[number], until: bigint, lines: QuoteLines<Found>): void {
  let latest: bigint | null = null;
  for (const piece of pieces.toReversed()) {
    latest ??= piece.group.hour.end;
    if (isKnown(piece, latest, lines)) continue;
    for (const run of runsOf(piece).reverse()) lookThrough(run, firstAfter(run, until), latest, lines);
    latest = startOf(piece);
  }
}

/** Whether a piece, whose rows take effect at `latest` at the latest, has nothing that is not known of their lines. */
function isKnown({ group, from, to }: Stretch<HourGroup>, latest: bigint, lines: QuoteLines<Found>): boolean {
  return linesIn(lineColumns(group), from, to).every((line) => {
    const found = lines.known(line)?.state;
    return found !== undefined && found.last >= latest &&
      PARTS.every(({ part, column }) => found.moments[part] >= latest || isNull(group, column));
  });
}

function isNull(group: HourGroup, column: number): boolean {
  return (group.column(column) as NumberColumn).isUniform === true;
}

function newFound(): Found {
  const moments = { bid: NEVER, ask: NEVER, phase: NEVER, notation: NEVER };
  return { quote: newQuote(), moments, last: NEVER };
}

/** Searches the rows of a run before `to`, which take effect at `latest` at the latest. */
function lookThrough(run: Run, to: number, latest: bigint, lines: QuoteLines<Found>): void {
  for (const [found, rows] of rowsByLine(run, to, lines)) {
    found.last = later(found.last, momentOf(run, rows.at(-1)!));
    for (const { part, column } of PARTS) {
      if (found.moments[part] >= latest) continue;
      const row = lastPublished(run.group, column, rows);
      if (row === undefined || momentOf(run, row) <= found.moments[part]) continue;
      found.moments[part] = momentOf(run, row);
      fill(found.quote, part, run, row);
    }
  }
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** The rows of each line, in their order. */
function rowsByLine(run: Run, to: number, lines: QuoteLines<Found>): Map<Found, number[]> {
  const rows = new Map<Found, number[]>();
  lines.turnTo(lineColumns(run.group));
  for (let row = run.from; row < to; row++) {
    const { state } = lines.at(row);
    const known = rows.get(state);
    if (known === undefined) rows.set(state, [row]);
    else known.push(row);
  }
  return rows;
}

function lastPublished(group: HourGroup, column: number, rows: readonly number[]): number | undefined {
  if (isNull(group, column)) return undefined;
  const { values } = group.column(column) as NumberColumn;
  return rows.findLast((row) => !Number.isNaN(values[row]));
}

function fill(quote: Quote, part: Part, { group, times }: Run, row: number): void {
  const valueOf = (column: number) => (group.column(column) as NumberColumn).values[row];
  const fillSide = (side: Side, { price, quantity }: typeof BID) => {
    [side.price, side.quantity, side.time] = [valueOf(price), valueOf(quantity), times[row]];
  };
  if (part === "bid") fillSide(quote.bid, BID);
  else if (part === "ask") fillSide(quote.ask, ASK);
  else if (part === "phase") quote.phase = valueOf(PHASE);
  else quote.notation = valueOf(NOTATION);
}
