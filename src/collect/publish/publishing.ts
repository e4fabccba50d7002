import { basename } from "node:path";
import type { MinuteFile, SourceFile } from "../../feed/file_names.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { infoOf } from "../../system/atomic.ts";
import { unjudgedOf } from "./contradictions.ts";
import { publishDaily } from "./publish_daily.ts";
import { logDrift } from "./drift.ts";
import { type Arrival, type HeldBack, heldTogether, mayWait, NO_WAIT, type Wait } from "./hold_back.ts";
import type { Finding } from "../findings.ts";
import type { Inventory } from "../inventory.ts";
import { type Publisher, publishMinutes } from "./publish.ts";
import { publishOdd } from "./publish_odd.ts";
import { logFinding } from "../log_finding.ts";

/** Returns the minute files, listed and not seen, that a daily file replaces. */
export type CreditsFor = (daily: SourceFile) => Promise<readonly MinuteFile[]>;

/** Publishes a cycle's files, date by date, and collects the findings. */
export class Publishing {
  readonly findings: Finding[] = [];
  /** Files that this cycle tried and could not publish; each is reported once. */
  readonly #tried = new Set<string>();
  /** By date. */
  readonly #heldBack = new Map<string, HeldBack>();

  /**
   * `now`, in milliseconds since 1970, gives the age of findings; `marks` says what was already reported today;
   * `everyMillis` is the minimum time between two publications of a date's minute files, 0 by default.
   */
  constructor(
    readonly publisher: Publisher,
    readonly inventory: Inventory,
    readonly marks: DailyMarks,
    readonly now: () => number,
    readonly everyMillis = 0,
  ) {}

  /** What is left to a later cycle; null when there is nothing. */
  get heldBack(): HeldBack | null {
    return heldTogether(this.#heldBack.values());
  }

  /** Lets a path be tried again, because new bytes arrived under its name. */
  forget(path: string): void {
    this.#tried.delete(path);
  }

  /**
   * Publishes what waits in the spool of a date. A daily file waits until `creditsFor` can tell which minutes it
   * replaces: if it were published earlier, all its minutes would be fetched as well.
   */
  async publish(date: string, creditsFor: CreditsFor | null): Promise<void> {
    const { spool, pace } = this.publisher;
    await pace.breathe();
    await spool.tidy(date);
    const { waiting, spooled, ledger, rows, damage } = await this.inventory.of(date);
    const accepted = readAccepted(spool.layout.acceptedRecord(spool.venue));
    const untried = waiting.filter(({ path }) => !this.#tried.has(path) && !accepted.has(basename(path)));
    if (damage !== null && untried.length > 0) await this.#findDamage(date, damage);
    else await this.#publishDue(date, untried, rows, creditsFor);
    await this.#judgeAnew(unjudgedOf(spooled, ledger));
  }

  /**
   * Publishes the files of a date whose partition has this many rows. Files that may wait for a later cycle are included
   * only if the others have something to store.
   */
  async #publishDue(
    date: string,
    files: readonly SpooledFile[],
    rows: number,
    creditsFor: CreditsFor | null,
  ): Promise<void> {
    this.#heldBack.delete(date);
    const { files: waiting, until } = this.#waitOf(date, files, rows);
    const known = this.findings.length;
    await this.#publishFiles(date, files.filter((file) => !waiting.includes(file)), creditsFor);
    if (waiting.length === 0) return;
    const isWritten = this.findings.slice(known).some(({ kind }) => kind === "stored");
    if (isWritten) await this.#publishFiles(date, waiting, creditsFor);
    else this.#heldBack.set(date, { names: waiting.map(({ path }) => basename(path)), until });
  }

  #waitOf(date: string, files: readonly SpooledFile[], rows: number): Wait {
    if (this.everyMillis === 0) return NO_WAIT;
    const { layout, venue } = this.publisher.spool;
    const { mtime = null } = infoOf(layout.partition(TRADES_BY_DAY, venue, date)) ?? {};
    const lastPublished = mtime?.getTime() ?? null;
    const pause = { now: this.now(), lastPublished, everyMillis: this.everyMillis, rows };
    return mayWait(files.flatMap(arrivalOf), pause);
  }

  async #publishFiles(
    date: string,
    files: readonly SpooledFile[],
    creditsFor: CreditsFor | null,
  ): Promise<void> {
    const { minute = [], daily: dailies = [], odd: odds = [] } = Object.groupBy(
      files,
      ({ file }) => file.kind,
    );
    if (minute.length > 0) {
      await this.#attempt(minute, () => publishMinutes(this.publisher, date, minute));
    }
    for (const daily of dailies) {
      if (creditsFor === null) break;
      const credits = await creditsFor(daily.file);
      await this.#attempt([daily], () => publishDaily(this.publisher, daily, credits));
    }
    for (const odd of odds) await this.#attempt([odd], () => publishOdd(this.publisher, odd));
  }

  /** Adds what version 0.1.0 withheld from a daily file, unless that contradicts the minutes by today's rule. */
  async #judgeAnew(unjudged: readonly SpooledFile[]): Promise<void> {
    for (const daily of unjudged.filter(({ path }) => !this.#tried.has(path))) {
      await this.#attempt([daily], () => publishDaily(this.publisher, daily, []));
    }
  }

  async #attempt(files: readonly SpooledFile[], publish: () => Promise<Finding[]>): Promise<void> {
    for (const { path } of files) this.#tried.add(path);
    try {
      const findings = await publish();
      const stored = findings.filter((finding) => finding.kind === "stored");
      this.inventory.forget(stored.map(({ date }) => date));
      await this.#find(findings);
    } catch (error) {
      this.inventory.forget();
      if (!(error instanceof DamagedPartition)) throw error;
      await this.#findDamage(files[0].file.date, error);
    }
  }

  /** Every publication of a cycle meets the same damage, so it is reported once. */
  async #findDamage(date: string, { message }: DamagedPartition): Promise<void> {
    const known = this.findings.some((finding) =>
      finding.kind === "damaged partition" && finding.message === message
    );
    if (!known) await this.#find([{ kind: "damaged partition", date, message }]);
  }

  async #find(findings: readonly Finding[]): Promise<void> {
    this.findings.push(...findings);
    const { venue } = this.publisher.spool;
    for (const finding of findings) logFinding(venue, finding, this.now());
    await logDrift(venue, findings, this.marks);
  }
}

/** None when the file is gone. */
function arrivalOf(spooled: SpooledFile): Arrival[] {
  const stat = infoOf(spooled.path);
  return stat === null ? [] : [{ spooled, at: stat.mtime?.getTime() ?? 0, bytes: stat.size }];
}
