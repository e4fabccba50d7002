import assert from "node:assert/strict";
import { type Finding, findingsOf, isLoss } from "../../src/collect/findings.ts";
import type { Ingested } from "../../src/collect/publish/ingest.ts";
import type { DecodedFile } from "../../src/feed/decode/decode.ts";
import type { SourceFile } from "../../src/feed/file_names.ts";
import { minutesOf } from "./situations.ts";

const DATE = "2026-09-01";
const FILES = minutesOf(DATE, "09:00", 4);
const IN_ORDER: DecodedFile = {
  rows: 5,
  unstored: 0,
  rejected: 0,
  examples: [],
  unrecognizedKeys: null,
  unfilled: [],
  unknownKeys: new Map(),
  substitutes: new Set(),
};

const spooled = (file: SourceFile) => ({ file, path: `/raw/${file.name}`, version: null });

function decoded(file: SourceFile, found: Partial<DecodedFile> = {}): Ingested {
  return {
    kind: "decoded",
    spooled: spooled(file),
    decoded: { ...IN_ORDER, ...found },
    digest: "0123456789abcdef",
  };
}

Deno.test("findingsOf() has no findings for files that are in order or empty", () => {
  assert.deepEqual(findingsOf(DATE, []), []);
  assert.deepEqual(findingsOf(DATE, [decoded(FILES[0]), decoded(FILES[1], { rows: 0 })]), []);
});

Deno.test("findingsOf() reports bad lines by file, and adds up the unknown keys of a date", () => {
  const examples = [{ line: 3, reason: "not JSON" }];
  const found = findingsOf(DATE, [
    decoded(FILES[0], { rejected: 1, examples, unknownKeys: new Map([["new", 2], ["other", 1]]) }),
    decoded(FILES[1], { unknownKeys: new Map([["new", 3]]) }),
    decoded(FILES[2], { rejected: 2, examples: [] }),
  ]);
  assert.deepEqual(found, [
    { kind: "bad lines", name: FILES[0].name, count: 1, examples },
    { kind: "bad lines", name: FILES[2].name, count: 2, examples: [] },
    { kind: "unknown keys", date: DATE, keys: new Map([["new", 5], ["other", 1]]) },
  ]);
});

Deno.test("findingsOf() reports all files that are not understood in one finding, with the keys of the first", () => {
  const unrecognized = (file: SourceFile, keys: string[], lacking: string[] = []): Ingested => ({
    kind: "unrecognized",
    spooled: spooled(file),
    why: { keys, lacking },
  });
  const paths = FILES.slice(0, 2).map(({ name }) => `/raw/${name}`);
  assert.deepEqual(
    findingsOf(DATE, [unrecognized(FILES[0], ["a", "b"], ["price"]), unrecognized(FILES[1], ["c"])]),
    [
      { kind: "unrecognized", date: DATE, paths, keys: ["a", "b"], lacking: ["price"] },
    ],
  );
});

Deno.test("findingsOf() reports each raw file that can no longer be unpacked", () => {
  const damaged: Ingested = { kind: "damaged", spooled: spooled(FILES[0]), reason: "incorrect data check" };
  assert.deepEqual(findingsOf(DATE, [damaged, decoded(FILES[1])]), [
    { kind: "damaged raw file", name: FILES[0].name, reason: "incorrect data check" },
  ]);
});

Deno.test("isLoss() is true of every finding except stored rows, new or vanished keys, and a reconciliation", () => {
  const kinds: Record<Finding["kind"], boolean> = {
    "stored": false,
    "unknown keys": false,
    "gone keys": false,
    "reconciled": false,
    "unrecognized": true,
    "bad lines": true,
    "damaged raw file": true,
    "contradiction": true,
    "not rebuilt": true,
    "narrower filter": true,
    "damaged partition": true,
  };
  for (const [kind, loss] of Object.entries(kinds)) assert.equal(isLoss({ kind } as Finding), loss, kind);
});
