/** What the program leaves in a working directory for readers to read, of the replica's trades. */
import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { duckdb, fetchArgs, partitionPath, runProgram } from "../e2e/harness.ts";
import { writeDay } from "../e2e/predecessor.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { flip, verify } from "../e2e/verified.ts";
import { duckdbFigures } from "./figures.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const DAY: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 1_000, minutes: { from: 480, until: 490 } };
const EARLIER: DaySpec = { ...DAY, date: "2026-08-31" };

/** Stores two days of four venues with all that these were seen to send: rows without price, quantity or time. */
export async function fetchDays(dir: string): Promise<void> {
  const days = VENUES.flatMap((venue) => [EARLIER, DAY].map((day) => ({ ...day, venue, untidiness: ODD })));
  await using replica = await startReplica({ days });
  assertForeseen(await runProgram(fetchArgs(replica, dir, VENUES)), 0);
  await assertStoresTruth(dir, replica);
  const { rows, values } = await duckdbFigures(dir);
  for (const column of ["price", "quantity", "trading_date_time"]) assert.ok(values[column] < rows, column);
}

/** Stores a day of Xetra on which every trade has its time. Returns the path of its partition. */
export async function fetchTidyDay(dir: string): Promise<string> {
  await using replica = await startReplica({ days: [DAY] });
  assertForeseen(await runProgram(fetchArgs(replica, dir)), 0);
  return partitionPath(dir, DAY.venue, DAY.date);
}

/** Adopts a day from the predecessor, fetches the next one, and repairs that after its disk has changed it. */
export async function maintainDays(dir: string): Promise<void> {
  await using replica = await startReplica({ days: [EARLIER, DAY] });
  using db = await duckdb();
  await writeDay(db, dir, EARLIER);
  assertForeseen(await runProgram(["--wrk-dir", dir, "adopt", "DETR"]), 0);
  assertForeseen(await runProgram(fetchArgs(replica, dir)), 0);
  flip(partitionPath(dir, "DETR", DAY.date), 500);
  assertForeseen(await verify(replica, dir, "--repair"), 0);
  assert.equal((await duckdbFigures(dir)).rows, EARLIER.trades! + DAY.trades!);
}
