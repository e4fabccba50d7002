import assert from "node:assert/strict";
import fc from "fast-check";
import { type Advance, advanceText, barOf, Progress } from "../../../src/cli/terminal/progress.ts";
import type { Outcome } from "../../../src/collect/download.ts";
import { configureLog } from "../../../src/log/setup.ts";

const CLEAR = "\r\x1b[K";
const KEPT: Outcome = { kind: "kept", bytes: 1000, lines: 500, packed: false, version: null };
const ADVANCE: Advance = {
  files: 34,
  planned: 60,
  trades: 12_345,
  elapsedMillis: 72_000,
  leftMillis: 60_000,
};

/** A progress on a screen that remembers what is written; a file takes two seconds. */
function onScreen(columns = 120) {
  const written: string[] = [];
  const screen = { write: (text: string) => void written.push(text), columns: () => columns };
  return { written, progress: new Progress(screen, () => 0, (requests) => requests * 2_000) };
}

Deno.test("advanceText() says how many files and trades, the rate per minute and the time left", () => {
  assert.equal(advanceText(ADVANCE), "34/60 files  12,345 trades  28 files/min  60 s left");
  assert.equal(
    advanceText({ ...ADVANCE, leftMillis: 0 }),
    "34/60 files  12,345 trades  28 files/min  0 s left",
  );
  const left = (leftMillis: number) => advanceText({ ...ADVANCE, leftMillis }).split("  ").at(-1);
  assert.deepEqual([1, 89_000, 89_001, 90_000, 120_000, 2_640_000].map(left), [
    "1 s left",
    "89 s left",
    "2 min left",
    "2 min left",
    "2 min left",
    "44 min left",
  ]);
});

Deno.test("advanceText() counts the first second as a whole one, so that the rate is not absurd", () => {
  assert.match(advanceText({ ...ADVANCE, files: 30, elapsedMillis: 0 }), /1800 files\/min/);
});

Deno.test("barOf() is as full as the run, and leaves the last column free", () => {
  const bar = (files: number, planned: number) => barOf({ ...ADVANCE, files, planned }, 200).slice(0, 26);
  assert.equal(bar(0, 60), `[${"·".repeat(24)}]`);
  assert.equal(bar(30, 60), `[${"#".repeat(12)}${"·".repeat(12)}]`);
  assert.equal(bar(60, 60), `[${"#".repeat(24)}]`);
  assert.equal(bar(0, 0), `[${"·".repeat(24)}]`);
  fc.assert(fc.property(fc.nat(2000), fc.nat(2000), fc.nat(200), (a, b, columns) => {
    const text = barOf({ ...ADVANCE, files: Math.min(a, b), planned: Math.max(a, b) }, columns);
    assert.ok(text.length <= Math.max(0, columns - 1));
  }));
});

Deno.test("Progress draws each line over the last one, and wipes it when everything is done", () => {
  const { written, progress } = onScreen();
  progress.plan(2);
  progress.count(KEPT);
  progress.count({ kind: "gone", reason: "HTTP 404" });
  assert.deepEqual(written, [
    `${CLEAR}[${"·".repeat(24)}]  0/2 files  0 trades  0 files/min  4 s left`,
    `${CLEAR}[${"#".repeat(12)}${"·".repeat(12)}]  1/2 files  500 trades  60 files/min  2 s left`,
    CLEAR,
  ]);
});

Deno.test("Progress promises no less time than the files so far took, when the quota is not what limits it", () => {
  let now = 0;
  const written: string[] = [];
  const screen = { write: (text: string) => void written.push(text), columns: () => 120 };
  const progress = new Progress(screen, () => now, () => 0);
  progress.plan(120);
  const leftAfter = (files: number, seconds: number) => {
    for (let i = 0; i < files; i++) {
      now += seconds * 1000 / files;
      progress.count(KEPT);
    }
    return written.at(-1)!.split("  ").at(-1);
  };
  assert.equal(leftAfter(29, 29), "0 s left");
  assert.equal(leftAfter(1, 1), "2 min left");
  assert.equal(leftAfter(30, 30), "60 s left");
});

Deno.test("Progress adds up the plans of several venues, and counts the trades of kept files only", () => {
  const { written, progress } = onScreen();
  progress.plan(1);
  progress.plan(3);
  for (
    const outcome of [KEPT, { kind: "failed", reason: "x" }, {
      kind: "rejected",
      reason: "x",
      path: "x",
    }] as const
  ) progress.count(outcome);
  assert.match(written.at(-1)!, /3\/4 files {2}500 trades/);
});

Deno.test("Progress makes room for a line of the log only where there is something to wipe", () => {
  const { written, progress } = onScreen();
  progress.wipe();
  assert.deepEqual(written, []);
  progress.plan(1);
  progress.wipe();
  progress.wipe();
  assert.deepEqual(written.slice(1), [CLEAR]);
  progress.draw();
  assert.equal(written.length, 3);
});

Deno.test("without a terminal, a line of the log reports the progress every 50 files", async () => {
  const lines: string[] = [];
  const running = configureLog({
    level: "INFO",
    stderr: { write: (line) => void lines.push(line), colour: false, journald: false },
    clock: () => 0,
  });
  const progress = new Progress(null, () => 0, () => 0);
  progress.plan(120);
  for (let i = 0; i < 120; i++) progress.count(KEPT);
  progress.wipe();
  await running.close();
  assert.equal(lines.length, 2);
  assert.match(lines[0], /50\/120 files {2}25,000 trades/);
  assert.match(lines[1], /100\/120 files/);
});
