import { basename } from "node:path";
import type { SourceFile } from "../../feed/source_file.ts";
import { readAccepted } from "../../store/records/accepted.ts";
import { DamagedPartition } from "../../store/damaged_file.ts";
import type { DailyMarks } from "../../store/records/daily_marks.ts";
import type { SpooledFile } from "../../store/spool/spool.ts";
import { unjudgedOf } from "./contradictions.ts";
import { publishDaily } from "./publish_daily.ts";
import { noticeGone, tellDrift } from "./drift.ts";
import type { Finding } from "../findings.ts";
import { inventoryOf } from "../inventory.ts";
import type { Step } from "../plan.ts";
import { type Publisher, publishMinutes } from "./publish.ts";
import { publishOdd } from "./publish_odd.ts";
import { tell } from "../tell.ts";

/** What a cycle publishes, date by date, and what it finds on the way. */
export class Publication {
  readonly findings: Finding[] = [];
  readonly #publisher: Publisher;
  readonly #marks: DailyMarks;
  readonly #now: () => number;
  /** Files that no attempt of this cycle could publish: they are reported once. */
  readonly #tried = new Set<string>();

  /** `now`, in milliseconds since 1970, tells how old is what is found; `marks`, what was told today. */
  constructor(publisher: Publisher, marks: DailyMarks, now: () => number) {
    this.#publisher = publisher;
    this.#marks = marks;
    this.#now = now;
  }

  /** New bytes under a name deserve a try of their own. */
  forget(path: string): void {
    this.#tried.delete(path);
  }

  /**
   * Publishes what waits in the spool of a date. A daily file waits until a step says for which minutes it stands:
   * published without, it would be done with, and all its minutes fetched. Returns those that go on waiting.
   */
  async publish(date: string, steps: readonly Step[]): Promise<SourceFile[]> {
    const { spool, pace } = this.#publisher;
    await pace.breathe();
    await spool.tidy(date);
    const { waiting, spooled, ledger, damage } = await inventoryOf(spool.layout, spool.venue, date);
    const accepted = readAccepted(spool.layout.acceptedRecord(spool.venue));
    const untried = waiting.filter(({ path }) => !this.#tried.has(path) && !accepted.has(basename(path)));
    const minutes = untried.filter(({ file }) => file.kind === "minute");
    const dailies = untried.filter(({ file }) => file.kind === "daily");
    if (damage !== null && untried.length > 0) await this.#findDamage(date, damage);
    if (damage === null && minutes.length > 0) {
      await this.#attempt(minutes, () => publishMinutes(this.#publisher, date, minutes));
    }
    const later: SourceFile[] = [];
    for (const daily of dailies) {
      const step = steps.find(({ file }) => file.name === daily.file.name);
      if (step?.kind !== "daily") later.push(daily.file);
      else if (damage === null) {
        await this.#attempt([daily], () => publishDaily(this.#publisher, daily, step.credits));
      }
    }
    const odd = damage === null ? untried.filter(({ file }) => file.kind === "odd") : [];
    for (const file of odd) await this.#attempt([file], () => publishOdd(this.#publisher, file));
    await this.#judgeAnew(unjudgedOf(spooled, ledger));
    return later;
  }

  /** What version 0.1.0 withheld of a daily file is added, unless that contradicts the minutes by the rule of today. */
  async #judgeAnew(unjudged: readonly SpooledFile[]): Promise<void> {
    for (const daily of unjudged.filter(({ path }) => !this.#tried.has(path))) {
      await this.#attempt([daily], () => publishDaily(this.#publisher, daily, []));
    }
  }

  async #attempt(files: readonly SpooledFile[], publish: () => Promise<Finding[]>): Promise<void> {
    for (const { path } of files) this.#tried.add(path);
    try {
      await this.#find(await publish());
    } catch (error) {
      if (!(error instanceof DamagedPartition)) throw error;
      await this.#findDamage(files[0].file.date, error);
    }
  }

  /** The same damage is met at every publication of a cycle, and told once. */
  async #findDamage(date: string, { message }: DamagedPartition): Promise<void> {
    const known = this.findings.some((finding) =>
      finding.kind === "damaged partition" && finding.message === message
    );
    if (!known) await this.#find([{ kind: "damaged partition", date, message }]);
  }

  async #find(findings: readonly Finding[]): Promise<void> {
    const noticed = await noticeGone(findings, this.#marks);
    this.findings.push(...noticed);
    const { venue } = this.#publisher.spool;
    for (const finding of noticed) tell(venue, finding, this.#now());
    await tellDrift(venue, noticed, this.#marks);
  }
}
