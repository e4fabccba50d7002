import type { QuoteFilter } from "../../feed/quote_filter.ts";
import type { QuoteSource } from "../../feed/quote_services.ts";
import type { QuotaLimit } from "../../feed/quota.ts";
import type { Listing } from "../../feed/listing.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import { log } from "../../log/log.ts";
import { freeBytes } from "../../store/disk.ts";
import { DailyMarks } from "../../store/state/daily_marks.ts";
import { Spool } from "../../store/spool/spool.ts";
import { removeLeftovers } from "../../store/venue_lock.ts";
import { counted } from "../counted.ts";
import type { Tools } from "../cycle.ts";
import type { PreviewTools } from "../fetch_preview.ts";
import { downloadAll, type Outcome } from "../download.ts";
import { Inventory } from "../inventory.ts";
import { answerOf, listAll } from "../list_all.ts";
import { logOutcome } from "../log_finding.ts";
import { newestMinute } from "../monitor/freshness.ts";
import { logNames } from "../odd_names.ts";
import { Pace } from "../pace.ts";
import { logPacked } from "../packed.ts";
import { lostNames } from "../pending.ts";
import { type Holdings, recordExpected, recordRemaining } from "../remaining.ts";
import { type CycleReport, reportOf } from "../report.ts";
import { announcePlan, bytesOf, reportLost } from "./announce_plan.ts";
import { newestQuoteDates, quotesCollected } from "./quotes_collected.ts";
import { HourPublishing } from "./hour_publishing.ts";
import { expectedOfHour, type Hour, hourOf, isLate, waitsUntil } from "./hours.ts";
import type { SecondThread } from "./ingest_hour.ts";
import { type HourStep, planQuotes, type QuotePlan } from "./hour_plan.ts";
import { hoursToWiden, type WiderHour } from "./widening.ts";
import { NoRoomForQuotes, noRoomText } from "./room.ts";
import type { SharedRoom } from "./shared_room.ts";

/** What a cycle of quotes works with. Its layout is that of quotes; its exchange leaves a part of the quota to trades. */
export interface QuoteTools extends Tools, PreviewTools {
  /** What the exchange grants to quotes. */
  readonly quota: QuotaLimit;
  readonly filter: QuoteFilter;
  /** The raw files of this many dates stay; 0 keeps none whose rows are proved to be stored. */
  readonly keepRawDays: number;
  /** Whether an hour may wait for its other files, since another cycle comes soon. */
  readonly mayWait: boolean;
  /** How many bytes must stay free on the disk for trades. */
  readonly keptForTrades: () => number;
  /** The same one for all venues whose cycles run side by side. */
  readonly room: SharedRoom;
  /** For hours of many rows; default none. */
  readonly secondThread?: SecondThread;
}

/**
 * One cycle of a venue's quotes: gets what is listed, publishes the hours that an earlier run left in the spool, then
 * downloads what is missing, hour by hour, and publishes each. The caller holds the write lock of the venue's quotes.
 *
 * Throws `ExchangeUnavailable` when it cannot get a listing, `NoRoomForQuotes`, the disk's errors, and the signal's
 * reason; then whatever was downloaded is in the spool, and the next cycle continues.
 */
export async function runQuotesCycle(
  source: QuoteSource,
  tools: QuoteTools,
  signal: AbortSignal,
): Promise<CycleReport> {
  log.info(`Checking missing quotes for ${source.venue}`);
  removeLeftovers(tools.layout, source.venue);
  return await new QuotesCycle(source, tools, signal).run();
}

/** A cycle in progress: what it has tried and found so far. */
class QuotesCycle {
  readonly #spool: Spool;
  readonly #inventory: Inventory;
  readonly #marks: DailyMarks;
  readonly #publishing: HourPublishing;
  readonly #outcomes = new Map<string, Outcome>();
  /** Errors of hours that could not be published: they fail the cycle, but only after all the others are done. */
  readonly #failures = new Map<Hour, unknown>();

  /** Hours that are fetched and published once more. */
  #wider: ReadonlyMap<Hour, WiderHour> = new Map();

  constructor(readonly source: QuoteSource, readonly tools: QuoteTools, readonly signal: AbortSignal) {
    const { layout, clock, createdBy, filter } = tools;
    this.#spool = new Spool(layout, source.venue, source.services);
    this.#inventory = new Inventory(layout, source.venue, quotesCollected(source.services));
    this.#marks = new DailyMarks(layout, source.venue, clock.now());
    const pace = new Pace(clock, signal, tools.onProgress);
    this.#publishing = new HourPublishing({
      publisher: { spool: this.#spool, createdBy, pace, filter, secondThread: tools.secondThread },
      inventory: this.#inventory,
      marks: this.#marks,
      now: () => clock.now(),
      keepRawDays: tools.keepRawDays,
    });
  }

  async run(): Promise<CycleReport> {
    const asked = this.tools.clock.now();
    const listing = listAll(this.source, this.tools.exchange, this.signal);
    const answer = await answerOf(listing, this.signal);
    // What a killed run had published and not yet deleted.
    await this.#publishing.deleteProved();
    for (const hour of await this.#publishing.waiting()) await this.#publish(hour, answer.listing);
    if (answer.listing === null) throw answer.error;
    return await this.#fetch(answer.listing, asked);
  }

  /** Downloads and publishes what is listed and missing; the listing was requested at `asked`, in milliseconds since 1970. */
  async #fetch(listing: Listing, asked: number): Promise<CycleReport> {
    const { venue, services } = this.source;
    logNames(venue, listing, services);
    const isWanted = ({ kind }: SourceFile) => kind === "minute";
    const holdings = { spool: this.#spool, inventory: this.#inventory, listing, isWanted };
    const before = await recordExpected(holdings);
    await this.#fetchHours(holdings, lostNames(before));
    const remaining = await recordRemaining(holdings, { before, outcomes: this.#outcomes }, asked);
    for (const error of this.#failures.values()) throw error;
    const { findings, heldBack } = this.#publishing;
    const done = { outcomes: this.#outcomes, findings, heldBack, contradictions: [], volume: null };
    return reportOf(venue, listing, asked, remaining, done, services);
  }

  async #fetchHours({ listing }: Holdings, lost: ReadonlySet<string>): Promise<void> {
    const wish = {
      spool: this.#spool,
      filter: this.tools.filter,
      listed: listing.files,
      marks: this.#marks,
    };
    this.#wider = await hoursToWiden(wish);
    const first = await this.#plan(listing, lost);
    await this.#announce(listing, first);
    for (let [step] = first.hours; step !== undefined; [step] = (await this.#plan(listing, lost)).hours) {
      using room = await this.#takeRoom(step);
      if (room === null) return;
      await this.#download(step);
      await this.#publish(step.hour, listing);
    }
  }

  async #plan({ files }: Listing, lost: ReadonlySet<string>): Promise<QuotePlan> {
    const again = new Set(this.#wider.values().flatMap(({ names }) => names));
    return planQuotes({
      listed: files,
      seen: (await this.#inventory.seen(files)).difference(again),
      givenUp: new Set([...lost, ...this.#outcomes.keys()]),
      now: this.tools.clock.now(),
      quota: this.tools.quota,
    });
  }

  async #announce({ files }: Listing, plan: QuotePlan): Promise<void> {
    const { venue } = this.source;
    const days = await this.#inventory.days(newestQuoteDates(this.#spool, 2));
    const waiting = [...days.values()].flatMap(({ waiting }) => waiting.map(({ file }) => file.name));
    await reportLost(
      venue,
      { listed: files, newest: newestMinute(days.values(), new Set(waiting)) },
      plan,
      this.#marks,
    );
    announcePlan(venue, plan, this.tools.secondsFor);
    this.tools.onPlanned(venue, plan.hours.reduce((sum, { files }) => sum + files.length, 0));
  }

  async #takeRoom({ hour, files }: HourStep): Promise<Disposable | null> {
    const { layout, keptForTrades, room } = this.tools;
    const look = () => ({
      free: freeBytes(layout.workingDirectory),
      wanted: bytesOf(files),
      keptForTrades: keptForTrades(),
    });
    const taken = await room.take(look, this.signal);
    if (taken === null) this.#failures.set(hour, new NoRoomForQuotes(noRoomText(look(), files.length)));
    return taken;
  }

  async #download({ hour, files }: HourStep): Promise<void> {
    const { venue } = this.source;
    log.info(`Fetching ${counted(files.length, "file")} of ${venue} quotes for ${hour}`);
    const transfer = { ...this.tools, spool: this.#spool, onOutcome: this.#onOutcome };
    await downloadAll(files, transfer, this.signal);
    await logPacked(venue, this.#outcomes, this.#marks);
  }

  /** Publishes an hour, or leaves it to a later cycle; without a listing it is not known what else there is of it. */
  async #publish(hour: Hour, listing: Listing | null): Promise<void> {
    try {
      const until = await this.#until(hour, listing);
      await this.tools.oneAtATime(() => this.#publishing.publish(hour, until, this.#wider.get(hour)));
    } catch (error) {
      this.signal.throwIfAborted();
      this.#failures.set(hour, error);
    }
  }

  async #until(hour: Hour, listing: Listing | null): Promise<number | null> {
    const { clock, mayWait } = this.tools;
    if (!mayWait) return null;
    const { venue, services } = this.source;
    const now = clock.now();
    const listed = (listing?.files ?? []).filter((file) => file.kind === "minute").filter((file) =>
      hourOf(file) === hour
    );
    const files = [...expectedOfHour(venue, services, hour), ...listed];
    const seen = await this.#inventory.seen(files);
    const names = new Set(listed.map(({ name }) => name));
    const isSettled = (file: SourceFile & { kind: "minute" }) =>
      seen.has(file.name) || (listing !== null && !names.has(file.name) && isLate(file, now));
    return waitsUntil(hour, { files, isSettled, now });
  }

  readonly #onOutcome = (file: SourceFile, outcome: Outcome): void => {
    this.#outcomes.set(file.name, outcome);
    if (outcome.kind === "kept") this.#publishing.forget(this.tools.layout.rawFile(file));
    logOutcome(file, outcome);
    this.tools.onOutcome(this.source.venue, outcome);
  };
}
