import assert from "node:assert/strict";
import { type Issue, issue } from "../../../src/collect/verify/issues.ts";
import { afterwards, isMendable, type Mended } from "../../../src/collect/verify/mend.ts";
import type { Verification } from "../../../src/collect/verify/verify_venue.ts";

const DATE = "2026-09-02";
const found = (kind: Issue["kind"], date = DATE) => issue(kind, date, "/path", "what", "remedy");

/** A verification that found these issues among two partitions of ten trades. */
const verification = (...issues: Issue[]): Verification => ({
  venue: "DETR",
  dates: 3,
  partitions: 2,
  trades: 20,
  rawFiles: 0,
  dailyFiles: 0,
  monthFiles: 1,
  kept: { files: 0, bytes: 0, first: null },
  issues,
});

/** A day that was verified once more, with so many trades; null when it is damaged still. */
const day = (rows: number | null, ...issues: Issue[]) => {
  const partition = rows === null
    ? null
    : { rows, ledger: new Map(), digest: "", tradingDates: null, filter: null };
  return { date: DATE, partition, rawFiles: 0, issues };
};

const mended = (known: Partial<Mended>): Mended => ({ repairs: [], days: [], months: [], ...known });

Deno.test("a repair can do something about damaged files and what is not judged, and about nothing else", () => {
  const kinds: Record<Issue["kind"], boolean> = {
    "damaged partition": true,
    "damaged raw file": true,
    "damaged month": true,
    "not judged": true,
    "trades missing": false,
    "not reconciled": false,
    "contradiction": false,
    "shrunk days": false,
    "gap": false,
    "waiting": false,
    "stale month": false,
    "not compared": false,
    "stray file": false,
  };
  for (const [kind, expected] of Object.entries(kinds)) {
    assert.equal(isMendable(found(kind as Issue["kind"])), expected, kind);
  }
});

Deno.test("of a day that was repaired, what its own files showed before is replaced by what they show now", () => {
  const cases: [what: string, before: Issue[], now: Issue[], expected: Issue[]][] = [
    ["whole again", [found("damaged partition")], [], []],
    ["damaged still", [found("damaged partition")], [found("damaged partition")], [
      found("damaged partition"),
    ]],
    ["a gap shows", [found("damaged partition")], [found("gap")], [found("gap")]],
    ["what a daily file showed stays", [found("damaged raw file"), found("trades missing")], [], [
      found("trades missing"),
    ]],
    ["a stray file stays", [found("damaged raw file"), found("stray file")], [], [found("stray file")]],
    ["other dates stay, in order", [found("gap", "2026-09-03"), found("damaged raw file")], [found("gap")], [
      found("gap"),
      found("gap", "2026-09-03"),
    ]],
  ];
  for (const [what, before, now, expected] of cases) {
    assert.deepEqual(
      afterwards(verification(...before), mended({ days: [day(10, ...now)] })).issues,
      expected,
      what,
    );
  }
});

Deno.test("a partition that was regained counts with its trades; one that was whole before does not count twice", () => {
  const figures = (issues: Issue[], known: Partial<Mended>) => {
    const { partitions, trades, monthFiles } = afterwards(verification(...issues), mended(known));
    return [partitions, trades, monthFiles];
  };
  const judged = { kind: "judged", date: DATE, path: "/path", added: 4 } as const;
  assert.deepEqual(figures([found("damaged partition")], { days: [day(7)] }), [3, 27, 1]);
  assert.deepEqual(figures([found("damaged partition")], { days: [day(null)] }), [2, 20, 1]);
  assert.deepEqual(figures([found("damaged raw file")], { days: [day(10)] }), [2, 20, 1]);
  assert.deepEqual(figures([found("not judged")], { days: [day(14)], repairs: [judged] }), [2, 24, 1]);
  assert.deepEqual(
    figures([found("damaged partition")], { days: [day(14)], repairs: [judged] }),
    [3, 34, 1],
    "what was added is among its trades already",
  );
  const month = { month: "2026-09", stored: { rows: 20, days: [] }, issues: [] };
  assert.deepEqual(figures([found("damaged month", "2026-09")], { months: [month] }), [2, 20, 2]);
});
