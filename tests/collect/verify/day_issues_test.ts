import assert from "node:assert/strict";
import {
  damagedPartition,
  isNamedByDigest,
  type LedgerFacts,
  ledgerIssues,
  rawIssues,
} from "../../../src/collect/verify/day_issues.ts";
import { dailyFile } from "../../../src/feed/file_names.ts";
import { CREDITED } from "../../../src/store/ledger.ts";
import { DIGEST, ledgerWith, minutesOf, spooled } from "../situations.ts";

const DATE = "2026-09-01";
const PATH = "/trades/trades.parquet";
const [FIRST, SECOND, THIRD] = minutesOf(DATE, "09:00", 3);
const DAILY = dailyFile("DETR", DATE);
const ENTRY = { rows: 10, rejected: 0, digest: DIGEST };

/** What is found of a date, as `kind severity: file: what`. */
function found(known: Partial<LedgerFacts>): string[] {
  const nothing = { venue: "DETR", date: DATE, path: PATH, spooled: [], ledger: new Map() };
  return ledgerIssues({ ...nothing, accepted: new Set(), ...known })
    .map(({ kind, severity, path, what }) => `${kind} ${severity}: ${path}: ${what}`);
}

Deno.test("a raw file is damaged when its digest is not the ledger's, or cannot be taken; not when it has been deleted", () => {
  const file = spooled(FIRST);
  const cases: [what: string, found: string | null, expected: string[]][] = [
    ["the same bytes", DIGEST, []],
    ["cleaned up meanwhile", null, []],
    ["other bytes", "fedcba9876543210", ["its digest is fedcba9876543210, not the ledger's"]],
    ["no file", "Is a directory", ["Is a directory"]],
  ];
  for (const [what, digest, expected] of cases) {
    const issues = rawIssues(file, ENTRY, digest);
    assert.deepEqual(issues.map(({ what }) => what), expected, what);
    assert.ok(issues.every(({ severity, path }) => severity === "damage" && path === file.path));
  }
});

Deno.test("of a damaged raw file with bad lines it is said that not all of it is stored", () => {
  const remedyOf = (rejected: number) => rawIssues(spooled(FIRST), { ...ENTRY, rejected }, "x")[0].remedy;
  assert.equal(remedyOf(0), "--repair sets it aside; what it held is in the partition");
  assert.equal(remedyOf(1), "--repair sets it aside; not all that it held is in the partition");
});

Deno.test("a raw file is compared only where the ledger names its bytes", () => {
  assert.ok(isNamedByDigest(ENTRY));
  assert.ok(!isNamedByDigest({ ...ENTRY, digest: CREDITED }));
  assert.ok(!isNamedByDigest(undefined));
});

Deno.test("of a partition that another program has written it is said how its trades are taken over", () => {
  const remedyOf = (isForeign: boolean) =>
    damagedPartition("DETR", DATE, PATH, { what: "cut", isForeign }).remedy;
  const repair = "--repair keeps it under another name and rebuilds the day";
  assert.equal(remedyOf(false), repair);
  assert.equal(
    remedyOf(true),
    `xetra-parqed adopt DETR takes over its trades, if it is the Python predecessor's; otherwise ${repair}`,
  );
});

Deno.test("raw files that are in no ledger are one warning, but for the accepted names", () => {
  const files = [FIRST, SECOND, THIRD].map((file) => spooled(file));
  const waiting = (...accepted: string[]) => found({ spooled: files, accepted: new Set(accepted) });
  assert.deepEqual(waiting(), [
    `waiting warning: /spool/${FIRST.name}: 3 raw files not in Parquet yet, this the first`,
  ]);
  assert.deepEqual(waiting(FIRST.name), [
    `waiting warning: /spool/${SECOND.name}: 2 raw files not in Parquet yet, this the first`,
  ]);
  assert.deepEqual(waiting(FIRST.name, SECOND.name, THIRD.name), []);
  const version = spooled(FIRST, DIGEST);
  assert.deepEqual(found({ spooled: [version], ledger: ledgerWith([FIRST]) }), [
    `waiting warning: ${version.path}: 1 raw file not in Parquet yet, this the first`,
  ]);
});

Deno.test("a daily file whose trades are withheld is a contradiction; one that version 0.1.0 judged is to be judged anew", () => {
  const issues = (judged?: "taken" | "withheld", rejected = 0) =>
    found({ spooled: [spooled(DAILY)], ledger: ledgerWith([DAILY, { rejected, judged }]) })
      .map((issue) => issue.split(":")[0]);
  assert.deepEqual(issues(), []);
  assert.deepEqual(issues("taken", 3), []);
  assert.deepEqual(issues("withheld", 3), ["contradiction incomplete"]);
  assert.deepEqual(issues(undefined, 3), ["not judged incomplete"]);
});

Deno.test("a missing minute between two of a trading day is a gap, unless its daily file is stored", () => {
  const gap = [`gap warning: ${PATH}: gap of 1 minute, 09_01 to 09_01 UTC`];
  assert.deepEqual(found({ ledger: ledgerWith([FIRST], [THIRD]) }), gap);
  assert.deepEqual(found({ ledger: ledgerWith([FIRST]), spooled: [spooled(THIRD)] }).slice(1), gap);
  assert.deepEqual(found({ ledger: ledgerWith([FIRST], [SECOND], [THIRD]) }), []);
  assert.deepEqual(found({ ledger: ledgerWith([FIRST], [THIRD], [DAILY]) }), []);
  const [evening] = minutesOf(DATE, "23:00", 1);
  assert.deepEqual(found({ ledger: ledgerWith([THIRD], [evening]) }), [], "that is the next trading day's");
});
