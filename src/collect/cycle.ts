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
import { type DayInventory, inventoriesOf, seenNames } from "./inventory.ts";
import { oddNames, tellNames } from "./odd_names.ts";
import { Pace } from "./pace.ts";
import { tellPacked } from "./packed.ts";
import { filesOf, lostNames, newlyLost, nextPending } from "./pending.ts";
import { byTradingDay, creditsOf, ODD_PER_CYCLE, planCycle, type Step } from "./plan.ts";
import { Publication } from "./publish/publication.ts";
import { rejectedNames } from "./rejected.ts";
import type { CycleReport } from "./report.ts";
import { damagedDates } from "./findings.ts";
import { statusOf } from "./monitor/status.ts";
import { counted, tellOutcome } from "./tell.ts";
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
 * One cycle of a venue: publishes what an earlier run left in the spool, asks what is listed, downloads what is
 * missing and publishes it, the oldest trading day first. The caller holds the venue's write lock.
 *
 * Throws `ExchangeUnavailable` when the listing cannot be had, what the disk throws, and the signal's reason; then
 * whatever was downloaded is in the spool, and the next cycle goes on from there.
 */
export async function runCycle(venue: Venue, tools: Tools, signal: AbortSignal): Promise<CycleReport> {
  log.info(`Checking missing dates for ${venue}`);
  // What a killed run left, besides what lies with the data.
  removeIfThere(tools.layout.runs(venue));
  removeUnfinished(tools.layout.state, tools.layout.ownPart(venue));
  const cycle = new Cycle(venue, tools, signal);
  const waiting = await cycle.publishLeftovers();
  const asked = tools.clock.now();
  return cycle.fetch(await tools.exchange.list(venue, signal), asked, waiting);
}

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
  readonly #publication: Publication;
  readonly #outcomes = new Map<string, Outcome>();
  /** Why a date could not be published that is none of this cycle's: no reason not to fetch, but to fail. */
  #leftoverFailure: { readonly error: unknown } | null = null;

  constructor(venue: Venue, tools: Tools, signal: AbortSignal) {
    this.#tools = tools;
    this.#signal = signal;
    this.spool = new Spool(tools.layout, venue);
    const pace = new Pace(tools.clock, signal, tools.onProgress);
    const publisher = { spool: this.spool, createdBy: tools.createdBy, pace };
    this.#marks = new DailyMarks(tools.layout, venue, tools.clock.now());
    this.#publication = new Publication(publisher, this.#marks, tools.clock.now);
  }

  /**
   * Downloads and publishes what is listed and missing, by a listing that was asked for at `asked`, in milliseconds
   * since 1970. `waiting` are daily files that are in the spool already.
   */
  async fetch(listing: Listing, asked: number, waiting: readonly SourceFile[]): Promise<CycleReport> {
    tellNames(this.spool.venue, listing);
    const path = this.#tools.layout.pendingRecord(this.spool.venue);
    const before = await this.#expect(listing, path);
    await this.#publishWaiting(waiting, listing.files);
    const plan = () => this.#plan(listing.files, lostNames(before));
    // The second time for the minutes that a daily file turned out not to stand for.
    for (let steps = await plan(); steps.length > 0; steps = await plan()) await this.#carryOut(steps);
    const expected = new Map([...filesOf(before), ...listing.files].map((file) => [file.name, file]));
    await this.#publishOverlooked([...expected.values()]);
    const overdue = overdueFiles(this.spool.venue, listing.files, asked);
    const days = await this.#days([...expected.values(), ...overdue]);
    const seen = seenNames([...expected.values()], days);
    const rejected = await rejectedNames(this.spool);
    // A listing without names may be a moment's: what was listed before is not given up for it.
    const pending = listing.files.length === 0
      ? before
      : nextPending(before, this.#missing(listing, seen), this.#outcomes, rejected.all);
    const accounted = new Set([...seen, ...rejected.all, ...listing.files.map(({ name }) => name)]);
    const lost = newlyLost(before, pending, accounted);
    if (pending.size > 0 || before.size > 0) await writePending(path, pending);
    if (this.#leftoverFailure !== null) throw this.#leftoverFailure.error;
    const absent = absentOf(overdue, days, new Set([...expected.keys(), ...rejected.all]));
    const { layout, venue } = this.spool;
    const volume = await judgeVolume({ layout, venue, marks: this.#marks, now: asked }, days, pending);
    const contradictions = await contradictionsOf(this.spool);
    const notStored = { pending, lost, rejected: rejected.told, contradictions };
    return this.#report(listing, { asked, days, absent, volume, ...notStored });
  }

  /** Records what is listed and missing before it is fetched, so that a killed cycle leaves word of it. */
  async #expect(listing: Listing, path: string): Promise<PendingRecord> {
    const before = readPending(path);
    const missing = this.#missing(listing, await this.#seen(listing.files));
    const { all } = await rejectedNames(this.spool);
    const expected = new Map([...before, ...nextPending(before, missing, new Map(), all)]);
    if (expected.size > before.size) await writePending(path, expected);
    return expected;
  }

  #missing({ files }: Listing, seen: ReadonlySet<string>): SourceFile[] {
    return files.filter((file) => !seen.has(file.name) && this.#isWanted(file));
  }

  /**
   * Publishes what an earlier run left in the spool; returns the daily files that wait for the listing. A date that
   * cannot be published fails the cycle, but only when all the others are done.
   */
  async publishLeftovers(): Promise<SourceFile[]> {
    const waiting: SourceFile[] = [];
    for (const date of this.spool.dates()) {
      try {
        waiting.push(...await this.publish([date], []));
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#leftoverFailure ??= { error };
      }
    }
    return waiting;
  }

  /** Publishes what waits in the spool for these dates; returns the daily files for which no step speaks. */
  async publish(dates: Iterable<string>, steps: readonly Step[]): Promise<SourceFile[]> {
    const waiting: SourceFile[] = [];
    for (const date of [...new Set(dates)].sort()) {
      waiting.push(...await this.#tools.oneAtATime(() => this.#publication.publish(date, steps)));
    }
    return waiting;
  }

  /** A folder that the disk would not read for a moment looked empty: what came into it is published now. */
  async #publishOverlooked(files: readonly SourceFile[]): Promise<void> {
    const days = (await this.#days(files)).values().filter(({ waiting }) => waiting.length > 0);
    await this.publish(days.map(({ date }) => date), []);
  }

  /** Publishes the daily files that a killed run did not come to, for the minutes that are missing now. */
  async #publishWaiting(waiting: readonly SourceFile[], listed: readonly SourceFile[]): Promise<void> {
    if (waiting.length === 0) return;
    const seen = await this.#seen(listed);
    const steps = waiting.map((file): Step => ({
      kind: "daily",
      file,
      credits: creditsOf(file, { listed, seen }),
    }));
    await this.publish(waiting.map(({ date }) => date), steps);
  }

  async #plan(listed: readonly SourceFile[], lost: ReadonlySet<string>): Promise<Step[]> {
    const { reconcile } = this.#tools;
    const givenUp = new Set([...lost, ...this.#outcomes.keys()]);
    const oddTried = listed.filter(({ kind, name }) => kind === "odd" && this.#outcomes.has(name)).length;
    const oddLeft = ODD_PER_CYCLE - oddTried;
    return planCycle({ listed, seen: await this.#seen(listed), givenUp, reconcile, oddLeft });
  }

  async #carryOut(steps: readonly Step[]): Promise<void> {
    const { venue } = this.spool;
    this.#tools.onPlanned(venue, steps.length);
    for (const day of byTradingDay(steps)) {
      log.info(`Fetching ${counted(day.length, "file")} of ${venue} for ${tradingDayOf(day[0].file)}`);
      await downloadAll(day, { ...this.#tools, spool: this.spool, onOutcome: this.#onOutcome }, this.#signal);
      await tellPacked(venue, this.#outcomes, this.#marks);
      await this.publish(day.map(({ file }) => file.date), day);
    }
  }

  readonly #onOutcome = (file: SourceFile, outcome: Outcome): void => {
    this.#outcomes.set(file.name, outcome);
    if (outcome.kind === "kept") this.#publication.forget(this.#tools.layout.rawFile(file));
    tellOutcome(file, outcome);
    this.#tools.onOutcome(this.spool.venue, outcome);
  };

  async #seen(files: readonly SourceFile[]): Promise<Set<string>> {
    return seenNames(files, await this.#days(files));
  }

  /** What is on disk of the dates of these files. */
  #days(files: readonly SourceFile[]): Promise<Map<string, DayInventory>> {
    const { layout, venue } = this.spool;
    return inventoriesOf(layout, venue, files.map(({ date }) => date));
  }

  /** Without reconciliation a daily file is but a means to its minutes: it is missed only where it was asked for. */
  #isWanted({ name, kind }: SourceFile): boolean {
    return kind !== "daily" || this.#tools.reconcile || this.#outcomes.has(name);
  }

  #report(listing: Listing, { asked, days, absent, volume, ...notStored }: Ending): CycleReport {
    const { findings } = this.#publication;
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
