import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import { grouped } from "../../collect/counted.ts";
import type { Outcome } from "../../collect/download.ts";
import { log } from "../../log/log.ts";

const BAR_WIDTH = 24;
/** Without a terminal, a line reports progress each time this many files are done. */
const FILES_PER_LINE = 50;
/** Before this many files, as many as the exchange's quota allows at once, a pace says nothing of the rest. */
const FEWEST_FOR_PACE = 30;
const CLEAR_LINE = "\r\x1b[K";

/** Where a status line can be drawn and removed. */
export interface Screen {
  write(text: string): void;
  columns(): number;
}

/** How far a run is, for all its venues together. */
export interface Advance {
  readonly files: number;
  readonly planned: number;
  readonly trades: number;
  /** What they are called; default `trades`. */
  readonly noun?: string;
  readonly elapsedMillis: number;
  /** How long the rest will take under the quota, and not sooner than at the pace so far. */
  readonly leftMillis: number;
}

/** A status line at the bottom of a terminal, or an occasional log line where there is no terminal. */
export class Progress {
  #planned = 0;
  #files = 0;
  #trades = 0;
  #shown = false;
  readonly #start: number;

  /**
   * `monotonic` returns milliseconds of a clock that never goes back; `left` returns how long a number of requests will
   * take; `screen` is null when stderr is not a terminal.
   */
  constructor(
    readonly screen: Screen | null,
    readonly monotonic: () => number,
    readonly left: (requests: number) => number,
    readonly noun = "trades",
  ) {
    this.#start = monotonic();
  }

  plan(files: number): void {
    this.#planned += files;
    this.draw();
  }

  count(outcome: Outcome): void {
    this.#files++;
    if (outcome.kind === "kept") this.#trades += outcome.lines;
    this.draw();
    if (this.screen === null && this.#files % FILES_PER_LINE === 0) log.info(advanceText(this.#advance()));
  }

  draw(): void {
    if (this.screen === null || this.#files === this.#planned) return this.wipe();
    this.screen.write(CLEAR_LINE + barOf(this.#advance(), this.screen.columns()));
    this.#shown = true;
  }

  /** Removes the status line to make room for a line of the log; `draw` shows it again. */
  wipe(): void {
    if (this.#shown) this.screen?.write(CLEAR_LINE);
    this.#shown = false;
  }

  #advance(): Advance {
    const elapsedMillis = this.monotonic() - this.#start;
    return {
      files: this.#files,
      planned: this.#planned,
      trades: this.#trades,
      noun: this.noun,
      elapsedMillis,
      leftMillis: this.#leftMillis(elapsedMillis),
    };
  }

  #leftMillis(elapsedMillis: number): number {
    const files = this.#planned - this.#files;
    const atThisPace = this.#files < FEWEST_FOR_PACE ? 0 : files * elapsedMillis / this.#files;
    return Math.max(this.left(files), atThisPace);
  }
}

/** `[######······]  34/60 files  12,345 trades  28 files/min  1 min left`, cut to the terminal's width. */
export function barOf(advance: Advance, columns: number): string {
  const full = Math.round((BAR_WIDTH * advance.files) / Math.max(1, advance.planned));
  const bar = "#".repeat(full) + "·".repeat(BAR_WIDTH - full);
  return `[${bar}]  ${advanceText(advance)}`.slice(0, Math.max(0, columns - 1));
}

/** `34/60 files  12,345 trades  28 files/min  1 min left`. */
export function advanceText(
  { files, planned, trades, noun = "trades", elapsedMillis, leftMillis }: Advance,
): string {
  const rate = Math.round(files / Math.max(elapsedMillis / MILLIS_PER_MINUTE, 1 / 60));
  return `${files}/${planned} files  ${grouped(trades)} ${noun}  ${rate} files/min  ` +
    `${durationOf(leftMillis)} left`;
}

function durationOf(millis: number): string {
  const seconds = Math.ceil(millis / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
