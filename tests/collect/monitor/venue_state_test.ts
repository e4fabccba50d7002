import assert from "node:assert/strict";
import { namesHeldBack } from "../../../src/collect/monitor/held_back.ts";
import { EXIT } from "../../../src/cli/exit.ts";
import type { VenueResult } from "../../../src/collect/report.ts";
import {
  isFailure,
  readVenueState,
  shownState,
  stateAfter as stateAfterBy,
  writeVenueState,
} from "../../../src/collect/monitor/venue_state.ts";
import type { VenueState } from "../../../src/collect/monitor/health.ts";
import type { Finding } from "../../../src/collect/findings.ts";
import type { CycleReport } from "../../../src/collect/report.ts";
import { Layout, QuotesLayout } from "../../../src/store/layout.ts";
import { readRecord, writeRecord } from "../../../src/store/state/state_record.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { REPORT, START } from "../cycle_report.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const STRANGE = {
  kind: "unrecognized" as const,
  date: "2026-09-01",
  paths: ["/raw/DETR-posttrade-2026-09-01T08_35.json.gz", "/raw/DETR-posttrade-2026-09-01T08_36.json.gz"],
  keys: ["a"],
  lacking: [],
};
const VERSION = "/raw/DETR-posttrade-2026-08-31T09_00.json.gz.~0123456789abcdef";

const done = (known: Partial<CycleReport> = {}, exitCode: number = EXIT.done): VenueResult => ({
  venue: "DETR",
  exitCode,
  report: { ...REPORT, ...known },
  error: null,
  start: START,
  end: START + 1500,
});
const failed = (exitCode: number, error: string): VenueResult => ({
  ...done(),
  exitCode,
  report: null,
  error,
});

const stateAfter = (before: VenueState | null, result: VenueResult) => stateAfterBy(before, result, "1.2.3");

Deno.test("stateAfter() the first cycle is what it did", () => {
  assert.deepEqual(stateAfter(null, done()), {
    version: "1.2.3",
    data: "trades",
    venue: "DETR",
    lastCycle: {
      start: "2026-09-01T09:00:00.000Z",
      end: "2026-09-01T09:00:01.500Z",
      files: 3,
      trades: 1200,
      exitCode: 0,
      error: null,
    },
    failedCycles: 0,
    nextCycle: null,
    asked: "2026-09-01T09:00:00.200Z",
    heldBack: null,
    newestMinute: "2026-09-01T08:44",
    notUnderstood: { files: 0, oldest: null },
    lost: { files: 0, last: null },
    rejected: [],
    oddNames: { odd: 0, others: 0, first: null },
    volume: null,
    reconciled: null,
    contradictions: [],
    days: [],
  });
});

Deno.test("stateAfter() names the files that wait to be published, until a cycle that knows finds none", () => {
  const heldBack = { names: ["DETR-posttrade-2026-09-01T08_34.json.gz"], until: 0 };
  const held = stateAfter(null, done({ heldBack }));
  const text = { names: heldBack.names, until: "1970-01-01T00:00:00.000Z" };
  assert.deepEqual(held.heldBack, text);
  assert.deepEqual(stateAfter(held, failed(EXIT.unavailable, "no listing")).heldBack, text);
  assert.equal(stateAfter(held, done()).heldBack, null);
});

Deno.test("a waiting file does not count as missing until its publication is overdue by the longest cycle", () => {
  const heldBack = { names: ["a"], until: "1970-01-01T00:00:00.000Z" };
  const state = { ...stateAfter(null, done()), heldBack };
  assert.deepEqual([...namesHeldBack(state, 180 * 60_000)], ["a"]);
  assert.deepEqual([...namesHeldBack(state, 180 * 60_000 + 1)], []);
  assert.deepEqual([...namesHeldBack(null, 0)], []);
});

Deno.test("stateAfter() counts the listed names of no known form: those that may be new ones, and the others", () => {
  const [odd, path] = ["DETR-posttrade-2026-09-01T16_xx.json.gz", "x/DETR-posttrade-2026-09-01.gz"];
  const both = stateAfter(null, done({ odd: [odd, path], skipped: ["README.txt", path] }));
  assert.deepEqual(both.oddNames, { odd: 2, others: 1, first: odd });
  assert.equal(
    stateAfter(null, done({ skipped: ["x".repeat(1_000)] })).oddNames.first,
    `${"x".repeat(128)}…`,
  );
  const other = stateAfter(both, done({ skipped: ["README.txt"] }));
  assert.deepEqual(other.oddNames, { odd: 0, others: 1, first: "README.txt" });
  assert.deepEqual(stateAfter(both, failed(EXIT.unavailable, "no listing")).oddNames, both.oddNames);
});

Deno.test("stateAfter() remembers lost files for three days", () => {
  const lost = stateAfter(null, done({ lost: ["a", "b"] }));
  assert.deepEqual(lost.lost, { files: 2, last: lost.lastCycle.end });
  assert.deepEqual(stateAfter(lost, done()).lost, lost.lost);
  assert.equal(stateAfter(lost, done({ lost: ["c"] })).lost.files, 3);
  const days = 3 * 86_400_000;
  assert.deepEqual(stateAfter(lost, { ...done(), end: done().end + days }).lost, { files: 0, last: null });
});

Deno.test("stateAfter() remembers them for three days from now when the clock was ahead at the time of the loss", () => {
  const lost = stateAfter(null, { ...done({ lost: ["a"] }), end: done().end + 365 * 86_400_000 });
  const right = stateAfter(lost, done());
  assert.deepEqual(right.lost, { files: 1, last: right.lastCycle.end });
});

Deno.test("stateAfter() counts failed cycles in a row, and starts again after one that succeeded", () => {
  const first = stateAfter(null, failed(EXIT.unavailable, "no listing"));
  const second = stateAfter(first, failed(EXIT.unavailable, "no listing"));
  assert.deepEqual([first.failedCycles, second.failedCycles], [1, 2]);
  assert.equal(second.lastCycle.error, "no listing");
  assert.equal(stateAfter(second, done({}, EXIT.inPart)).failedCycles, 0);
});

Deno.test("stateAfter() a failed cycle keeps what the cycle could not find out", () => {
  const before = stateAfter(null, done({ findings: [STRANGE] }));
  const { asked, newestMinute, notUnderstood, days } = stateAfter(
    before,
    failed(EXIT.unavailable, "no listing"),
  );
  assert.deepEqual(
    [asked, newestMinute, notUnderstood, days],
    [before.asked, before.newestMinute, before.notUnderstood, before.days],
  );
  const volume = { date: "2026-08-31", trades: 7, usual: null };
  assert.deepEqual(
    stateAfter(stateAfter(null, done({ volume })), done()).volume,
    volume,
    "judged once a day",
  );
  const planned = stateAfter({ ...before, nextCycle: "2026-09-01T10:00:00Z" }, done({ newestMinute: null }));
  assert.deepEqual([planned.nextCycle, planned.newestMinute], ["2026-09-01T10:00:00Z", "2026-09-01T08:44"]);
});

Deno.test("stateAfter() names the daily files that contradict the minutes, as long as the cycles find them so", () => {
  const [daily] = ["DETR-posttrade-daily-2026-09-01.json.gz"];
  const before = stateAfter(null, done({ contradictions: [daily] }));
  assert.deepEqual(before.contradictions, [daily]);
  assert.deepEqual(stateAfter(before, failed(EXIT.unavailable, "no listing")).contradictions, [daily]);
  assert.deepEqual(stateAfter(before, done()).contradictions, []);
});

Deno.test("stateAfter() counts the files that are not understood, with the oldest date among them", () => {
  const { notUnderstood, failedCycles } = stateAfter(
    null,
    done({ findings: [STRANGE, { ...STRANGE, date: "2026-08-31", paths: [VERSION] }] }, EXIT.inPart),
  );
  assert.deepEqual(notUnderstood, { files: 3, oldest: "2026-08-31" });
  assert.equal(failedCycles, 1);
});

Deno.test("stateAfter() has the rejected names, as found by the last cycle that knew", () => {
  const state = stateAfter(null, done({ rejected: ["a", "b"] }, EXIT.inPart));
  assert.deepEqual([state.rejected, state.failedCycles], [["a", "b"], 0]);
  assert.deepEqual(stateAfter(state, failed(EXIT.unavailable, "no listing")).rejected, ["a", "b"]);
  assert.deepEqual(stateAfter(state, done()).rejected, []);
});

Deno.test("isFailure() is true when files are not understood, and not when files are pending or contradict the minute files", () => {
  const contradiction: Finding = {
    kind: "contradiction",
    name: "x",
    onlyInMinutes: 30,
    minuteRows: 100,
    withheld: 7,
  };
  assert.ok(!isFailure(done()));
  assert.ok(!isFailure(done({}, EXIT.inPart)));
  assert.ok(isFailure(done({ findings: [STRANGE] }, EXIT.inPart)));
  assert.ok(!isFailure(done({ findings: [contradiction] }, EXIT.inPart)));
  const damaged: Finding = { kind: "damaged partition", date: "2026-09-01", message: "cut short" };
  assert.ok(isFailure(done({ findings: [damaged] }, EXIT.damagedData)));
  assert.ok(isFailure(failed(EXIT.busy, "held")));
});

Deno.test("a venue's state is read back as it was written, and is null where another version wrote it differently", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  assert.equal(readVenueState(layout, "DETR"), null);
  const state = stateAfter(null, done());
  await writeVenueState(layout, state);
  assert.deepEqual(readVenueState(layout, "DETR"), state);
  assert.match(
    Deno.readTextFileSync(layout.metrics("DETR")),
    /^xetra_parqed_last_cycle_trades\{venue="DETR"\} 1200$/m,
  );
  for (const text of ["", "17", "null", '{"venue":"DETR"}', JSON.stringify({ ...state, venue: "DEUR" })]) {
    Deno.writeTextFileSync(layout.status("DETR"), text);
    assert.equal(readVenueState(layout, "DETR"), null, text);
  }
});

Deno.test("a venue's state that version 0.1.0 left is read, with no rejected files", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const { rejected: _, ...earlier } = stateAfter(null, done());
  await writeRecord(layout.status("DETR"), earlier);
  assert.deepEqual(readVenueState(layout, "DETR"), stateAfter(null, done()));
});

Deno.test("a state of a version that did not know absent minutes is read as one without any", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const day = {
    date: "2026-09-01",
    listed: 5,
    stored: 5,
    waiting: 0,
    pending: 0,
    lost: 0,
    trades: 7,
    damaged: false,
  };
  const { asked: _, ...old } = stateAfter(null, done());
  await writeRecord(layout.status("DETR"), { ...old, days: [day] });
  const { asked, days } = readVenueState(layout, "DETR")!;
  assert.deepEqual([asked, days], [null, [{ ...day, absent: 0 }]]);
});

Deno.test("a state of quotes counts them as quotes in its file, and is read back where an earlier version called them trades", async () => {
  using dir = temporaryDirectory();
  const layout = new QuotesLayout(dir.path);
  const day = { date: "2026-09-01", listed: 5, stored: 5, waiting: 0, pending: 0, lost: 0, absent: 0 };
  const state = stateAfterBy(
    null,
    done({ days: [{ ...day, trades: 7, damaged: false }] }),
    "1.2.3",
    "quotes",
  );
  await writeVenueState(layout, state);
  const shown = readRecord(layout.status("DETR")) as ReturnType<typeof shownState>;
  assert.deepEqual(shown, { ...shownState(state), days: [{ ...day, quotes: 7, damaged: false }] });
  assert.doesNotMatch(Deno.readTextFileSync(layout.status("DETR")), /trades/);
  assert.deepEqual(readVenueState(layout, "DETR"), state);
  await writeRecord(layout.status("DETR"), state);
  assert.deepEqual(readVenueState(layout, "DETR"), state);
});
