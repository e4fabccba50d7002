/** The morning that most end-to-end tests fetch, the names of its files, and fetches of it. */
import type { DaySpec } from "../../scripts/replica/day.ts";
import type { Replica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { assertForeseen } from "./evidence.ts";
import { fetchArgs, type Run } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

export const DATE = "2026-09-01";
/** As many minute files as are fetched one by one where there is a daily file, with what a feed may send in them. */
export const MORNING: DaySpec = {
  venue: "DETR",
  date: DATE,
  trades: 600,
  minutes: { from: 480, until: 500 },
  untidiness: UNTIDY,
};
export const DAILY = `DETR-posttrade-daily-${DATE}.json.gz`;

/** The name of the morning's minute file of this index: `DETR-posttrade-2026-09-01T08_06.json.gz`. */
export function minuteFile(index: number): string {
  return `DETR-posttrade-${DATE}T08_${String(index).padStart(2, "0")}.json.gz`;
}

/** One fetch of DETR into `dir` in the shared process, however it ends. */
export function fetchDetr(exchange: Pick<Replica, "apiUrl">, dir: string, ...more: string[]): Promise<Run> {
  return runInOneProcess(fetchArgs(exchange, dir, ["DETR"], ...more));
}

/** The same, which ends with `code` as foreseen. */
export async function fetched(
  exchange: Pick<Replica, "apiUrl">,
  dir: string,
  code = 0,
  ...more: string[]
): Promise<Run> {
  const run = await fetchDetr(exchange, dir, ...more);
  assertForeseen(run, code);
  return run;
}
