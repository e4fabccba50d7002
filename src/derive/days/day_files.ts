import { isTradingOver } from "../../feed/calendar/expected_files.ts";
import { monthOf } from "../../feed/calendar/dates.ts";
import { BARS_1D } from "../../store/datasets.ts";
import { periodsOf } from "../../store/periods.ts";
import type { MonthDay } from "../../store/month/stored_month.ts";
import type { PartitionIndex } from "../partition_index.ts";
import type { MonthSources } from "./plan_month.ts";
import { readStoredDays, type StoredDays } from "./stored_days.ts";

/** Knows the files with a venue's bars of a day; reads each footer once. */
export class DayFiles {
  readonly #known = new Map<string, StoredDays | null>();

  /**
   * Leaves out trading days whose trading is not over at `now`, in milliseconds since 1970. By default all days are included.
   */
  constructor(readonly index: PartitionIndex, readonly now: number = Infinity) {}

  path(month: string): string {
    return this.index.layout.partition(BARS_1D, this.index.venue, month);
  }

  /** Null if there is none or it is damaged. */
  async stored(month: string): Promise<StoredDays | null> {
    if (!this.#known.has(month)) this.#known.set(month, await readStoredDays(this.path(month)));
    return this.#known.get(month)!;
  }

  /** Call this after writing the file of a month. */
  forget(month: string): void {
    this.#known.delete(month);
  }

  /** The files of earlier months, oldest first. */
  async earlier(month: string): Promise<MonthDay[]> {
    const { layout, venue } = this.index;
    const files: MonthDay[] = [];
    for (const date of periodsOf(layout, BARS_1D, venue).filter((other) => other < month)) {
      const stored = await this.stored(date);
      if (stored !== null) files.push({ date, rows: stored.rows, digest: stored.digest });
    }
    return files;
  }

  /** From what the bars of a month can be made. Throws as `PartitionIndex`. */
  async sources(month: string): Promise<MonthSources> {
    const days = [];
    for (const date of (await this.index.daysOf(month)).filter((date) => this.#isOver(date))) {
      days.push({ date, partitions: (await this.index.sourcesOf(date)).partitions });
    }
    return { days, earlier: await this.earlier(month) };
  }

  /** The months with stored trading days, oldest first. Throws as `PartitionIndex`. */
  async months(): Promise<string[]> {
    return [...new Set((await this.index.days()).filter((date) => this.#isOver(date)).map(monthOf))];
  }

  #isOver(date: string): boolean {
    return isTradingOver(this.index.venue, date, this.now);
  }
}
