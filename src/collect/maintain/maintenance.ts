import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DailyMarks } from "../../store/state/daily_marks.ts";
import { diskDaysLeft } from "../../store/disk.ts";
import { Spool } from "../../store/spool/spool.ts";
import { reasonOf } from "../../system/disk_error.ts";
import { cleanUp, isIssue, KEEP_RAW_DAYS } from "./cleanup.ts";
import { clearData } from "./clear_data.ts";
import { consolidateEndedMonths } from "./consolidate.ts";
import type { Tools } from "../cycle.ts";
import { diskLevel, diskRoom } from "../monitor/disk_room.ts";
import type { MonthTools } from "./month_state.ts";
import { Pace } from "../pace.ts";
import { renewPartitions } from "./renew.ts";
import { deletedText, keptText } from "./cleanup_text.ts";

/** What the maintenance needs. */
export type MaintenanceTools = Tools & MonthTools;

/** Something a daemon does for a venue besides fetching. */
type Step = (
  venue: Venue,
  tools: MaintenanceTools,
  signal: AbortSignal,
  marks: DailyMarks,
) => void | Promise<void>;

/** The steps, in order; if one fails, the others are still done. */
const STEPS: Readonly<Record<string, Step>> = {
  "clearing the data folders": clearDataFolders,
  "cleaning the raw files": cleanRawFiles,
  "rewriting days of version 0.1.0": renewDays,
  "consolidating the months that have ended": consolidateMonths,
  "judging the disk": judgeDisk,
};

const DONE = "maintenance";
/** A permanent mark: no partition was written by that version any more. */
const RENEWED = "no day is of version 0.1.0";

/**
 * Maintains what a venue has stored, once a UTC day; the caller holds its write lock. A failure is logged, and repeated
 * no earlier than the next day. Throws only the signal's reason; then the maintenance is done in the next cycle.
 */
export async function lookAfter(venue: Venue, tools: MaintenanceTools, signal: AbortSignal): Promise<void> {
  await attempt(venue, "maintenance", signal, async () => {
    const marks = new DailyMarks(tools.layout, venue, tools.clock.now());
    if (marks.has(DONE)) return;
    for (const [what, step] of Object.entries(STEPS)) {
      await attempt(venue, what, signal, () => step(venue, tools, signal, marks));
    }
    await marks.enter(DONE);
  });
}

async function attempt(
  venue: Venue,
  what: string,
  signal: AbortSignal,
  work: () => void | Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    signal.throwIfAborted();
    log.error(`${venue}: ${what} failed: ${reasonOf(error)}`);
  }
}

/** Done only once, since it reads every footer. */
async function renewDays(
  venue: Venue,
  tools: MaintenanceTools,
  signal: AbortSignal,
  marks: DailyMarks,
): Promise<void> {
  const { layout, clock, createdBy, onProgress } = tools;
  if (marks.knows(RENEWED)) return;
  const publisher = { spool: new Spool(layout, venue), createdBy, pace: new Pace(clock, signal, onProgress) };
  await tools.oneAtATime(() => renewPartitions(publisher));
  await marks.learn([RENEWED]);
}

/** One venue at a time, since each holds the open days of a month. */
async function consolidateMonths(venue: Venue, tools: MaintenanceTools, signal: AbortSignal): Promise<void> {
  await tools.oneAtATime(() => consolidateEndedMonths(venue, tools, signal));
}

function clearDataFolders(venue: Venue, { layout }: MaintenanceTools): void {
  clearData(new Spool(layout, venue));
}

async function cleanRawFiles(
  venue: Venue,
  { layout, clock, onProgress }: MaintenanceTools,
  signal: AbortSignal,
): Promise<void> {
  const pace = new Pace(clock, signal, onProgress);
  const cleanup = await cleanUp(venue, { layout, pace, now: clock.now(), keepDays: KEEP_RAW_DAYS });
  if (cleanup.files > 0) log.info(`${venue}: ${deletedText(cleanup)}`);
  for (const message of cleanup.damage) log.error(message);
  for (const files of cleanup.kept.filter(isIssue)) log.warning(`${venue}: ${keptText(files)}`);
}

function judgeDisk(_venue: Venue, { layout }: MaintenanceTools): void {
  const days = diskDaysLeft(layout);
  const level = days === null ? 0 : diskLevel(days);
  if (level === 0) return;
  const message = `${diskRoom(days!)}, by what a day takes. Make room, or a day will be lost`;
  if (level === 2) log.error(message);
  else log.warning(message);
}
