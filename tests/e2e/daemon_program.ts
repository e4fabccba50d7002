/**
 * What the tests of the daemon share: the program as a daemon against a replica, and what it reports about itself.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import { dailyFileName, type DaySpec, generateDay } from "../../scripts/replica/day.ts";
import type { Replica } from "../../scripts/replica/server.ts";
import { compressed } from "../../scripts/replica/wire.ts";
import { assertForeseen, logOf, PATIENCE_MILLIS, reached } from "./evidence.ts";
import { fetchArgs, type Program, type Run, type RunOptions, startProgram } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

/** A signal within this time of another counts as the same: systemd and `deno task` deliver them twice. */
const ECHO_MILLIS = 1_000;
/** How long after its minute a file is listed; it counts as missing five minutes later, so that a test has time. */
const DUE_MINUTES = 14;

/** A day of ten minute files. */
export const DAY: DaySpec = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 400,
  minutes: { from: 480, until: 490 },
};

/**
 * The trading day of which the minute that became due just now is served: with it a venue is up to date, and with the
 * day's daily file as well, by `closing`, there is nothing to warn of. It has trades at every hour: of a trading day
 * without any there would be a warning once it is over, from midnight until the first minute of the next one is due.
 */
export function upToDate(venue: string): DaySpec {
  const minute = Temporal.Now.instant().subtract({ minutes: DUE_MINUTES });
  const date = minute.toZonedDateTimeISO("Europe/Berlin").toPlainDate().toString();
  const from = Math.floor((minute.epochMilliseconds - Date.parse(`${date}T00:00Z`)) / 60_000);
  return { venue, date, trades: 40, minutes: { from, until: from + 1 }, opens: 0, closes: 24 * 60 };
}

/** The daily files of days, by their names: with them, minutes without files do not count as absent. */
export function closing(...days: readonly DaySpec[]): Map<string, Uint8Array<ArrayBuffer>> {
  return new Map(days.map((day) => {
    const minutes = [...generateDay(day)].map(({ ndjson }) => ndjson);
    return [dailyFileName(day.venue, day.date), compressed(Buffer.concat(minutes))];
  }));
}

/** The arguments of a daemon of `venues` that is active at every hour. */
export function daemonArgs(
  replica: Pick<Replica, "apiUrl">,
  dir: string,
  { venues = ["DETR"], more = [] }: { venues?: readonly string[]; more?: readonly string[] } = {},
): string[] {
  const hours = more.some((option) => /^--(active-hours|schedule)$/.test(option))
    ? []
    : ["--active-hours", "00:00-24:00"];
  return fetchArgs(replica, dir, venues, "--daemon", ...hours, ...more);
}

/** A daemon of DETR with these options; disposing it kills it. */
export function startDaemon(
  replica: Pick<Replica, "apiUrl">,
  dir: string,
  more: readonly string[] = [],
  options: RunOptions = {},
): Program {
  return startProgram(daemonArgs(replica, dir, { more }), options);
}

/** A daemon like that, once its first cycle has ended and it waits for the next one. */
export async function idleDaemon(
  replica: Pick<Replica, "apiUrl">,
  dir: string,
  more: readonly string[] = [],
  options: RunOptions = {},
): Promise<Program> {
  const daemon = startDaemon(replica, dir, more, options);
  await heard(daemon, / - Cycle 1: /);
  await reached(daemon, "word of the next cycle", () => isNextCycleTold(dir, "DETR"));
  return daemon;
}

/** Whether the files for monitoring name the next cycle; they are written under the venue's lock. */
export function isNextCycleTold(dir: string, venue: string): boolean {
  const { nextCycle, lastCycle } = JSON.parse(
    Deno.readTextFileSync(join(dir, `.xetra-parqed/status-${venue}.json`)),
  );
  using lock = Deno.openSync(join(dir, `.xetra-parqed/write-${venue}.lock`));
  return nextCycle > lastCycle.end && lock.tryLockSync(false);
}

/** Resolves when the daemon has logged this; fails when it ends before, or never logs it. */
export async function heard(daemon: Program, pattern: RegExp, millis = PATIENCE_MILLIS): Promise<void> {
  let timer;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the daemon did not say ${pattern} in ${millis} ms`)), millis);
  });
  try {
    await Promise.race([daemon.said(pattern), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when a further signal counts as a new one, a second after the last. */
export function pastEcho(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ECHO_MILLIS));
}

/** Ends a daemon by these signals; its `millis` count from the first. It must end with 0, by itself. */
export async function ended(
  { child, ended }: Program,
  ...signals: readonly ("SIGTERM" | "SIGINT")[]
): Promise<Run> {
  const start = performance.now();
  for (const signal of signals) child.kill(signal);
  const run = await ended;
  assertForeseen(run, 0);
  assert.equal(run.signal, null);
  return { ...run, millis: performance.now() - start };
}

/** The messages of a run's log of this level. */
export function linesOf(run: Run, level: "ERROR" | "WARNING" | "INFO" | "DEBUG"): string[] {
  return logOf(run).filter((line) => line.startsWith(`${level} `)).map((line) =>
    line.slice(level.length + 1)
  );
}

/** What `status` says about DETR in a working directory, in the shared process. */
export function statusOf(dir: string, ...more: readonly string[]): Promise<Run> {
  return runInOneProcess(["status", "DETR", "--wrk-dir", dir, ...more]);
}

/** The entry of a venue in the JSON document of `status`, as far as the tests read it. */
export interface StatusReport {
  readonly venue: string;
  readonly daemon: number | null;
  readonly lagMinutes: number;
  readonly lagIsMore: boolean;
  readonly state: {
    readonly nextCycle: string | null;
    readonly failedCycles: number;
    readonly newestMinute: string | null;
    readonly notUnderstood: { readonly files: number; readonly oldest: string | null };
    readonly lastCycle: { readonly start: string; readonly end: string; readonly exitCode: number };
    readonly days: readonly Record<string, unknown>[];
  } | null;
  readonly verdict: { readonly level: number; readonly reason: string };
}
