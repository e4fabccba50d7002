import type { Ending } from "../collect/fetch_venue.ts";
import { type CycleReport, isComplete, type VenueResult } from "../collect/report.ts";
import { EXIT, exitCodeOf, messageOf } from "./exit.ts";

/** What a run ends with whose cycle ended so, and the failure in words. */
export function conclude(ending: Ending): Pick<VenueResult, "exitCode" | "error"> {
  if (ending.kind === "done") return { exitCode: exitCodeOfReport(ending.report), error: null };
  return { exitCode: exitCodeOf(ending.error), error: messageOf(ending.error) };
}

/** What a complete, incomplete or damaged cycle ends with. */
function exitCodeOfReport(report: CycleReport): number {
  if (report.findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  return isComplete(report) ? EXIT.done : EXIT.inPart;
}
