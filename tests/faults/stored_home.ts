/** A working directory in which there is a file of each kind that the program writes. */
import { join } from "node:path";
import { type DaySpec, minuteNames } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { writeAccepted } from "../../src/store/state/accepted_record.ts";
import { DailyMarks } from "../../src/store/state/daily_marks.ts";
import { Layout } from "../../src/store/layout.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { fetchArgs, partitionPath, rawPath } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";

const DAY: DaySpec = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 60,
  minutes: { from: 480, until: 484 },
  untidiness: ODD,
};
const NEXT_DAY: DaySpec = { ...DAY, date: "2026-09-02" };
const NAMES = minuteNames(DAY);
const [PENDING] = minuteNames(NEXT_DAY);

/** The files below the working directory, by what must follow when one of them is damaged. */
export const KINDS = {
  partition: [partitionPath("", "DETR", DAY.date)],
  raw: [rawPath("", NAMES[1]), rawPath("", `DETR-posttrade-daily-${DAY.date}.json.gz`)],
  month: ["data/de/xetra/trades_monthly/venue=DETR/year=2026/month=09/trades.parquet"],
  record: [
    ".xetra-parqed/pending-DETR.json",
    ".xetra-parqed/accepted-DETR.json",
    ".xetra-parqed/diary-DETR.json",
    ".xetra-parqed/status-DETR.json",
    ".xetra-parqed/metrics-DETR.prom",
    ".xetra-parqed/reserve",
    rawPath("", NAMES[2], "rejected"),
  ],
  "open file": [".xetra-parqed/write-DETR.lock", ".xetra-parqed/quota.json", "detr.log"],
} as const;

/**
 * A replica of two days. The first and its daily file are stored in `dir`; one minute of the second was
 * listed but missing. From now on the replica serves everything.
 */
export async function storedHome(dir: string): Promise<Replica> {
  const replica = await startReplica({
    days: [DAY, NEXT_DAY],
    daily: true,
    listed: { until: "2026-09-02T08:01" },
  });
  await using failing = new AsyncDisposableStack();
  failing.use(replica);
  replica.inject("storage", fault.html(), { name: NAMES[2] });
  replica.inject("download", fault.status(404), { name: PENDING });
  assertForeseen(await runInOneProcess(homeArgs(replica, dir, "--no-reconcile")), 3);
  assertForeseen(await runInOneProcess(homeArgs(replica, dir)), 3);
  assertForeseen(await runInOneProcess(consolidateArgs(dir)), 0);
  const layout = new Layout(dir);
  await writeAccepted(layout.acceptedRecord("DETR"), new Set([NAMES[0]]));
  await new DailyMarks(layout, "DETR", Date.now()).enter("maintenance");
  Deno.writeTextFileSync(layout.reserve, "reserved".repeat(100));
  for (const path of Object.values(KINDS).flat()) Deno.statSync(join(dir, path));
  replica.clearFaults();
  replica.listed.until = null;
  failing.move();
  return replica;
}

/** The arguments of a consolidation of all months in such a directory. */
export function consolidateArgs(dir: string): string[] {
  return ["--wrk-dir", dir, "consolidate-month", "DETR", "--all", "--yes"];
}

/** The arguments of a fetch in such a directory, with its log file there. */
export function homeArgs(replica: Replica, dir: string, ...more: readonly string[]): string[] {
  return fetchArgs(replica, dir, ["DETR"], "--log-file", join(dir, "detr.log"), ...more);
}
