import { grouped } from "../../collect/counted.ts";
import { isRefusedBySystem } from "../../system/disk_error.ts";
import { CannotPrint } from "./cannot_print.ts";

/** Prints a line, or several. Only results go to stdout; logs and progress go to stderr. Throws `CannotPrint`. */
export function printLine(text: string): void {
  onStdout(() => console.log(text));
}

/** Runs work that prints; the system's refusals become `CannotPrint`, but for a pipe that its reader has closed. */
export function onStdout(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw isRefusedBySystem(error) ? new CannotPrint(error) : error;
  }
}

/** Prints one JSON document, with maps as objects. */
export function printJson(document: unknown): void {
  const plain = (_key: string, value: unknown) => value instanceof Map ? Object.fromEntries(value) : value;
  printLine(JSON.stringify(document, plain, 2));
}

/** Whether a stream may be coloured: a terminal, unless NO_COLOR is set. */
export function hasColour(stream: { isTerminal(): boolean } = Deno.stdout): boolean {
  return stream.isTerminal() && (Deno.env.get("NO_COLOR") ?? "") === "";
}

/** The columns of a terminal that does not report them, such as a serial line. */
export const USUAL_WIDTH = 80;

/** How many characters a line of stdout may have: those of the terminal, or any number if it is none. */
export function widthOfStdout(): number {
  if (!Deno.stdout.isTerminal()) return Infinity;
  return Deno.consoleSize().columns || USUAL_WIDTH;
}

type Cell = string | number;

const GAP = "  ";

/** Prints rows under their headings, numbers aligned to the right. */
export function printTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): void {
  printFitting(headings, rows, Infinity);
}

/**
 * The same with as many columns as fit into lines of this width: the `foremost` ones before the others, both from the left, but
 * narrow ones also after one that was too wide. The first is always there. Returns the headings of those that are left out.
 */
export function printFitting(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  width: number,
  foremost: readonly string[] = headings,
): string[] {
  const text = rows.map((row) => row.map((cell) => typeof cell === "number" ? numberText(cell) : cell));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...text.map((row) => row[i].length)));
  const isNumber = headings.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const isForemost = headings.map((heading) => foremost.includes(heading));
  const shown = fitting(widths, width, isForemost);
  for (const cells of [headings, ...text]) {
    const line = shown.map((i) => isNumber[i] ? cells[i].padStart(widths[i]) : cells[i].padEnd(widths[i]));
    printLine(line.join(GAP).trimEnd());
  }
  return headings.filter((_, i) => !shown.includes(i));
}

/** The columns that fit, from left to right. */
function fitting(widths: readonly number[], room: number, isForemost: readonly boolean[]): number[] {
  const columns = [...widths.keys()];
  let left = room + GAP.length;
  const fits = (i: number) => {
    const needed = widths[i] + GAP.length;
    if (i > 0 && needed > left) return false;
    left -= needed;
    return true;
  };
  const first = columns.filter((i) => isForemost[i] && fits(i));
  const others = columns.filter((i) => !isForemost[i] && fits(i));
  return [...first, ...others].sort((a, b) => a - b);
}

const DIGITS = 12;
const DECIMALS = 2;
/** More is an error in JavaScript. */
const MOST_DECIMALS = 100;

/**
 * Shows twelve digits, or all before the point and two after it where these are more: what the exchange publishes, without the
 * error of sums, as in 0.30000000000000004.
 */
function numberText(number: number): string {
  const exponent = Number(number.toExponential(DIGITS - 1).split("e")[1]);
  const digits = number.toFixed(Math.min(Math.max(DIGITS - 1 - exponent, DECIMALS), MOST_DECIMALS));
  return grouped(digits.replace(/\.?0+$/, ""));
}
