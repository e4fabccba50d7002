import assert from "node:assert/strict";
import type { Outcome } from "../../src/collect/download.ts";
import {
  LOST_AFTER_CYCLES,
  lostNames,
  newlyLost,
  nextPending,
  triedAgain,
} from "../../src/collect/pending.ts";
import { dailyFile } from "../../src/feed/file_names.ts";
import type { PendingFile } from "../../src/store/state/pending_record.ts";
import { minutesOf } from "./situations.ts";

const FILES = minutesOf("2026-09-01", "09:00", 5);
const [a, b, c, d, e] = FILES.map(({ name }) => name);
const NONE: ReadonlySet<string> = new Set();
const GONE = "listed, but not there (HTTP 400)";

const pending = (absentCycles: number, reason = "why"): PendingFile => ({ absentCycles, reason });

Deno.test("nextPending() counts a cycle for each file that the exchange does not have, with the status it answered, and counts nothing else", () => {
  const before = new Map(FILES.map(({ name }) => [name, pending(1)]));
  const outcomes = new Map<string, Outcome>([
    [a, { kind: "gone", reason: "HTTP 400" }],
    [b, { kind: "failed", reason: "HTTP 500, 3 times" }],
    [c, { kind: "rejected", reason: "incorrect header check", path: "/rejected" }],
    [d, { kind: "kept", bytes: 20, lines: 0, packed: false, version: null }],
  ]);
  assert.deepEqual([...nextPending(before, FILES, outcomes, NONE)], [
    [a, pending(2, GONE)],
    [b, pending(1, "HTTP 500, 3 times")],
    [c, pending(1, "incorrect header check")],
    [d, pending(1, "fetched, but its folder does not show it: check the disk")],
    [e, pending(1)],
  ]);
});

Deno.test("nextPending() starts to count when a file is missing for the first time, and says that the others were not fetched", () => {
  const outcomes = new Map<string, Outcome>([[a, { kind: "gone", reason: "HTTP 400" }]]);
  assert.deepEqual([...nextPending(new Map(), FILES.slice(0, 2), outcomes, NONE)], [
    [a, pending(1, GONE)],
    [b, pending(0, "not fetched yet")],
  ]);
});

Deno.test("nextPending() counts no cycle for a name whose bytes were rejected: it is requested again, and not lost", () => {
  const before = new Map([[a, pending(2)], [b, pending(LOST_AFTER_CYCLES)], [c, pending(2)]]);
  const outcomes = new Map<string, Outcome>([[a, { kind: "gone", reason: "HTTP 400" }], [c, {
    kind: "gone",
    reason: "HTTP 400",
  }]]);
  const after = nextPending(before, FILES.slice(0, 3), outcomes, new Set([a, b]));
  assert.deepEqual([...after], [[a, pending(0, GONE)], [b, pending(0)], [c, pending(3, GONE)]]);
  assert.deepEqual(lostNames(after), new Set([c]));
});

Deno.test("nextPending() counts no cycle for the newest daily file: it is listed before it exists", () => {
  const dailies = ["2026-08-31", "2026-09-01"].map((date) => dailyFile("DETR", date));
  const gone = new Map<string, Outcome>(
    dailies.map(({ name }) => [name, { kind: "gone", reason: "HTTP 404" }]),
  );
  let record: ReadonlyMap<string, PendingFile> = new Map();
  for (let cycle = 0; cycle < LOST_AFTER_CYCLES; cycle++) record = nextPending(record, dailies, gone, NONE);
  assert.deepEqual(lostNames(record), new Set([dailies[0].name]));
});

Deno.test("nextPending() forgets what is no longer missing", () => {
  assert.deepEqual(nextPending(new Map([[a, pending(1)]]), [], new Map(), NONE), new Map());
});

Deno.test("lostNames() returns names that were missing in three cycles, as long as they are listed", () => {
  const record = new Map([[a, pending(LOST_AFTER_CYCLES - 1)], [b, pending(LOST_AFTER_CYCLES)], [
    c,
    pending(9),
  ]]);
  assert.deepEqual(lostNames(record), new Set([b, c]));
  assert.deepEqual(lostNames(nextPending(record, FILES, new Map(), NONE)), new Set([b, c]));
});

Deno.test("a missing file is lost at the third cycle, not before", () => {
  const outcomes = new Map<string, Outcome>([[a, { kind: "gone", reason: "HTTP 400" }]]);
  let record = nextPending(new Map(), FILES.slice(0, 1), outcomes, NONE);
  const lost = [lostNames(record).has(a)];
  for (let cycle = 2; cycle <= 3; cycle++) {
    record = nextPending(record, FILES.slice(0, 1), outcomes, NONE);
    lost.push(lostNames(record).has(a));
  }
  assert.deepEqual(lost, [false, false, true]);
});

Deno.test("newlyLost() returns names given up in this cycle, and names that are no longer listed and were never stored", () => {
  const before = new Map([[a, pending(2)], [b, pending(3)], [c, pending(0)], [d, pending(0)], [
    e,
    pending(3),
  ]]);
  const after = new Map([[a, pending(3)], [b, pending(3)]]);
  assert.deepEqual(newlyLost(before, after, new Set([d])), [a, c]);
  assert.deepEqual(newlyLost(new Map(), new Map(), new Set()), []);
});

Deno.test("triedAgain() returns the names that are not lost", () => {
  const record = new Map([[a, pending(0)], [b, pending(LOST_AFTER_CYCLES - 1)], [
    c,
    pending(LOST_AFTER_CYCLES),
  ]]);
  assert.deepEqual([...triedAgain(record).keys()], [a, b]);
});
