/** The quotes of an ISIN over a stretch of time of a trading day. */
import type { HourFiles } from "./hour_groups.ts";
import { newQuote } from "./quote.ts";
import { quoteLines } from "./quote_line.ts";
import type { TimedQuote } from "./quote_rows.ts";
import { Replay } from "./replay.ts";

/** From a time to a time, both included, in nanoseconds since 1970 UTC. */
export interface Stay {
  readonly from: bigint;
  readonly to: bigint;
}

/** What each row brings about that takes effect in this time, in order. A quote is good until the next is asked for. */
export function* changesWithin(files: HourFiles, { from, to }: Stay): Generator<TimedQuote> {
  const replay = new Replay(files, quoteLines(newQuote));
  for (let { moment } = replay; moment !== null && moment <= to; moment = replay.moment) {
    const { line, state } = replay.apply();
    if (moment >= from) yield { line, quote: state, time: moment };
  }
}

/**
 * What is known of each line at the multiples of `every` nanoseconds since 1970 within this time, in order; a line is there
 * from its first row on. A quote is good until the next is asked for.
 */
export function* sampledWithin(files: HourFiles, { from, to }: Stay, every: bigint): Generator<TimedQuote> {
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
