import type { Exchange } from "../feed/http/client.ts";
import type { Clock } from "../system/clock.ts";
import type { Listing } from "../feed/listing.ts";
import type { MinuteFile, SourceFile } from "../feed/source_file.ts";
import { tradingDayOf } from "../feed/calendar/trading_day.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { removeIfThere, removeUnfinished } from "../system/atomic.ts";
import { DailyMarks } from "../store/records/daily_marks.ts";
import type { Layout } from "../store/layout.ts";
import { type PendingRecord, readPending, writePending } from "../store/records/pending.ts";
import { Spool } from "../store/spool/spool.ts";
import { absentOf, overdueFiles } from "./monitor/absent.ts";
import { contradictionsOf } from "./publish/contradictions.ts";
import { downloadAll, type Outcome } from "./download.ts";
import { newestMinute } from "./monitor/freshness.ts";
import { type DayInventory, Inventory, seenNames } from "./inventory.ts";
import { logNames, oddNames } from "./odd_names.ts";
import { Pace } from "./pace.ts";
import { logPacked } from "./packed.ts";
import { filesOf, lostNames, newlyLost, nextPending } from "./pending.ts";
import { byTradingDay, creditsOf, ODD_PER_CYCLE, planCycle, type Step, stillOpen } from "./plan.ts";
import { Publishing } from "./publish/publishing.ts";
import { rejectedNames } from "./rejected.ts";
import type { CycleReport } from "./report.ts";
import { damagedDates } from "./findings.ts";
import { statusOf } from "./monitor/status.ts";
import { counted } from "./counted.ts";
import { logOutcome } from "./log_finding.ts";
import { judgeVolume } from "./monitor/volume.ts";

/** What a cycle works with. */
export interface Tools {
  readonly exchange: Exchange;
  readonly layout: Layout;
  readonly clock: Clock;
  /** Whether daily files are fetched also for days of which nothing is missing. */
  readonly reconcile: boolean;
  /** What a partition names as its author. */
  readonly createdBy: string;
  /** Runs one publication at a time: several venues at once would only add up their memory. */
  readonly oneAtATime: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onPlanned: (venue: Venue, files: number) => void;
  readonly onOutcome: (venue: Venue, outcome: Outcome) => void;
  /** Called whenever the cycle gets on: a piece of a body, a slice of work. */
  readonly onProgress: () => void;
}

/**
 * One cycle of a venue: asks what is listed, publishes what an earlier run left in the spool, also when there is no
 * listing to be had, then downloads what is missing and publishes it, the oldest trading day first. The caller holds
 * the venue's write lock.
 *
 * Throws `ExchangeUnavailable` when the listing cannot be had, what the disk throws, and the signal's reason; then
 * whatever was downloaded is in the spool, and the next cycle goes on from there.
 */
export async function runCycle(venue: Venue, tools: Tools, signal: AbortSignal): Promise<CycleReport> {
  log.info(`Checking missing dates for ${venue}`);
  // What a killed run left, besides what lies with the data.
  removeIfThere(tools.layout.runs(venue));
  removeUnfinished(tools.layout.state, tools.layout.ownPart(venue));
  return await new Cycle(venue, tools, signal).run();
}

/** What the exchange answered, or why it did not. */
type Answer = { readonly listing: Listing } | { readonly listing: null; readonly error: unknown };

/** How things are at the end of a cycle. */
interface Ending
  extends Pick<CycleReport, "asked" | "volume" | "pending" | "lost" | "rejected" | "contradictions"> {
  readonly days: ReadonlyMap<string, DayInventory>;
  readonly absent: readonly MinuteFile[];
}

/** A cycle under way: what it has tried and found so far. */
class Cycle {
  readonly spool: Spool;
  readonly #tools: Tools;
  readonly #signal: AbortSignal;
  readonly #marks: DailyMarks;
  readonly #publishing: Publishing;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #inventory: Inventory;
  /** Why a date could not be published: no reason not to fetch, but to fail. It is not tried again in this cycle. */
  readonly #failures = new Map<string, unknown>();
  /** How many downloads have been announced. */
  #planned = 0;

  constructor(venue: Venue, tools: Tools, signal: AbortSignal) {
    this.#tools = tools;
    this.#signal = signal;
    this.spool = new Spool(tools.layout, venue);
    const pace = new Pace(tools.clock, signal, tools.onProgress);
    this.#inventory = new Inventory(tools.layout, venue);
    this.#marks = new DailyMarks(tools.layout, venue, tools.clock.now());
    const publisher = { spool: this.spool, createdBy: tools.createdBy, pace, marks: this.#marks };
    this.#publishing = new Publishing(publisher, this.#inventory, this.#marks, () => tools.clock.now());
  }

  async run(): Promise<CycleReport> {
    const asked = this.#tools.clock.now();
    const answer = await this.#list();
    await this.#publishWaiting(answer.listing);
    if (answer.listing === null) throw answer.error;
    return await this.#fetch(answer.listing, asked);
  }

  async #list(): Promise<Answer> {
    try {
      return { listing: await this.#tools.exchange.list(this.spool.venue, this.#signal) };
    } catch (error) {
      this.#signal.throwIfAborted();
      return { listing: null, error };
    }
  }

  /**
   * Downloads and publishes what is listed and missing, by a listing that was asked for at `asked`, in milliseconds
   * since 1970.
   */
  async #fetch(listing: Listing, asked: number): Promise<CycleReport> {
    logNames(this.spool.venue, listing);
    const path = this.#tools.layout.pendingRecord(this.spool.venue);
    const before = await this.#expect(listing, path);
    const nextDay = () => this.#nextDay(listing.files, lostNames(before));
    for (let day = await nextDay(); day.length > 0; day = await nextDay()) {
      await this.#download(day);
      await this.#publishWaiting(listing);
    }
    // A folder that the disk would not read for a moment looked empty: what came into it is published now.
    await this.#publishWaiting(listing);
    const expected = new Map([...filesOf(before), ...listing.files].map((file) => [file.name, file]));
    const overdue = overdueFiles(this.spool.venue, listing.files, asked);
    const days = await this.#days([...expected.values(), ...overdue]);
    const seen = seenNames([...expected.values()], days);
    const rejected = await rejectedNames(this.spool, this.#inventory);
    // A listing without names may be a moment's: what was listed before is not given up for it.
    const pending = listing.files.length === 0
      ? before
      : nextPending(before, this.#missing(listing, seen), this.#outcomes, rejected.all);
    const accounted = new Set([...seen, ...rejected.all, ...listing.files.map(({ name }) => name)]);
    const lost = newlyLost(before, pending, accounted);
    if (pending.size > 0 || before.size > 0) await writePending(path, pending);
    for (const error of this.#failures.values()) throw error;
    const absent = absentOf(overdue, days, new Set([...expected.keys(), ...rejected.all]));
    const { layout, venue } = this.spool;
    const volume = await judgeVolume({ layout, venue, marks: this.#marks, now: asked }, days, pending);
    const contradictions = await contradictionsOf(this.spool, this.#inventory);
    const notStored = { pending, lost, rejected: rejected.unaccepted, contradictions };
    return this.#report(listing, { asked, days, absent, volume, ...notStored });
  }

  /** Records what is listed and missing before it is fetched, so that a killed cycle leaves word of it. */
  async #expect(listing: Listing, path: string): Promise<PendingRecord> {
    const before = readPending(path);
    const missing = this.#missing(listing, await this.#seen(listing.files));
    const { all } = await rejectedNames(this.spool, this.#inventory);
    const expected = new Map([...before, ...nextPending(before, missing, new Map(), all)]);
    if (expected.size > before.size) await writePending(path, expected);
    return expected;
  }

  #missing({ files }: Listing, seen: ReadonlySet<string>): SourceFile[] {
    return files.filter((file) => !seen.has(file.name) && this.#isWanted(file));
  }

  /**
   * Publishes what waits in the spool; without a listing, daily files go on waiting. A date that cannot be published
   * fails the cycle, but only when all the others are done.
   */
  async #publishWaiting(listing: Listing | null): Promise<void> {
    const creditsFor = listing === null ? null : (daily: SourceFile) => this.#creditsFor(daily, listing);
    for (const date of this.spool.dates().filter((date) => !this.#failures.has(date))) {
      try {
        await this.#tools.oneAtATime(() => this.#publishing.publish(date, creditsFor));
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#failures.set(date, error);
      }
    }
  }

  async #creditsFor(daily: SourceFile, { files }: Listing): Promise<MinuteFile[]> {
    return creditsOf(daily, { listed: files, seen: await this.#seen(files) });
  }

  /** What is to be fetched next; of a day also the minutes that its daily file turned out not to stand for. */
  async #nextDay(listed: readonly SourceFile[], lost: ReadonlySet<string>): Promise<Step[]> {
    const { reconcile, onPlanned } = this.#tools;
    const givenUp = new Set([...lost, ...this.#outcomes.keys()]);
    const oddTried = listed.filter(({ kind, name }) => kind === "odd" && this.#outcomes.has(name)).length;
    const oddLeft = ODD_PER_CYCLE - oddTried;
    const seen = await this.#seen(listed);
    const open = stillOpen(listed, seen, this.#failures);
    const steps = planCycle({ listed: open, seen, givenUp, reconcile, oddLeft });
    const more = this.#outcomes.size + steps.length - this.#planned;
    if (more > 0) onPlanned(this.spool.venue, more);
    this.#planned += Math.max(0, more);
    return byTradingDay(steps)[0] ?? [];
  }

  async #download(day: readonly Step[]): Promise<void> {
    const { venue } = this.spool;
    log.info(`Fetching ${counted(day.length, "file")} of ${venue} for ${tradingDayOf(day[0].file)}`);
    await downloadAll(day, { ...this.#tools, spool: this.spool, onOutcome: this.#onOutcome }, this.#signal);
    await logPacked(venue, this.#outcomes, this.#marks);
  }

  readonly #onOutcome = (file: SourceFile, outcome: Outcome): void => {
    this.#outcomes.set(file.name, outcome);
    if (outcome.kind === "kept") this.#publishing.forget(this.#tools.layout.rawFile(file));
    logOutcome(file, outcome);
    this.#tools.onOutcome(this.spool.venue, outcome);
  };

  async #seen(files: readonly SourceFile[]): Promise<Set<string>> {
    return seenNames(files, await this.#days(files));
  }

  /** What is on disk of the dates of these files. */
  #days(files: readonly SourceFile[]): Promise<Map<string, DayInventory>> {
    return this.#inventory.days(files.map(({ date }) => date));
  }

  /** Without reconciliation a daily file is but a means to its minutes: it is missed only where it was asked for. */
  #isWanted({ name, kind }: SourceFile): boolean {
    return kind !== "daily" || this.#tools.reconcile || this.#outcomes.has(name);
  }

  #report(listing: Listing, { asked, days, absent, volume, ...notStored }: Ending): CycleReport {
    const { findings } = this.#publishing;
    const kept = [...this.#outcomes.values()].filter((outcome) => outcome.kind === "kept");
    const stored = findings.filter((finding) => finding.kind === "stored");
    return {
      venue: this.spool.venue,
      listed: listing.absent ? null : listing.files.length,
      skipped: listing.skipped,
      odd: oddNames(listing, this.spool.venue),
      files: kept.length,
      bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
      trades: stored.reduce((sum, { added }) => sum + added, 0),
      ...notStored,
      findings,
      asked,
      days: statusOf(listing.files, days, notStored.pending, absent, damagedDates(findings)),
      volume,
      newestMinute: newestMinute(days.values()),
    };
  }
}
