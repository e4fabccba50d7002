/**
 * Serves venues, its arguments after the port, until it is killed. Each has the minute that is due now, whatever the
 * hour, and the last trading day before, in which there was trading; both with their daily files.
 */
import type { DaySpec } from "../../../scripts/replica/day.ts";
import { startReplica } from "../../../scripts/replica/server.ts";
import { tradingDayBefore } from "../../../src/feed/calendar/holidays.ts";
import { closing, upToDate } from "../../e2e/daemon_program.ts";

const [port, ...venues] = Deno.args;
const days = venues.flatMap((venue) => {
  const now = upToDate(venue);
  return [dayBefore(now), now];
});
await startReplica({ days, files: closing(...days), port: Number(port) });
console.error("serving");

function dayBefore(now: DaySpec): DaySpec {
  const date = tradingDayBefore(Temporal.PlainDate.from(now.date)).toString();
  return { ...now, date, minutes: { from: 600, until: 603 } };
}
