import type { Measured } from "./jobs/measured.ts";
import type { Line } from "./table.ts";

export function seconds(what: string, values: readonly number[], decimals = 2): Line {
  return { what, values, unit: "s", decimals };
}

export function peak(measured: readonly Measured[]): Line {
  return {
    what: "     peak RSS",
    values: measured.map(({ peakMegabytes }) => peakMegabytes),
    unit: "MB",
  };
}

/** The ratio is one within each round, and then the median of these. */
export function ratio(
  what: string,
  ours: readonly Measured[],
  theirs: readonly Measured[],
  of: (measured: Measured) => number | null,
): Line {
  const values = ours.map((one, round) => {
    const [a, b] = [of(one), of(theirs[round])];
    return a === null || b === null ? null : a / b;
  });
  return { what: `     ${what}: ours ÷ DuckDB's`, values, unit: "×", decimals: 2 };
}
