import { basename } from "node:path";
import { dateOfHour } from "../../feed/calendar/dates.ts";
import type { QuoteFilter } from "../../feed/quote_filter.ts";
import { isMinuteFile } from "../../feed/file_names.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { log } from "../../log/log.ts";
import type { Finding } from "../findings.ts";
import { cleanUp } from "../maintain/cleanup.ts";
import { deletedText } from "../maintain/cleanup_text.ts";
import type { Inventory } from "../inventory.ts";
import { logFinding } from "../log_finding.ts";
import { logDrift } from "../publish/drift.ts";
import { type HeldBack, heldTogether } from "../publish/hold_back.ts";
import { type Hour, hourOf } from "./hours.ts";
import { HourProofs } from "./hour_proofs.ts";
import { publishHour, type QuotePublisher } from "./publish_hour.ts";
import type { WiderHour } from "./widening.ts";

/** What hours are published with. */
export interface PublishingParts {
  readonly publisher: QuotePublisher;
  readonly inventory: Inventory;
  /** What was reported today. */
  readonly marks: DailyMarks;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** The raw files of this many dates stay; 0 keeps none whose rows are proved to be stored. */
  readonly keepRawDays: number;
}

/** What a cycle publishes hour by hour, and what it finds on the way. */
export class HourPublishing {
  readonly findings: Finding[] = [];
  /** Files that no attempt of this cycle could publish: they are reported once. */
  readonly #tried = new Set<string>();
  readonly #held = new Map<Hour, HeldBack>();

  constructor(readonly parts: PublishingParts) {}

  /** What is left to a later cycle; null when nothing is. */
  get heldBack(): HeldBack | null {
    return heldTogether(this.#held.values());
  }

  /** Lets a path be tried again, because new bytes arrived under its name. */
  forget(path: string): void {
    this.#tried.delete(path);
  }

  /** The hours whose spooled files are in no partition yet, oldest first. */
  async waiting(): Promise<Hour[]> {
    const { publisher: { spool }, inventory } = this.parts;
    // Mostly there are raw files of trades only.
    const days = await inventory.days(spool.dates().filter((date) => spool.files(date).length > 0));
    const files = [...days.values()].flatMap(({ waiting }) => waiting).map(({ file }) => file);
    return [...new Set(files.filter(isMinuteFile).map(hourOf))].sort();
  }

  /**
   * Publishes what waits in the spool of an hour, or all of it where it becomes a `wider` one. If `until` is not null, in
   * milliseconds since 1970, it is left to a later cycle. Throws the disk's errors, and the signal's reason.
   */
  async publish(hour: Hour, until: number | null, wider?: WiderHour): Promise<void> {
    const { publisher: { spool, pace } } = this.parts;
    await pace.breathe();
    await spool.tidy(dateOfHour(hour));
    const files = await this.#filesOf(hour, wider);
    this.#held.delete(hour);
    if (files.length === 0) return;
    if (until === null) await this.#publishFiles(hour, files, wider?.filter);
    else this.#held.set(hour, { names: files.map(({ file }) => file.name), until });
  }

  async #filesOf(hour: Hour, wider?: WiderHour): Promise<SpooledFile[]> {
    const { publisher: { spool }, inventory } = this.parts;
    const { waiting, spooled } = await inventory.of(dateOfHour(hour));
    const accepted = readAccepted(spool.layout.acceptedRecord(spool.venue));
    const chosen = new Set([...waiting, ...spooled.filter(({ file }) => wider?.names.has(file.name))]);
    return [...chosen].filter(({ file, path }) =>
      isMinuteFile(file) && hourOf(file) === hour && !this.#tried.has(path) && !accepted.has(basename(path))
    );
  }

  async #publishFiles(hour: Hour, files: readonly SpooledFile[], filter?: QuoteFilter): Promise<void> {
    await this.#attempt(hour, files, filter);
    await this.deleteProved();
  }

  /** Deletes the raw files that may go: an hour of Tradegate has 190 MB as it came. */
  async deleteProved(): Promise<void> {
    const { publisher: { spool, pace }, inventory, now, keepRawDays } = this.parts;
    const { layout, venue } = spool;
    const of = { spool, inventory, proofs: new HourProofs(spool, inventory) };
    const cleanup = await cleanUp(venue, { layout, pace, now: now(), keepDays: keepRawDays, of });
    if (cleanup.files > 0) log.debug(`${venue} quotes: ${deletedText(cleanup)}`);
  }

  async #attempt(hour: Hour, files: readonly SpooledFile[], filter?: QuoteFilter): Promise<void> {
    const { publisher, inventory } = this.parts;
    for (const { path } of files) this.#tried.add(path);
    try {
      await this.#find(await publishHour(filter ? { ...publisher, filter } : publisher, hour, files));
    } catch (error) {
      if (!(error instanceof DamagedPartition)) throw error;
      await this.#find([{ kind: "damaged partition", date: hour, message: error.message }]);
    } finally {
      inventory.forget([dateOfHour(hour)]);
    }
  }

  async #find(findings: readonly Finding[]): Promise<void> {
    const { publisher: { spool: { venue } }, marks, now } = this.parts;
    this.findings.push(...findings);
    for (const finding of findings) logFinding(venue, finding, now(), "quote");
    await logDrift(venue, findings, marks);
  }
}
