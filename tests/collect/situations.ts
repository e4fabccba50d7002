import { type MinuteFile, minuteFile, type SourceFile } from "../../src/feed/source_file.ts";
import { ODD_PER_CYCLE, type Situation } from "../../src/collect/plan.ts";

/** A minute of the day: `at("08:34")` is 514. */
export function at(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

/** So many minute files of a date in a row, from a time on. */
export function minutesOf(date: string, from: string, count: number, venue = "DETR"): MinuteFile[] {
  return Array.from({ length: count }, (_, i) => minuteFile(venue, date, at(from) + i));
}

/** The names of files, as a set. */
export function namesOf(...files: readonly SourceFile[]): Set<string> {
  return new Set(files.map(({ name }) => name));
}

/** Nothing is stored and nothing given up, but what is said. */
export function situation(listed: readonly SourceFile[], known: Partial<Situation> = {}): Situation {
  return { listed, seen: new Set(), givenUp: new Set(), reconcile: true, oddLeft: ODD_PER_CYCLE, ...known };
}
