import { monthOf } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { keptFiles } from "../../store/kept_files.ts";
import { Layout } from "../../store/layout.ts";
import { clearKept } from "../maintain/clear_kept.ts";
import { type LockTools, underLock } from "../maintain/under_lock.ts";
import { refreshVenueState } from "../monitor/refresh.ts";
import type { Publisher } from "../publish/publish.ts";
import { byDate, type Issue } from "./issues.ts";
import { repairDay } from "./repair.ts";
import { repairMonth } from "./repair_month.ts";
import type { Repair } from "./repairs.ts";
import { type Verification, type VerifyTools, verifyVenue } from "./verify_venue.ts";
import type { VerifiedDay } from "./verify_day.ts";
import { type VerifiedMonth, verifyMonth } from "./verify_month.ts";

/** What to read back, and whether to repair it; without a date or month, everything. */
export interface Chosen {
  /** `2026-09-01`. */
  readonly date?: string;
  /** `2026-09`. */
  readonly month?: string;
  readonly repair?: boolean;
  /** Another working directory, used where what is left of ours is not enough. */
  readonly from?: string;
}

/** What a verification with repairs needs. */
export type MendTools = VerifyTools & LockTools;

/** A venue's entry in the JSON document of `verify`; its issues are those that remain after the repairs. */
export interface VerifiedAndRepaired extends Verification {
  readonly repairs: readonly Repair[];
}

/** What was verified again after it had been repaired. */
export interface Mended {
  readonly repairs: readonly Repair[];
  readonly days: readonly VerifiedDay[];
  readonly months: readonly VerifiedMonth[];
}

/** Reads back what is stored of a venue, and repairs it if requested. */
export async function verifyAndRepair(
  venue: Venue,
  { date, month, repair, from }: Chosen,
  tools: MendTools,
  signal: AbortSignal,
): Promise<VerifiedAndRepaired> {
  const isChosen = (dateOrMonth: string) => dateOrMonth.startsWith(date ?? month ?? "");
  if (repair) await clearKept(venue, tools, signal);
  const found = await verifyVenue(venue, isChosen, tools, signal);
  if (!repair || !found.issues.some(isMendable)) return { ...found, repairs: [] };
  const now = tools.clock.now();
  const mended = await underLock(venue, tools, signal, async (publisher) => {
    const mended = await mend(found, isChosen, publisher, now, from === undefined ? null : new Layout(from));
    await refreshVenueState(publisher.spool);
    return mended;
  });
  return { ...afterwards(found, mended), repairs: mended.repairs, kept: keptFiles(tools.layout, venue) };
}

/** Repairs days first: a month file may be the source for a day, and months are made from days. */
async function mend(
  { issues }: Verification,
  isChosen: (month: string) => boolean,
  publisher: Publisher,
  now: number,
  from: Layout | null,
): Promise<Mended> {
  const { spool: { layout, venue }, pace } = publisher;
  const [repairs, days, months]: [Repair[], VerifiedDay[], VerifiedMonth[]] = [[], [], []];
  const damagedMonths = datesOf(issues, DAMAGED_MONTH);
  for (const date of datesOf(issues, MENDABLE_DAY)) {
    const { repairs: ofDay, day } = await repairDay(publisher, date, now, from);
    repairs.push(...ofDay);
    days.push(day);
  }
  const touched = new Set([...damagedMonths, ...days.map(({ date }) => monthOf(date)).filter(isChosen)]);
  for (const month of touched) {
    if (damagedMonths.has(month)) repairs.push(await repairMonth(publisher, month, now, from));
    months.push(await verifyMonth(layout, venue, month, pace));
  }
  return { repairs, days, months };
}

const MENDABLE_DAY: readonly Issue["kind"][] = ["damaged partition", "damaged raw file", "not judged"];
const DAMAGED_MONTH: readonly Issue["kind"][] = ["damaged month"];

/** Whether a repair can do something about an issue. */
export function isMendable({ kind }: Issue): boolean {
  return MENDABLE_DAY.includes(kind) || DAMAGED_MONTH.includes(kind);
}

function datesOf(issues: readonly Issue[], kinds: readonly Issue["kind"][]): Set<string> {
  return new Set(issues.filter(({ kind }) => kinds.includes(kind)).map(({ date }) => date));
}

/** The verification, updated with the new results for some of its days and months. */
export function afterwards(found: Verification, { repairs, days, months }: Mended): Verification {
  const seen = new Set([...days.map(({ date }) => date), ...months.map(({ month }) => month)]);
  const stillTrue = found.issues.filter(({ date, kind }) => !seen.has(date) || FOUND_OTHERWISE.has(kind));
  const damaged = datesOf(found.issues, ["damaged partition", ...DAMAGED_MONTH]);
  const regained = days.filter(({ date, partition }) => partition !== null && damaged.has(date));
  const regainedMonths = months.filter(({ month, stored }) => stored !== null && damaged.has(month));
  const added = repairs.map((repair) =>
    repair.kind === "judged" && !damaged.has(repair.date) ? repair.added : 0
  );
  const issues = [...stillTrue, ...[...days, ...months].flatMap(({ issues }) => issues)];
  return {
    ...found,
    partitions: found.partitions + regained.length,
    trades: regained.reduce((sum, { partition }) => sum + partition!.rows, found.trades) +
      added.reduce((sum, rows) => sum + rows, 0),
    monthFiles: found.monthFiles + regainedMonths.length,
    issues: byDate(issues),
  };
}

/** Issues found through a daily file or beside the partition, and not in the day's own files. */
const FOUND_OTHERWISE: ReadonlySet<Issue["kind"]> = new Set([
  "trades missing",
  "not reconciled",
  "not compared",
  "stray file",
]);
