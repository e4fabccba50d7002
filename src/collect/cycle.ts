import type { Exchange } from "../feed/client.ts";
import type { Clock } from "../feed/clock.ts";
import type { Listing } from "../feed/listing.ts";
import { fileNamed, type SourceFile } from "../feed/source_file.ts";
import { tradingDayOf } from "../feed/trading_day.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { removeIfThere } from "../store/atomic.ts";
import type { Layout } from "../store/layout.ts";
import { DamagedPartition } from "../store/partition.ts";
import { readPending, writePending } from "../store/pending.ts";
import { Spool } from "../store/spool.ts";
import { publishDaily } from "./daily.ts";
import { downloadAll, type Outcome } from "./download.ts";
import type { Finding } from "./findings.ts";
import { type DayInventory, inventoryOf, seenNames } from "./inventory.ts";
import { newestMinute } from "./freshness.ts";
import { Pace } from "./pace.ts";
import { byTradingDay, creditsOf, planCycle, type Step } from "./plan.ts";
import { type Publisher, publishMinutes } from "./publish.ts";
import { type CycleReport, lostNames, newlyLost, nextPending } from "./report.ts";
import { statusOf } from "./status.ts";
import { counted, tell } from "./tell.ts";

/** What a cycle works with. */
export interface Tools {
  readonly exchange: Exchange;
  readonly layout: Layout;
  readonly clock: Clock;
  /** Whether daily files are fetched also for days of which nothing is missing. */
  readonly reconcile: boolean;
  /** The time zone of the venues' trading hours. */
  readonly zone: string;
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
  const cycle = new Cycle(venue, tools, signal);
  log.info(`Checking missing dates for ${venue}`);
  removeIfThere(tools.layout.runs(venue)); // of a publication that was killed
  await cycle.publish(cycle.spool.dates(), []);
  return cycle.fetch(await tools.exchange.list(venue, signal));
}

class Cycle {
  readonly spool: Spool;
  readonly #venue: Venue;
  readonly #tools: Tools;
  readonly #signal: AbortSignal;
  readonly #publisher: Publisher;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #findings: Finding[] = [];
  /** Files that no attempt of this cycle could publish: they are reported once. */
  readonly #tried = new Set<string>();

  constructor(venue: Venue, tools: Tools, signal: AbortSignal) {
    this.#venue = venue;
    this.#tools = tools;
    this.#signal = signal;
    this.spool = new Spool(tools.layout, venue);
    this.#publisher = {
      spool: this.spool,
      createdBy: tools.createdBy,
      pace: new Pace(tools.clock, signal, tools.onProgress),
    };
  }

  async fetch(listing: Listing): Promise<CycleReport> {
    warnOfSkipped(this.#venue, listing);
    const path = this.#tools.layout.pendingRecord(this.#venue);
    const before = readPending(path);
    await this.publish(this.spool.dates(), await this.#spooledDailies(listing.files));
    const plan = () => this.#plan(listing.files, lostNames(before));
    // The second time for the minutes that a daily file turned out not to stand for.
    for (let steps = await plan(); steps.length > 0; steps = await plan()) await this.#carryOut(steps);
    const expected = new Map([...filesOf(before), ...listing.files].map((file) => [file.name, file]));
    const days = await this.#days([...expected.values()]);
    const seen = seenNames([...expected.values()], days);
    const missing = listing.files.filter((file) => !seen.has(file.name) && this.#isWanted(file));
    const pending = nextPending(before, missing, this.#outcomes);
    const lost = newlyLost(before, pending, seen);
    if (pending.size > 0 || before.size > 0) await writePending(path, pending);
    return this.#report(listing, days, pending, lost);
  }

  /** Without reconciliation a daily file is but a means to its minutes: it is missed only where it was asked for. */
  #isWanted({ name, minute }: SourceFile): boolean {
    return minute !== null || this.#tools.reconcile || this.#outcomes.has(name);
  }

  /**
   * Publishes what waits in the spool for these dates. A daily file waits until a step says for which minutes it
   * stands: published without, it would be done with, and all its minutes fetched.
   */
  async publish(dates: Iterable<string>, steps: readonly Step[]): Promise<void> {
    const credits = new Map(
      steps.flatMap((step) => step.kind === "daily" ? [[step.file.name, step.credits]] : []),
    );
    for (const date of [...new Set(dates)].sort()) {
      this.spool.tidy(date);
      await this.#tools.oneAtATime(() => this.#publishDay(date, credits));
    }
  }

  /** The steps that a killed run did not come to publish. */
  async #spooledDailies(listed: readonly SourceFile[]): Promise<Step[]> {
    const spooled = this.spool.dates().flatMap((date) => this.spool.files(date));
    const dailies = spooled.filter(({ file }) => file.minute === null);
    if (dailies.length === 0) return [];
    const seen = await this.#seen(listed);
    return dailies.map(({ file }) => ({ kind: "daily", file, credits: creditsOf(file, { listed, seen }) }));
  }

  async #plan(listed: readonly SourceFile[], lost: ReadonlySet<string>): Promise<Step[]> {
    const { reconcile, zone } = this.#tools;
    const givenUp = new Set([...lost, ...this.#outcomes.keys()]);
    return planCycle({ listed, seen: await this.#seen(listed), givenUp, reconcile, zone });
  }

  async #seen(files: readonly SourceFile[]): Promise<Set<string>> {
    return seenNames(files, await this.#days(files));
  }

  /** What is on disk of the dates of these files. */
  async #days(files: readonly SourceFile[]): Promise<Map<string, DayInventory>> {
    const dates = new Set(files.map(({ date }) => date));
    const days = await Promise.all([...dates].map((date) => this.#inventory(date)));
    return new Map(days.map((day) => [day.date, day]));
  }

  async #carryOut(steps: readonly Step[]): Promise<void> {
    this.#tools.onPlanned(this.#venue, steps.length);
    for (const day of byTradingDay(steps)) {
      const dates = new Set(day.map(({ file }) => file.date));
      log.info(`Fetching ${counted(day.length, "file")} of ${this.#venue} for ${tradingDayOf(day[0].file)}`);
      await downloadAll(day, { ...this.#tools, spool: this.spool, onOutcome: this.#onOutcome }, this.#signal);
      await this.publish(dates, day);
    }
  }

  readonly #onOutcome = (file: SourceFile, outcome: Outcome): void => {
    this.#outcomes.set(file.name, outcome);
    // New bytes in place of some that could not be unpacked deserve a try of their own.
    if (outcome.kind === "kept") this.#tried.delete(this.#tools.layout.rawFile(file));
    if (outcome.kind === "kept") log.debug(`${file.name}: ${outcome.bytes} bytes, ${outcome.lines} lines`);
    else {log.warning(
        `${file.name}: ${outcome.kind === "gone" ? "listed, but not there (404)" : outcome.reason}`,
      );}
    this.#tools.onOutcome(this.#venue, outcome);
  };

  async #publishDay(date: string, credits: ReadonlyMap<string, readonly SourceFile[]>): Promise<void> {
    const day = await this.#inventory(date);
    const waiting = day.waiting.filter(({ file, path }) =>
      !this.#tried.has(path) && (file.minute !== null || credits.has(file.name))
    );
    if (waiting.length === 0) return;
    for (const { path } of waiting) this.#tried.add(path);
    if (day.damage !== null) return this.#findDamage(date, day.damage);
    const minutes = waiting.filter(({ file }) => file.minute !== null);
    const dailies = waiting.filter(({ file }) => file.minute === null);
    await this.#guard(date, () => publishMinutes(this.#publisher, date, minutes));
    for (const daily of dailies) {
      await this.#guard(date, () => publishDaily(this.#publisher, daily, credits.get(daily.file.name)!));
    }
  }

  async #guard(date: string, publish: () => Promise<Finding[]>): Promise<void> {
    try {
      this.#find(await publish());
    } catch (error) {
      if (!(error instanceof DamagedPartition)) throw error;
      this.#findDamage(date, error);
    }
  }

  /** The same damage is met at every publication of a cycle, and told once. */
  #findDamage(date: string, { message }: DamagedPartition): void {
    const known = this.#findings.some((finding) =>
      finding.kind === "damaged partition" && finding.message === message
    );
    if (!known) this.#find([{ kind: "damaged partition", date, message }]);
  }

  #find(findings: readonly Finding[]): void {
    for (const finding of findings) tell(this.#venue, finding);
    this.#findings.push(...findings);
  }

  #inventory(date: string): Promise<DayInventory> {
    return inventoryOf(this.#tools.layout, this.#venue, date);
  }

  #report(
    listing: Listing,
    days: ReadonlyMap<string, DayInventory>,
    pending: CycleReport["pending"],
    lost: readonly string[],
  ): CycleReport {
    const kept = [...this.#outcomes.values()].filter((outcome) => outcome.kind === "kept");
    const stored = this.#findings.filter((finding) => finding.kind === "stored");
    return {
      venue: this.#venue,
      listed: listing.absent ? null : listing.files.length,
      skipped: listing.skipped,
      files: kept.length,
      bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
      trades: stored.reduce((sum, { added }) => sum + added, 0),
      pending,
      lost,
      findings: this.#findings,
      days: statusOf(listing.files, days, pending),
      newestMinute: newestMinute(days.values()),
    };
  }
}

function warnOfSkipped(venue: Venue, { skipped }: Listing): void {
  if (skipped.length === 0) return;
  log.warning(
    `${counted(skipped.length, "listed name")} of ${venue} skipped, of no known form: ${skipped[0]}, …`,
  );
}

function filesOf(record: CycleReport["pending"]): SourceFile[] {
  return [...record.keys()].map(fileNamed).filter((file) => file !== null);
}
