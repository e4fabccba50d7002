import type { Venue } from "../../feed/venue.ts";
import { answerableUntil, behindText, lagBetween } from "./freshness.ts";
import { diskLevel, diskRoom } from "./disk_room.ts";
import type { Difference } from "../findings.ts";
import type { DayStatus } from "./day_status.ts";
import { counted } from "../counted.ts";
import { rejectedText } from "../rejected_text.ts";
import { isQuiet, type Volume, volumeText } from "./quiet_days.ts";

/** How a venue's last cycle went. `status-VENUE.json` holds it as `shownState` shows it. Times are ISO 8601, UTC. */
export interface VenueState {
  readonly venue: Venue;
  /** What is collected, `trades` or `quotes`; what is called trades below are rows of these. */
  readonly data: string;
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
  /** When the exchange last answered what it lists; null before the first time. */
  readonly asked: string | null;
  /**
   * The names that are in the spool for a later cycle to publish, and until when; null when there are none. They count
   * as collected, and so does their newest minute.
   */
  readonly heldBack: { readonly names: readonly string[]; readonly until: string } | null;
  /** The newest stored minute, `2026-09-01T08:34`. */
  readonly newestMinute: string | null;
  /** Files that are kept and were not understood, and the oldest date among them. */
  readonly notUnderstood: { readonly files: number; readonly oldest: string | null };
  /** Files that were lost for good in the last days, and when the last one was lost. */
  readonly lost: { readonly files: number; readonly last: string | null };
  /** The names for which only bytes arrived that are not a file of the exchange, and that the user has not accepted. */
  readonly rejected: readonly string[];
  /**
   * Listed names of no known form: `odd` ones have the service and a date in them; `others` do not and are not
   * requested.
   */
  readonly oddNames: { readonly odd: number; readonly others: number; readonly first: string | null };
  /** The last trading day whose volume was checked; null before the first one. */
  readonly volume: Volume | null;
  /** How the last daily file compared with the minutes; null before the first one. */
  readonly reconciled: Difference & { readonly name: string } | null;
  /** The daily files that contradict the minute files, and have not been accepted. */
  readonly contradictions: readonly string[];
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
  /** Minutes of trading that should be stored by now but are not; null when nothing is stored. */
  readonly lagMinutes: number | null;
  /** Whether it is more: `lagMinutes` looks back fifteen days. */
  readonly lagIsMore: boolean;
  /** What the first cycle, which is still running, has yet to fetch; null when a cycle has ended or no daemon runs. */
  readonly catchingUp: { readonly files: number; readonly minutes: number } | null;
  /** How many more days of all venues fit on the disk; null when nothing is stored to estimate it from. */
  readonly diskDaysLeft: number | null;
}

/** The answer for monitoring: 0 fine, 1 warning, 2 critical, and why. */
export interface Verdict {
  readonly level: 0 | 1 | 2;
  readonly reason: string;
}

/** After this many failed cycles in a row a person must look; the daemon's log says so too. */
export const CRITICAL_FAILURES = 3;
/**
 * The exchange keeps a file for about a day: after half a day of trading without a stored minute there is still time to
 * act.
 */
const CRITICAL_LAG_MINUTES = 6 * 60;
/** Cycles failed for more than an hour, or the exchange is this late. */
const WARNING_LAG_MINUTES = 95;

type Issue = readonly [level: Verdict["level"], reason: string, remedy?: string];
const FINE: Issue = [0, "fine"];
const NEWER = "nothing is lost: a newer version of this program may know the new form";
const ROOM = "make room, or delete raw files that are stored: cleanup-raw";

/** All listed names are of known forms. */
export const NO_ODD_NAMES: VenueState["oddNames"] = { odd: 0, others: 0, first: null };

/** A venue's lag at `now`, in milliseconds since 1970; a running daemon is judged by its own schedule. */
export function lagOf(
  { venue, daemon, state }: Pick<VenueHealth, "venue" | "daemon" | "state">,
  now: number,
): Pick<VenueHealth, "lagMinutes" | "lagIsMore"> {
  if (!state?.newestMinute) return { lagMinutes: null, lagIsMore: false };
  const { lastCycle: { start, end }, nextCycle } = state;
  const cycles = daemon === null ? null : {
    lastStart: Date.parse(start),
    lastEnd: Date.parse(end),
    next: nextCycle === null ? null : Date.parse(nextCycle),
  };
  const newest = Date.parse(`${state.newestMinute}Z`);
  const { minutes, isMore } = lagBetween(venue, newest, answerableUntil(cycles, now));
  return { lagMinutes: minutes, lagIsMore: isMore };
}

/** Judges a venue's health by its worst issue. */
export function verdictOf(health: VenueHealth): Verdict {
  const [[level, reason] = FINE] = issuesOf(health);
  const subject = health.state?.data === "quotes" ? `${health.venue} quotes` : health.venue;
  return { level, reason: `${subject}: ${reason}` };
}

/** What a person can do about the reason of `verdictOf`; null when nothing needs to be done, or nothing can. */
export function remedyOf(health: VenueHealth): string | null {
  const [[, , remedy = null] = FINE] = issuesOf(health);
  return remedy;
}

/** What is wrong with a venue, the worst first. */
function* issuesOf(health: VenueHealth): Generator<Issue> {
  const { venue, daemon, state, catchingUp, diskDaysLeft } = health;
  const { files = 0 } = state?.notUnderstood ?? {};
  const lost = state?.lost.files ?? 0;
  const { failedCycles = 0, days = [], lastCycle, rejected = [], contradictions = [] } = state ?? {};
  const { oddNames = NO_ODD_NAMES } = state ?? {};
  const lagMinutes = health.lagMinutes ?? 0;
  const damaged = days.find(({ damaged }) => damaged);
  const pending = days.reduce((sum, { pending }) => sum + pending, 0);
  const absent = days.filter(({ absent }) => absent > 0);
  const behind = behindText({ minutes: lagMinutes, isMore: health.lagIsMore });
  const daysLeft = diskDaysLeft ?? Infinity;
  const diskIs = diskLevel(daysLeft);
  const compare = `check-status ${venue} compares with what the exchange lists`;

  if (daemon === null) {
    yield [2, "no daemon is running", `start the service, or fetch-trades ${venue} --daemon`];
  }
  if (files > 0) yield [2, `${counted(files, "file")} kept and not understood`, NEWER];
  if (oddNames.odd > 0) yield [2, oddNamesText(oddNames), NEWER];
  if (contradictions.length > 0) {
    const accept = `reprocess ${venue} --accept ${contradictions[0]}`;
    yield [2, contradictionText(contradictions), `compare them; ${accept} takes it all the same`];
  }
  if (damaged !== undefined) {
    const repair = `verify ${venue} --date ${damaged.date} --repair`;
    yield [2, `the partition of ${damaged.date} is damaged`, repair];
  }
  if (failedCycles >= CRITICAL_FAILURES) {
    yield [
      2,
      `${failedCycles} failed cycles in a row`,
      "the daemon goes on trying: see why the last one failed",
    ];
  }
  if (lagMinutes >= CRITICAL_LAG_MINUTES) yield [2, behind, compare];
  if (diskIs === 2) yield [2, diskRoom(daysLeft), ROOM];
  if (lost > 0) yield [1, `${counted(lost, "file")} lost, the last at ${state?.lost.last}`];
  if (rejected.length > 0) {
    yield [
      1,
      rejectedText(rejected),
      `reprocess ${venue} reads them again; with --accept NAME it is settled`,
    ];
  }
  if (failedCycles > 0) yield [1, `the last cycle failed: ${lastCycle?.error}`];
  if (lagMinutes >= WARNING_LAG_MINUTES) yield [1, behind, compare];
  if (pending > 0) yield [1, `${counted(pending, "file")} pending`];
  if (oddNames.others > 0) yield [1, oddNamesText(oddNames)];
  if (absent.length > 0) yield [1, absentText(absent)];
  if (state?.volume && isQuiet(state.volume)) yield [1, volumeText(state.volume)];
  if (diskIs === 1) yield [1, diskRoom(daysLeft), ROOM];
  if (catchingUp !== null) yield [1, catchingUpText(catchingUp)];
  if (state === null) yield [1, "no cycle has ended yet"];
  if (state?.newestMinute === null) yield [1, "nothing is stored yet"];
}

/** `2 listed names of no known form, such as README.txt`. */
export function oddNamesText({ odd, others, first }: VenueState["oddNames"]): string {
  const names = `${counted(odd + others, "listed name")} of no known form, such as ${first}`;
  return odd > 0 ? `${names}: the exchange may have renamed its files` : names;
}

/** `6 minutes absent, the first on 2026-09-01: …`. */
export function absentText(days: readonly DayStatus[]): string {
  const minutes = days.reduce((sum, { absent }) => sum + absent, 0);
  return `${counted(minutes, "minute")} absent, the first on ${days[0].date}: the exchange never listed them`;
}

/** `catching up: 1,400 files, 47 minutes left`. */
export function catchingUpText({ files, minutes }: NonNullable<VenueHealth["catchingUp"]>): string {
  return `catching up: ${counted(files, "file")}, ${counted(minutes, "minute")} left`;
}

function contradictionText([first, ...more]: readonly string[]): string {
  if (more.length === 0) return `${first} contradicts the minute files`;
  return `${counted(1 + more.length, "daily file")} contradict the minute files, the first: ${first}`;
}
