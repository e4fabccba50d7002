/** How many tests there were, by how they ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The counts of Deno's JUnit report; zeros for an empty one, which an aborted run leaves. */
export function countsOf(report: string): Counts {
  const total = /<testsuites [^>]*tests="(\d+)"[^>]*failures="(\d+)"[^>]*errors="(\d+)"/.exec(report);
  const [tests, failures, errors] = (total ?? [0, 0, 0, 0]).slice(1).map(Number);
  const skipped = [...report.matchAll(/<skipped\b/g)].length;
  const failed = failures + errors;
  return { passed: tests - failed - skipped, failed, skipped };
}

/** The sum of all. */
export function sumOf(counts: readonly Counts[]): Counts {
  const sum = (of: keyof Counts) => counts.reduce((total, each) => total + each[of], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** `12 passed, 1 failed, 0 skipped` */
export function textOf({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
