/** The quotes of an ISIN over a range of time within a trading day. */
import type { HourFiles } from "./hour_groups.ts";
import { newQuote } from "./quote.ts";
import { quoteLines } from "./quote_line.ts";
import type { TimedQuote } from "./quote_rows.ts";
import { Replay } from "./replay.ts";

/** From one time to another, both included, in nanoseconds since 1970 UTC. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** The quote after each row that takes effect in the range, in order. The next step changes the quote object. */
export function* changesWithin(files: HourFiles, { from, to }: TimeRange): Generator<TimedQuote> {
  const replay = new Replay(files, quoteLines(newQuote));
  for (let { moment } = replay; moment !== null && moment <= to; moment = replay.moment) {
    const { line, state } = replay.apply();
    if (moment >= from) yield { line, quote: state, time: moment };
  }
}

/**
 * The quote of each line at the multiples of `every` nanoseconds since 1970 in the range, in order of time and line. A line
 * begins with its first row. The next step changes the quote objects.
 */
export function* sampledWithin(
  files: HourFiles,
  { from, to }: TimeRange,
  every: bigint,
): Generator<TimedQuote> {
  const lines = quoteLines(newQuote);
  const replay = new Replay(files, lines);
  for (let time = roundUp(from, every); time <= to; time += every) {
    while (replay.moment !== null && replay.moment <= time) replay.apply();
    for (const { line, state } of lines.inOrder()) yield { line, quote: state, time };
  }
}

function roundUp(time: bigint, every: bigint): bigint {
  return (time + every - 1n) / every * every;
}
