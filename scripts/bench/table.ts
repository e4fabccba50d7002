/** One figure of the table, measured in every round. */
export interface Line {
  readonly what: string;
  /** One a round; null where it could not be measured. */
  readonly values: readonly (number | null)[];
  readonly unit: string;
  /** Decimals to show; default 0. */
  readonly decimals?: number;
  readonly target?: Target;
}

/** A limit of the median, in the line's unit. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Prints the lines with the median, the least and the largest value, and whether the target is met. */
export function printTable(lines: readonly Line[]): void {
  const rows = [["", "median (min – max)", "target", "met"], ...lines.map(cellsOf)];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd());
}

/** The middle value; of an even number of values, the lower one of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
}

function cellsOf({ what, values, unit, decimals = 0, target }: Line): string[] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [what, "not measured here", "", ""];
  const shown = (value: number) =>
    value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const middle = median(known);
  const range = known.length > 1 ? ` (${shown(Math.min(...known))} – ${shown(Math.max(...known))})` : "";
  const measured = `${shown(middle)}${range} ${unit}`;
  if (target === undefined) return [what, measured, "", ""];
  const [sign, limit] = "atMost" in target ? ["≤", target.atMost] : ["≥", target.atLeast];
  const met = "atMost" in target ? middle <= limit : middle >= limit;
  return [what, measured, `${sign} ${shown(limit)} ${unit}`, met ? "yes" : "NO"];
}
