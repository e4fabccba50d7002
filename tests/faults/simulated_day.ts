/** A daemon with its own loop, cycles and quota, in virtual time, against a replica in a separate process. */
import { join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import type { QuoteDaySpec } from "../../scripts/replica/quotes/quote_day.ts";
import { Cycles } from "../../src/cli/daemon/cycles.ts";
import { type CarryOut, isOfQuotes, type Job, LAST_OF_QUOTES } from "../../src/cli/daemon/cycle_thread.ts";
import { scheduleOf } from "../../src/cli/daemon/rhythm.ts";
import { conclude } from "../../src/cli/conclude.ts";
import type { Tools } from "../../src/collect/cycle.ts";
import { fetchVenue } from "../../src/collect/fetch_venue.ts";
import { type QuoteTools, runQuotesCycle } from "../../src/collect/quotes/quotes_cycle.ts";
import { SharedRoom } from "../../src/collect/quotes/shared_room.ts";
import type { VenueResult } from "../../src/collect/report.ts";
import { ALWAYS } from "../../src/daemon/active_hours.ts";
import { parseInterval } from "../../src/daemon/interval.ts";
import { runDaemon } from "../../src/daemon/loop.ts";
import { SILENT } from "../../src/daemon/notify.ts";
import { Requests } from "../../src/daemon/signals.ts";
import { apiBase } from "../../src/feed/http/api.ts";
import { Exchange } from "../../src/feed/http/client.ts";
import { type claim, EXCHANGE_QUOTA, Quota, type QuotaLimit } from "../../src/feed/quota.ts";
import { claimOfQuotes, claimOfTrades, shareOfQuotes } from "../../src/feed/quota_share.ts";
import { NO_FILTER } from "../../src/feed/quote_filter.ts";
import { parseQuoteSource, united } from "../../src/feed/quote_services.ts";
import { Layout, QuotesLayout } from "../../src/store/layout.ts";
import { QuotaFile } from "../../src/store/state/quota_file.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** What a simulated daemon collects, and when. */
export interface SimulatedDay {
  readonly days: readonly DaySpec[];
  /** Empty: no quotes. */
  readonly quotes: readonly QuoteDaySpec[];
  /** UTC, `2026-09-01T08:00`. */
  readonly from: string;
  readonly until: string;
  /** Called when each cycle of trades begins, with the time. */
  readonly onCycle?: (now: number) => void;
}

/** The outcome. */
export interface SimulatedRun {
  /** When each file was downloaded, in milliseconds since 1970, by its name. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Downloads that the exchange refused. */
  readonly failures: readonly string[];
}

/** Runs the daemon in `dir` for the time of the day; it follows live, with a cycle each minute. */
export async function simulateDay(dir: string, day: SimulatedDay): Promise<SimulatedRun> {
  const clockFile = join(dir, "clock");
  const at = (time: string) => Date.parse(`${time}:00Z`);
  const clock = new VirtualClock(at(day.from), (now) => Deno.writeTextFileSync(clockFile, String(now)));
  await using replica = await servedDay(day, clockFile);
  const requests = new Requests();
  clock.sleep(at(day.until) - at(day.from), new AbortController().signal).then(() =>
    requests.askToStop("SIGTERM")
  );
  const work = new Work(join(dir, "work"), day, clock, replica.apiUrl);
  const schedule = scheduleOf(
    { interval: parseInterval("1m"), activeHours: ALWAYS } as Parameters<typeof scheduleOf>[0],
  );
  const cycles = new Cycles(work.order, {
    layout: work.layout,
    schedule,
    clock,
    carryOut: (job, cycle) => work.carryOut(job, cycle),
    stop: requests.stop,
  });
  await runDaemon({
    name: "a simulated day",
    schedule,
    lastCycle: null,
    assertWhole: () => {},
    cycle: (started) => {
      day.onCycle?.(clock.now());
      return cycles.run(started);
    },
    clock,
    requests,
    notify: SILENT,
    outageAfter: 3,
    onNextStart: () => {},
    beforeEnd: () => cycles.finish(),
  });
  // What waits for an hour's last minute is published by the next run.
  const last = { stop: new AbortController().signal, progress: () => {} };
  await work.carryOut("last cycle for now", last);
  if (day.quotes.length > 0) await work.carryOut(LAST_OF_QUOTES, last);
  return work;
}

/** What a cycle in a thread gets of its daemon. */
type InThread = Parameters<CarryOut>[1];

/** The cycles of a daemon's thread, with everything by the virtual clock. */
class Work implements SimulatedRun {
  readonly arrivals = new Map<string, number>();
  readonly failures: string[] = [];
  readonly layout: Layout;
  readonly order;
  readonly #venues: readonly string[];
  readonly #clock: VirtualClock;
  readonly #apiUrl: string;

  constructor(dir: string, { days, quotes }: SimulatedDay, clock: VirtualClock, apiUrl: string) {
    this.layout = new Layout(dir);
    this.#clock = clock;
    this.#apiUrl = apiUrl;
    this.#venues = [...new Set(days.map(({ venue }) => venue))];
    const sources = united(quotes.map(({ service }) => parseQuoteSource(service)));
    this.order = {
      venues: this.#venues,
      quotes: quotes.length === 0 ? null : { sources, filter: NO_FILTER, keepRawDays: 0 },
    };
  }

  async carryOut(job: Job, cycle: InThread): Promise<VenueResult[]> {
    const results = await (isOfQuotes(job) ? this.#quotes(job, cycle) : this.#trades(job, cycle));
    for (const { venue, error } of results) {
      if (error !== null) this.failures.push(`${job} of ${venue}: ${error}`);
    }
    return results;
  }

  #trades(job: Job, { stop, progress }: InThread): Promise<VenueResult[]> {
    const publishEveryMillis = job === "cycle" ? 3_000_000 : 0;
    let left = 0;
    const quota = this.#quota(EXCHANGE_QUOTA, (...asked) => claimOfTrades(...asked, left), progress);
    const tools: Tools = {
      ...this.#tools(this.layout, quota, progress),
      publishEveryMillis,
      onPlanned: (_venue, files) => void (left += files),
      onOutcome: () => void left--,
    };
    return Promise.all(this.#venues.map((venue) => fetchVenue(venue, tools, FETCHING, stop)));
  }

  #quotes(job: Job, { stop, progress }: InThread): Promise<VenueResult[]> {
    const limit = shareOfQuotes(EXCHANGE_QUOTA);
    const quota = this.#quota(limit, claimOfQuotes, progress);
    const tools: QuoteTools = {
      ...this.#tools(new QuotesLayout(this.layout.workingDirectory), quota, progress),
      quota: limit,
      filter: NO_FILTER,
      keepRawDays: 0,
      mayWait: job !== LAST_OF_QUOTES,
      keptForTrades: () => 0,
      room: new SharedRoom(),
      secondsFor: () => 0,
    };
    return Promise.all(this.order.quotes!.sources.map((source) => {
      const cycle = () => runQuotesCycle(source, tools, stop);
      return fetchVenue(source.venue, tools, { ...FETCHING, cycle, noun: "quote" }, stop);
    }));
  }

  #quota(limit: QuotaLimit, ask: typeof claim, onWait: () => void): Quota {
    const store = new QuotaFile(this.layout.quotaFile(), this.#clock);
    return new Quota(store, this.#clock, limit, ask, onWait);
  }

  #tools(layout: Layout, quota: Quota, onProgress: () => void): Tools {
    const clock = this.#clock;
    const base = apiBase(this.#apiUrl);
    const exchange = new Exchange({
      base,
      fetch: clock.fetch,
      clock,
      quota,
      random: () => 0,
      onRetry: () => {},
    });
    let last: Promise<unknown> = Promise.resolve();
    return {
      exchange: this.#noting(exchange),
      layout,
      clock,
      reconcile: true,
      createdBy: "test",
      oneAtATime: (work) => {
        const done = last.then(work);
        last = done.catch(() => {});
        return done;
      },
      onPlanned: () => {},
      onOutcome: () => {},
      onProgress,
    };
  }

  /** The same exchange; when its downloads end is noted. */
  #noting(exchange: Exchange): Exchange {
    const download = exchange.download.bind(exchange);
    exchange.download = async (file, receive, signal) => {
      const outcome = await download(file, receive, signal);
      if (outcome.kind === "received") this.arrivals.set(file.name, this.#clock.now());
      else this.failures.push(`${file.name}: ${outcome.reason}`);
      return outcome;
    };
    return exchange;
  }
}

const FETCHING = { patienceMillis: 60_000, version: "test", conclude };

/** A replica in a process of its own, under the exchange's quota. */
async function servedDay(
  { days, quotes }: SimulatedDay,
  clock: string,
): Promise<AsyncDisposable & { apiUrl: string }> {
  const options = { days, quotes, quota: { downloads: 30, seconds: 60 } };
  const script = new URL("serve_day.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--no-check", script, JSON.stringify(options), clock],
    stdout: "piped",
  }).spawn();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await said.read();
  return {
    apiUrl: value.trim(),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await said.cancel();
      await child.status;
    },
  };
}
