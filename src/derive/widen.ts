import { MILLIS_PER_MINUTE } from "../feed/calendar/dates.ts";
import { BAR_KEY, BAR_SUMS } from "../feed/records/bars.ts";
import type { PlainRow } from "./plain_rows.ts";

/** Widths of bars that are made from one-minute bars, in minutes. */
export const WIDTHS = { "1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60 } as const;

/** Combines sorted one-minute bars into bars of `minutes`, which begin at multiples of that, in UTC. */
export async function* widen(bars: AsyncIterable<PlainRow>, minutes: number): AsyncGenerator<PlainRow> {
  let wide: PlainRow | null = null;
  let weight = 0;
  for await (const bar of bars) {
    const next = { ...bar, start: startOf(bar, minutes) };
    if (wide !== null && isOneBar(wide, next)) {
      weight += weightOf(next);
      wide = together(wide, next, weight);
    } else {
      if (wide !== null) yield wide;
      wide = next;
      weight = weightOf(next);
    }
  }
  if (wide !== null) yield wide;
}

function startOf({ start }: PlainRow, minutes: number): string {
  const width = minutes * MILLIS_PER_MINUTE;
  const millis = Math.floor(Date.parse(String(start)) / width) * width;
  return Temporal.Instant.fromEpochMilliseconds(millis).toString();
}

function isOneBar(a: PlainRow, b: PlainRow): boolean {
  return a.start === b.start && BAR_KEY.every((name) => a[name] === b[name]);
}

/** Two consecutive bars as one bar; `weight` is that of both. */
function together(a: PlainRow, b: PlainRow, weight: number): PlainRow {
  const sums = Object.fromEntries(BAR_SUMS.map((name) => [name, sum(a[name], b[name])]));
  return {
    ...a,
    open: a.open ?? b.open,
    high: extreme(Math.max, a.high, b.high),
    low: extreme(Math.min, a.low, b.low),
    close: b.close ?? a.close,
    ...sums,
    vwap: sums.volume === 0 ? null : weight / sums.volume!,
  };
}

/** What was paid for the volume of a bar, in the unit of its prices. */
function weightOf({ vwap, volume }: PlainRow): number {
  return Number(vwap) * Number(volume);
}

function extreme(
  of: (a: number, b: number) => number,
  a: PlainRow[string],
  b: PlainRow[string],
): PlainRow[string] {
  return a === null || b === null ? a ?? b : of(Number(a), Number(b));
}

/** Null when one of them is null: for Eurex there is no turnover. */
function sum(a: PlainRow[string], b: PlainRow[string]): number | null {
  return a === null || b === null ? null : Number(a) + Number(b);
}
