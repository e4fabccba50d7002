import { counted } from "../../collect/counted.ts";
import { storedMonths } from "../../collect/maintain/month_state.ts";
import type { LakeName } from "../../derive/lake/exported_datasets.ts";
import type { LakeMonth } from "../../derive/lake/export_venue.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DailyMarks } from "../../store/state/daily_marks.ts";
import { advising } from "../advising.ts";
import { messageOf } from "../exit.ts";
import { exportToLake } from "../export_to_lake.ts";
import type { Collaborators } from "../wiring.ts";

const DONE = "export";
/** Another export of the venue is doing the same. */
const PATIENCE_MILLIS = 0;

/** What is exported, a file a month. No quotes: a day of a busy venue takes minutes, in which no trade would be fetched. */
const KEPT: readonly LakeName[] = ["trades", "bars", "closes"];

/**
 * Exports all months of a venue that have changed, of trades and the stored bars, once a UTC day; the caller holds the
 * venue's write lock. A call exports the newest month and at most one file of the others, so that years of them do not hold up
 * the trades: the next calls of the day export the rest. A failure is logged, and repeated no earlier than the next day. Throws
 * only the signal's reason; then it is done in the next cycle.
 */
export async function keepVenueLake(
  venue: Venue,
  folder: string,
  tools: Collaborators,
  stop: AbortSignal,
): Promise<void> {
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      stop.throwIfAborted();
      log.error(`${venue}: the export to ${folder} failed: ${messageOf(error)}`);
      return false;
    }
  };
  await attempt(async () => {
    const marks = new DailyMarks(tools.layout, venue, tools.clock.now());
    if (marks.has(DONE)) return;
    const isGood = await attempt(() => exportSome(venue, folder, marks, tools, stop));
    if (!isGood) await marks.enter(DONE);
  });
}

/** Exports the pieces of a call, and marks them, or all as done. Throws as `exportToLake`. */
async function exportSome(
  venue: Venue,
  folder: string,
  marks: DailyMarks,
  tools: Collaborators,
  stop: AbortSignal,
): Promise<void> {
  const months = storedMonths(tools.layout, venue);
  const wait = { clock: tools.clock, patienceMillis: PATIENCE_MILLIS, signal: stop };
  const due = piecesOf(months).filter((piece) => !marks.has(markOf(piece)));
  const done: LakeMonth[] = [];
  for (const piece of due) {
    const write = () => exportToLake(venue, folder, [piece], tools, wait);
    const [{ kind }] = await tools.oneAtATime(() => advising("--export", write));
    done.push(piece);
    if (kind === "written" && piece.month !== months.at(-1)) break;
  }
  const left = due.slice(done.length);
  if (left.length === 0) return await marks.enter(DONE);
  await marks.enter(...done.map(markOf));
  const monthsLeft = new Set(left.map(({ month }) => month)).size;
  log.info(`${venue}: ${counted(monthsLeft, "month")} to export in the next cycles`);
}

/** The newest month first, which readers want; then the oldest, in the order in which their bars are made. */
function piecesOf(months: readonly string[]): LakeMonth[] {
  return [...months.slice(-1), ...months.slice(0, -1)]
    .flatMap((month) => KEPT.map((what) => ({ what, month })));
}

function markOf({ what, month }: LakeMonth): string {
  return `${DONE} of ${what} ${month}`;
}
