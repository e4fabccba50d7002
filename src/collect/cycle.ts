import type { Exchange } from "../feed/http/client.ts";
import type { Clock } from "../system/clock.ts";
import type { Listing } from "../feed/listing.ts";
import type { MinuteFile, SourceFile } from "../feed/file_names.ts";
import { tradingDayOf } from "../feed/calendar/trading_day.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { DailyMarks } from "../store/state/daily_marks.ts";
import type { Layout } from "../store/layout.ts";
import { Spool } from "../store/spool/spool.ts";
import { removeLeftovers } from "../store/venue_lock.ts";
import { contradictionsOf } from "./publish/contradictions.ts";
import { downloadAll, type Outcome } from "./download.ts";
import { Inventory } from "./inventory.ts";
import { answerOf } from "./list_all.ts";
import { logNames } from "./odd_names.ts";
import { Pace } from "./pace.ts";
import { logPacked } from "./packed.ts";
import { lostNames } from "./pending.ts";
import { byTradingDay, creditsOf, ODD_PER_CYCLE, planDownloads, stillOpen } from "./download_plan.ts";
import { Publishing } from "./publish/publishing.ts";
import { recordExpected, recordRemaining } from "./remaining.ts";
import { type CycleReport, reportOf } from "./report.ts";
import { counted } from "./counted.ts";
import { logOutcome } from "./log_finding.ts";
import { judgeVolume } from "./monitor/quiet_days.ts";

/** What a cycle works with. */
export interface Tools {
  readonly exchange: Exchange;
  readonly layout: Layout;
  readonly clock: Clock;
  /** Whether a daily file is fetched even if its day is complete without it. */
  readonly reconcile: boolean;
  /** The program and version that a partition's footer names as its writer. */
  readonly createdBy: string;
  /** The minimum time between two publications of a date; until then its files wait in the spool. Default 0. */
  readonly publishEveryMillis?: number;
  /** Runs one publication at a time: those of several venues would add up their memory. */
  readonly oneAtATime: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onPlanned: (venue: Venue, files: number) => void;
  readonly onOutcome: (venue: Venue, outcome: Outcome) => void;
  /** Called whenever the cycle has made progress: received a piece of a body, or finished a slice of work. */
  readonly onProgress: () => void;
}

/**
 * One cycle of a venue. Asks what is listed; publishes what an earlier run left in the spool, even without a listing;
 * then downloads what is missing and publishes it, the oldest trading day first. The caller holds the venue's write
 * lock.
 *
 * Throws `ExchangeUnavailable` when it cannot get a listing, the disk's errors, and the signal's reason. Whatever
 * was downloaded by then is in the spool, and the next cycle continues from there.
 */
export async function runCycle(venue: Venue, tools: Tools, signal: AbortSignal): Promise<CycleReport> {
  log.info(`Checking missing dates for ${venue}`);
  removeLeftovers(tools.layout, venue);
  return await new Cycle(venue, tools, signal).run();
}

/**
 * Publishes what waits in the spool of a venue without asking the exchange. A daily file keeps waiting, since without a
 * listing it is unknown which minutes it replaces. The caller holds the venue's write lock. Throws the disk's errors
 * and the signal's reason.
 */
export async function publishSpooled(venue: Venue, tools: Tools, signal: AbortSignal): Promise<void> {
  await new Cycle(venue, { ...tools, publishEveryMillis: 0 }, signal).publishSpooled();
}

/** A cycle under way: what it has tried and found so far. */
class Cycle {
  readonly spool: Spool;
  readonly #marks: DailyMarks;
  readonly #publishing: Publishing;
  readonly #outcomes = new Map<string, Outcome>();
  /** The dates that received files in this cycle; all other dates are published only once. */
  readonly #fetched = new Set<string>();
  readonly #inventory: Inventory;
  /**
   * Why a date could not be published. Fetching continues, but the cycle fails in the end. The date is not tried again
   * in this cycle.
   */
  readonly #failures = new Map<string, unknown>();
  /** How many downloads have been announced. */
  #planned = 0;

  constructor(venue: Venue, readonly tools: Tools, readonly signal: AbortSignal) {
    this.spool = new Spool(tools.layout, venue);
    const pace = new Pace(tools.clock, signal, tools.onProgress);
    this.#inventory = new Inventory(tools.layout, venue);
    this.#marks = new DailyMarks(tools.layout, venue, tools.clock.now());
    const publisher = { spool: this.spool, createdBy: tools.createdBy, pace, marks: this.#marks };
    this.#publishing = new Publishing(
      publisher,
      this.#inventory,
      this.#marks,
      () => tools.clock.now(),
      tools.publishEveryMillis,
    );
  }

  async publishSpooled(): Promise<void> {
    await this.#publishWaiting(null, this.spool.dates());
    for (const error of this.#failures.values()) throw error;
  }

  async run(): Promise<CycleReport> {
    const asked = this.tools.clock.now();
    const listing = this.tools.exchange.list(this.spool.venue, this.signal);
    const answer = await answerOf(listing, this.signal);
    await this.#publishWaiting(answer.listing, this.spool.dates());
    if (answer.listing === null) throw answer.error;
    return await this.#fetch(answer.listing, asked);
  }

  /**
   * Downloads and publishes what is listed and missing. The listing was requested at `asked`, in milliseconds since
   * 1970.
   */
  async #fetch(listing: Listing, asked: number): Promise<CycleReport> {
    const { spool } = this;
    logNames(spool.venue, listing);
    const isWanted = (file: SourceFile) => this.#isWanted(file);
    const holdings = { spool, inventory: this.#inventory, listing, isWanted };
    const before = await recordExpected(holdings);
    await this.#fetchDays(listing, lostNames(before));
    const tried = { before, outcomes: this.#outcomes };
    const remaining = await recordRemaining(holdings, tried, asked);
    for (const error of this.#failures.values()) throw error;
    const judgement = { inventory: this.#inventory, marks: this.#marks, now: asked };
    const volume = await judgeVolume(judgement, remaining.days, remaining.pending);
    const contradictions = await contradictionsOf(spool, this.#inventory);
    const { findings, heldBack } = this.#publishing;
    const done = { outcomes: this.#outcomes, findings, heldBack, contradictions, volume };
    return reportOf(spool.venue, listing, asked, remaining, done);
  }

  async #fetchDays(listing: Listing, lost: ReadonlySet<string>): Promise<void> {
    const nextDay = () => this.#nextDay(listing.files, lost);
    for (let day = await nextDay(); day.length > 0; day = await nextDay()) {
      await this.#download(day);
      await this.#publishWaiting(listing, this.#fetched);
    }
    // A folder that the disk failed to read for a moment looked empty: publish now what arrived in it.
    await this.#publishWaiting(listing, this.#fetched);
  }

  /**
   * Publishes what waits in the spool of these dates; without a listing, daily files keep waiting. A date that cannot
   * be published fails the cycle, but only after all others are done.
   */
  async #publishWaiting(listing: Listing | null, dates: Iterable<string>): Promise<void> {
    const creditsFor = listing === null ? null : (daily: SourceFile) => this.#creditsFor(daily, listing);
    for (const date of [...dates].filter((date) => !this.#failures.has(date))) {
      try {
        await this.tools.oneAtATime(() => this.#publishing.publish(date, creditsFor));
      } catch (error) {
        this.signal.throwIfAborted();
        this.#failures.set(date, error);
      }
    }
  }

  async #creditsFor(daily: SourceFile, { files }: Listing): Promise<MinuteFile[]> {
    return creditsOf(daily, { listed: files, seen: await this.#inventory.seen(files) });
  }

  /** What to fetch next. For the same day, this includes the minutes that its daily file turned out not to replace. */
  async #nextDay(listed: readonly SourceFile[], lost: ReadonlySet<string>): Promise<SourceFile[]> {
    const oddTried = listed.filter(({ kind, name }) => kind === "odd" && this.#outcomes.has(name)).length;
    const seen = await this.#inventory.seen(listed);
    const plan = planDownloads({
      listed: stillOpen(listed, seen, this.#failures),
      seen,
      givenUp: new Set([...lost, ...this.#outcomes.keys()]),
      reconcile: this.tools.reconcile,
      oddLeft: ODD_PER_CYCLE - oddTried,
    });
    this.#announce(this.#outcomes.size + plan.length);
    return byTradingDay(plan)[0] ?? [];
  }

  /** Reports downloads that were added to those announced before. */
  #announce(planned: number): void {
    const more = planned - this.#planned;
    if (more <= 0) return;
    this.tools.onPlanned(this.spool.venue, more);
    this.#planned = planned;
  }

  async #download(day: readonly SourceFile[]): Promise<void> {
    const { venue } = this.spool;
    log.info(`Fetching ${counted(day.length, "file")} of ${venue} for ${tradingDayOf(day[0])}`);
    await downloadAll(day, { ...this.tools, spool: this.spool, onOutcome: this.#onOutcome }, this.signal);
    await logPacked(venue, this.#outcomes, this.#marks);
  }

  readonly #onOutcome = (file: SourceFile, outcome: Outcome): void => {
    this.#outcomes.set(file.name, outcome);
    if (outcome.kind === "kept") {
      this.#fetched.add(file.date);
      this.#publishing.forget(this.tools.layout.rawFile(file));
    }
    logOutcome(file, outcome);
    this.tools.onOutcome(this.spool.venue, outcome);
  };

  /**
   * Without reconciliation a daily file only serves to replace its minutes: it counts as missing only if it was
   * requested.
   */
  #isWanted({ name, kind }: SourceFile): boolean {
    return kind !== "daily" || this.tools.reconcile || this.#outcomes.has(name);
  }
}
