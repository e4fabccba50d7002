import { counted } from "../../collect/counted.ts";
import type { CycleOutcome } from "../../daemon/announce.ts";
import type { Interval } from "../../daemon/interval.ts";
import type { CycleWork } from "../../daemon/loop.ts";
import type { Schedule } from "../../daemon/schedule.ts";
import { log } from "../../log/log.ts";
import { type Layout, QuotesLayout } from "../../store/layout.ts";
import { type CarryOut, QUOTES_IN } from "./cycle_thread.ts";
import type { DaemonWork } from "./daemon_work.ts";
import { type BesideParts, QuotesBeside } from "./quotes_beside.ts";
import { jobFor } from "./rhythm.ts";
import { outcomeOf, VenueStates } from "./venue_states.ts";

/** Where and when the cycles of a daemon run. */
export interface CycleParts extends BesideParts {
  readonly layout: Layout;
  readonly schedule: Schedule;
  readonly publishEvery?: Interval;
}

/**
 * The cycles of a daemon: of trades and, after each of them, of quotes, for which no cycle of trades waits. A daemon
 * without trades has cycles of quotes alone.
 */
export class Cycles {
  readonly #trades: VenueStates;
  readonly #quotes: VenueStates;
  readonly #beside: QuotesBeside;

  constructor({ venues, quotes }: DaemonWork, readonly parts: CycleParts) {
    const quoted = (quotes?.sources ?? []).map(({ venue }) => venue);
    this.#trades = new VenueStates(venues, parts.layout, "trade");
    this.#quotes = new VenueStates(quoted, new QuotesLayout(parts.layout.workingDirectory), "quote");
    this.#beside = new QuotesBeside(this.#quotes, parts);
  }

  /** What a daemon holds for life, so that there is no second one for any part of its work. */
  locks(): string[] {
    return this.#kinds().flatMap(({ venues, layout }) => venues.map((venue) => layout.daemonLock(venue)));
  }

  /** When the last cycle started; null when one of the venues has no result from any cycle. */
  last(): Temporal.Instant | null {
    const starts = this.#kinds().map((kind) => kind.lastCycle());
    const known = starts.filter((start) => start !== null).sort(Temporal.Instant.compare);
    return known.length < starts.length ? null : known[0] ?? null;
  }

  async run(cycle: CycleWork): Promise<CycleOutcome> {
    const { clock, schedule, carryOut } = this.parts;
    const now = Temporal.Instant.fromEpochMilliseconds(clock.now());
    const job = jobFor(cycle.kind, schedule, this.parts, now);
    if (this.#trades.venues.length === 0) {
      return outcomeOf(await carryOut(QUOTES_IN[job], cycle), this.#quotes);
    }
    try {
      return outcomeOf(await carryOut(job, cycle), this.#trades);
    } finally {
      if (this.#quotes.venues.length > 0) this.#beside.start(QUOTES_IN[job]);
    }
  }

  /** Records for monitoring when the next cycle starts. */
  async recordNext(at: Temporal.Instant): Promise<void> {
    for (const kind of this.#kinds()) await kind.record(at, this.parts.stop);
  }

  /** What is to be done before the daemon ends: hours of quotes stay in the spool. */
  async finish(): Promise<void> {
    await Promise.all([publishRest(this.#trades, this.parts.carryOut), this.#beside.ended()]);
  }

  #kinds(): VenueStates[] {
    return [this.#trades, this.#quotes].filter(({ venues }) => venues.length > 0);
  }
}

/** Whatever it is doing, the daemon must end within five seconds. */
const LAST_PUBLICATION_MILLIS = 3_500;

/**
 * Publishes what cycles left for a later cycle that will not come, if there is anything; what takes too long stays in
 * the spool.
 */
async function publishRest(states: VenueStates, carryOut: CarryOut): Promise<void> {
  const files = states.heldBack();
  if (files === 0) return;
  log.info(`Publishing ${counted(files, "file")} that a later cycle would have published`);
  const stop = AbortSignal.timeout(LAST_PUBLICATION_MILLIS);
  try {
    await carryOut("publication", { stop, progress: () => {} });
  } catch (error) {
    if (!stop.aborted) throw error;
    log.warning("That takes too long: what is left in the spool is published at the next start");
  }
}
