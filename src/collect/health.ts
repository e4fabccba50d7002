import type { Venue } from "../feed/venue.ts";
import type { DayStatus } from "./status.ts";

/** How a venue's last cycle went: what `status-VENUE.json` holds. Times are ISO 8601, UTC. */
export interface VenueState {
  readonly venue: Venue;
  readonly version: string;
  readonly lastCycle: {
    readonly start: string;
    readonly end: string;
    readonly files: number;
    readonly trades: number;
    readonly exitCode: number;
    readonly error: string | null;
  };
  /** Cycles in a row that failed, this one included. */
  readonly failedCycles: number;
  /** When the daemon starts the next cycle; null when none runs. */
  readonly nextCycle: string | null;
  /** The newest stored minute, `2026-09-01T08:34`. */
  readonly newestMinute: string | null;
  /** Files that are kept and were not understood, and the oldest date among them. */
  readonly notUnderstood: { readonly files: number; readonly oldest: string | null };
  /** The dates that the exchange listed. */
  readonly days: readonly DayStatus[];
}

/** A venue's state as it is now. */
export interface VenueHealth {
  readonly venue: Venue;
  /** The PID of the daemon that holds the venue; 0 when it is not known, null when none runs. */
  readonly daemon: number | null;
  /** Null when no cycle has ended yet. */
  readonly state: VenueState | null;
  /** Minutes of trading that are due and not stored. */
  readonly lagMinutes: number;
  /** How many more days of this venue the disk has room for; null when nothing is stored by which to tell. */
  readonly diskDaysLeft: number | null;
}

/** What monitoring is told: 0 fine, 1 warning, 2 critical, and why. */
export interface Verdict {
  readonly level: 0 | 1 | 2;
  readonly reason: string;
}

/** After so many failed cycles in a row somebody has to look. */
const CRITICAL_FAILURES = 3;
/** The exchange keeps a file for about a day: at half of one without a minute of trading there is time to act. */
const CRITICAL_LAG_MINUTES = 6 * 60;
/** An hourly cycle, its sweep, and a quarter of an hour more. */
const WARNING_LAG_MINUTES = 95;
const CRITICAL_DISK_DAYS = 1;
const WARNING_DISK_DAYS = 7;

/** Judges a venue's health by its worst trouble. */
export function verdictOf(health: VenueHealth): Verdict {
  const { venue, daemon, state, lagMinutes, diskDaysLeft } = health;
  const damaged = state?.days.find(({ damaged }) => damaged);
  const pending = state?.days.reduce((sum, { pending }) => sum + pending, 0) ?? 0;
  const troubles: [boolean, Verdict["level"], string][] = [
    [daemon === null, 2, "no daemon is running"],
    [(state?.notUnderstood.files ?? 0) > 0, 2, `${state?.notUnderstood.files} files kept and not understood`],
    [damaged !== undefined, 2, `the partition of ${damaged?.date} is damaged`],
    [(state?.failedCycles ?? 0) >= CRITICAL_FAILURES, 2, `${state?.failedCycles} failed cycles in a row`],
    [lagMinutes >= CRITICAL_LAG_MINUTES, 2, `${lagMinutes} minutes of trading behind`],
    [diskDaysLeft !== null && diskDaysLeft < CRITICAL_DISK_DAYS, 2, "the disk is nearly full"],
    [(state?.failedCycles ?? 0) > 0, 1, `the last cycle failed: ${state?.lastCycle.error}`],
    [lagMinutes >= WARNING_LAG_MINUTES, 1, `${lagMinutes} minutes of trading behind`],
    [pending > 0, 1, `${pending} files pending`],
    [
      diskDaysLeft !== null && diskDaysLeft < WARNING_DISK_DAYS,
      1,
      `the disk has room for ${diskDaysLeft} days`,
    ],
    [state === null, 1, "no cycle has ended yet"],
  ];
  const worst = troubles.find(([applies]) => applies);
  return worst
    ? { level: worst[1], reason: `${venue}: ${worst[2]}` }
    : { level: 0, reason: `${venue}: fine` };
}

/** The state as metrics of Prometheus' text format, for node_exporter's textfile collector. */
export function metricsOf(state: VenueState): string {
  const { venue, lastCycle, failedCycles, notUnderstood, newestMinute, days } = state;
  const total = (of: (day: DayStatus) => number) => days.reduce((sum, day) => sum + of(day), 0);
  const metrics: [name: string, help: string, value: number][] = [
    ["last_cycle_timestamp_seconds", "When the last cycle ended", Date.parse(lastCycle.end) / 1000],
    [
      "last_cycle_duration_seconds",
      "How long it took",
      (Date.parse(lastCycle.end) - Date.parse(lastCycle.start)) / 1000,
    ],
    ["last_cycle_exit_code", "What a one-shot run would have ended with", lastCycle.exitCode],
    ["last_cycle_files", "Files that it downloaded", lastCycle.files],
    ["last_cycle_trades", "Trades that it added", lastCycle.trades],
    ["failed_cycles", "Failed cycles in a row", failedCycles],
    ["not_understood_files", "Files kept that no line could be read of", notUnderstood.files],
    ["pending_files", "Listed files that are not stored", total(({ pending }) => pending)],
    ["lost_files", "Listed files that the exchange never had", total(({ lost }) => lost)],
    ["listed_files", "Files that the exchange listed", total(({ listed }) => listed)],
    ...(newestMinute === null ? [] : [
      ["newest_minute_timestamp_seconds", "The newest stored minute", Date.parse(`${newestMinute}Z`) / 1000],
    ] satisfies [string, string, number][]),
  ];
  return metrics.map(([name, help, value]) =>
    `# HELP xetra_parqed_${name} ${help}.\n# TYPE xetra_parqed_${name} gauge\n` +
    `xetra_parqed_${name}{venue="${venue}"} ${value}\n`
  ).join("");
}
