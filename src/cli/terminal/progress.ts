import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import type { Outcome } from "../../collect/download.ts";
import { log } from "../../log/log.ts";

const BAR_WIDTH = 24;
/** Where no one watches, a line says how far it is every so many files. */
const FILES_PER_LINE = 50;
const CLEAR_LINE = "\r\x1b[K";

/** Where a status line can be drawn and wiped. */
export interface Screen {
  write(text: string): void;
  columns(): number;
}

/** How far a run is, over all its venues. */
export interface Advance {
  readonly files: number;
  readonly planned: number;
  readonly trades: number;
  readonly elapsedMillis: number;
  /** How long the rest takes under the quota. */
  readonly leftMillis: number;
}

/** A status line at the bottom of a terminal, or a log line now and then where there is none. */
export class Progress {
  #planned = 0;
  #files = 0;
  #trades = 0;
  #shown = false;
  readonly #start: number;

  /**
   * `monotonic` tells milliseconds that only grow, `left` how long so many more requests take; `screen` is null when
   * stderr is no terminal.
   */
  constructor(
    readonly screen: Screen | null,
    readonly monotonic: () => number,
    readonly left: (requests: number) => number,
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
    if (this.screen === null && this.#files % FILES_PER_LINE === 0) log.info(textOf(this.#advance()));
  }

  draw(): void {
    if (this.screen === null || this.#files === this.#planned) return this.wipe();
    this.screen.write(CLEAR_LINE + barOf(this.#advance(), this.screen.columns()));
    this.#shown = true;
  }

  /** Makes room for a line of the log; `draw` brings the status line back. */
  wipe(): void {
    if (this.#shown) this.screen?.write(CLEAR_LINE);
    this.#shown = false;
  }

  #advance(): Advance {
    return {
      files: this.#files,
      planned: this.#planned,
      trades: this.#trades,
      elapsedMillis: this.monotonic() - this.#start,
      leftMillis: this.left(this.#planned - this.#files),
    };
  }
}

/** `[######······]  34/60 files  12,345 trades  28 files/min  1 min left`, cut to the terminal's width. */
export function barOf(advance: Advance, columns: number): string {
  const full = Math.round((BAR_WIDTH * advance.files) / Math.max(1, advance.planned));
  const bar = "#".repeat(full) + "·".repeat(BAR_WIDTH - full);
  return `[${bar}]  ${textOf(advance)}`.slice(0, Math.max(0, columns - 1));
}

/** `34/60 files  12,345 trades  28 files/min  1 min left`. */
export function textOf({ files, planned, trades, elapsedMillis, leftMillis }: Advance): string {
  const rate = Math.round(files / Math.max(elapsedMillis / MILLIS_PER_MINUTE, 1 / 60));
  return `${files}/${planned} files  ${trades.toLocaleString("en-US")} trades  ${rate} files/min  ` +
    `${durationOf(leftMillis)} left`;
}

function durationOf(millis: number): string {
  const seconds = Math.ceil(millis / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
