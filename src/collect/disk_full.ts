import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { isDiskFull } from "../system/atomic.ts";
import { releaseReserve } from "../store/reserve.ts";
import { cleanUp } from "./maintain/cleanup.ts";
import { runCycle, type Tools } from "./cycle.ts";
import { Pace } from "./pace.ts";
import type { CycleReport } from "./report.ts";
import { deletedText } from "./maintain/cleanup_text.ts";

/**
 * One cycle of a venue, as `runCycle`. When the disk is full, releases the reserve, deletes all raw files whose trades
 * are proved to be stored, and tries the cycle once more. What the first try downloaded is in the spool and is
 * published first. Throws as `runCycle`.
 */
export async function runCycleOnAnyDisk(
  venue: Venue,
  tools: Tools,
  signal: AbortSignal,
): Promise<CycleReport> {
  try {
    return await runCycle(venue, tools, signal);
  } catch (error) {
    if (!isDiskFull(error) || !await makeRoom(venue, tools, signal)) throw error;
    return await runCycle(venue, tools, signal);
  }
}

/** Whether there is more room now than before. */
async function makeRoom(
  venue: Venue,
  { layout, clock, onProgress }: Tools,
  signal: AbortSignal,
): Promise<boolean> {
  const released = releaseReserve(layout);
  const pace = new Pace(clock, signal, onProgress);
  const cleanup = await cleanUp(venue, { layout, pace, now: clock.now(), keepDays: 0 });
  if (!released && cleanup.files === 0) return false;
  log.warning(
    `${venue}: the disk is full: ${released ? "the reserve is released" : "there is no reserve"}, ` +
      `${deletedText(cleanup)}, whose trades are stored. Trying once more`,
  );
  return true;
}
