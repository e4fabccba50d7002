/** What the program leaves in a working directory for readers to read, of the replica's trades. */
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { fetchArgs, runProgram } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const VENUES = ["DETR", "DEUR"];
const DAY: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 1_000, minutes: { from: 480, until: 490 } };
const EARLIER: DaySpec = { ...DAY, date: "2026-08-31" };

/** Stores two days of two venues. */
export async function fetchDays(dir: string): Promise<void> {
  const days = VENUES.flatMap((venue) =>
    [EARLIER, DAY].map((day) => ({ ...day, venue, untidiness: UNTIDY }))
  );
  await using replica = await startReplica({ days });
  assertForeseen(await runProgram(fetchArgs(replica, dir, VENUES)), 0);
  await assertStoresTruth(dir, replica);
}

/** What fills a working directory, by what lies there then. */
export const STORES: Readonly<Record<string, (dir: string) => Promise<void>>> = {
  "two days of two venues": fetchDays,
};
