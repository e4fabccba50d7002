import type { Ending } from "../collect/fetch_venue.ts";
import { type CycleReport, isComplete, type VenueResult } from "../collect/report.ts";
import { EXIT, exitCodeOf, messageOf } from "./exit.ts";

/** The exit code of a run whose cycle ended this way, and the failure in words. */
export function conclude(ending: Ending): Pick<VenueResult, "exitCode" | "error"> {
  if (ending.kind === "done") return { exitCode: exitCodeOfReport(ending.report), error: null };
  return { exitCode: exitCodeOf(ending.error), error: messageOf(ending.error) };
}

function exitCodeOfReport(report: CycleReport): number {
  if (report.findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  return isComplete(report) ? EXIT.done : EXIT.inPart;
}
