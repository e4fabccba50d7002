import assert from "node:assert/strict";
import { announceEnd, type CycleOutcome } from "../../src/daemon/announce.ts";
import { counting, type Failures, loudnessOf, NO_FAILURES } from "../../src/daemon/failures.ts";

const OUTAGE = 3;
const DOWN = "the exchange is unavailable";

/** The log of cycles one after the other; each outcome is the reason of its failure, or null. */
function logOf(...outcomes: (string | null)[]): string[] {
  let failures: Failures = NO_FAILURES;
  return outcomes.flatMap((failure, i) => {
    const outcome: CycleOutcome = {
      summary: failure === null ? "3 of it" : "",
      failure,
      unavailable: false,
      nothingYet: false,
    };
    const before = failures;
    failures = counting(before, failure);
    return announceEnd({ ...outcome, number: i + 1, seconds: 4.24, missed: 0 }, before, failures, OUTAGE)
      .map(({ level, message }) => `${level} ${message}`);
  });
}

Deno.test("a cycle is one line of the log, also when it fails", () => {
  assert.deepEqual(logOf(null, DOWN, null), [
    "info Cycle 1: 3 of it, 4.2 s",
    `error Cycle 2 failed: ${DOWN}`,
    "info Cycle 3: 3 of it, 4.2 s",
    "info Working again after 1 failed cycle(s)",
  ]);
});

Deno.test("an error that repeats is escalated, not repeated", () => {
  const lines = logOf(...Array.from({ length: 13 }, () => DOWN));
  assert.deepEqual(lines.filter((line) => line.startsWith("error")), [
    `error Cycle 1 failed: ${DOWN}`,
    `error 3 cycles in a row have failed: ${DOWN}`,
    `error 6 cycles in a row have failed: ${DOWN}`,
    `error 12 cycles in a row have failed: ${DOWN}`,
  ]);
  assert.equal(lines[1], "info Cycle 2 failed like the one before, 2 in a row");
  assert.equal(lines.length, 13);
});

Deno.test("a new error is logged, however many failures came before", () => {
  const before = { inARow: 4, reason: DOWN };
  assert.equal(loudnessOf(before, counting(before, "disk full"), OUTAGE), "new");
  assert.equal(loudnessOf(before, counting(before, DOWN), OUTAGE), "repeated");
});

Deno.test("the log says what a failed cycle did nevertheless, and which starts it skipped", () => {
  const outcome: CycleOutcome = { summary: "2 of it", failure: DOWN, unavailable: true, nothingYet: false };
  const lines = announceEnd(
    { ...outcome, number: 7, seconds: 1, missed: 2 },
    NO_FAILURES,
    counting(NO_FAILURES, DOWN),
    OUTAGE,
  );
  assert.deepEqual(lines, [
    { level: "error", message: `Cycle 7 failed (2 of it): ${DOWN}` },
    { level: "warning", message: "Skipped 2 start(s) while cycle 7 was running" },
  ]);
});
