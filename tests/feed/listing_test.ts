import assert from "node:assert/strict";
import fc from "fast-check";
import { parseListing } from "../../src/feed/listing.ts";
import { dailyFile, minuteFile } from "../../src/feed/file_names.ts";
import { sample, samplesAreHere } from "../samples.ts";

const MINUTE = minuteFile("DETR", "2025-11-03", 484);

function listing(names: readonly unknown[], rest: object = {}): string {
  return JSON.stringify({ SourcePrefix: "DETR-posttrade", ...rest, CurrentFiles: names });
}

Deno.test("parseListing() returns a file that is listed in several forms once", () => {
  const body = listing([
    "DETR-posttrade-2025-11-03T08_04.json.gz",
    "DETR-posttrade-2025-11-02-2025-11-03T08_04.json.gz",
    "-2025-11-03T08_04.json.gz",
  ]);
  assert.deepEqual(parseListing(body, "DETR"), { files: [MINUTE], skipped: [], absent: false });
});

Deno.test("parseListing() returns a daily file once, listed by midnight's name, by its usual one, or by both", () => {
  const midnight = "DETR-posttrade-2026-daily-09-25.json.gz";
  const usual = dailyFile("DETR", "2026-09-25");
  const files = (...names: string[]) => parseListing(listing(names), "DETR").files;
  assert.deepEqual(files(usual.name), [usual]);
  assert.deepEqual(files(midnight), [{ ...usual, servedAs: [midnight, usual.name] }]);
  for (const both of [[midnight, usual.name], [usual.name, midnight, usual.name]]) {
    assert.deepEqual(files(...both), [{ ...usual, servedAs: [usual.name, midnight] }]);
  }
});

Deno.test("parseListing() orders files oldest first, a daily file after the minutes of its date", () => {
  const files = [
    minuteFile("DETR", "2025-11-02", 1439),
    dailyFile("DETR", "2025-11-02"),
    minuteFile("DETR", "2025-11-03", 0),
    MINUTE,
    dailyFile("DETR", "2025-11-03"),
  ];
  fc.assert(fc.property(fc.shuffledSubarray(files, { minLength: 5 }), (shuffled) => {
    assert.deepEqual(parseListing(listing(shuffled.map(({ name }) => name)), "DETR").files, files);
  }));
});

Deno.test("parseListing() puts files of odd names last, and accepts a listing of only such names", () => {
  const odd = ["DETR-posttrade-2025-11-01T16_xx.json.gz", "DETR-posttrade-2025-11-03-evening.json.gz"];
  const { files, skipped } = parseListing(listing([...odd.toReversed(), MINUTE.name, odd[0]]), "DETR");
  assert.deepEqual([files.map(({ name }) => name), skipped], [[MINUTE.name, ...odd], []]);
  assert.deepEqual(parseListing(listing(odd), "DETR").files.map(({ kind }) => kind), ["odd", "odd"]);
});

Deno.test("parseListing() skips what is not a name of the venue, and keeps the rest", () => {
  const strange = ["DFRA-posttrade-2025-11-03T08_04.json.gz", "README.txt", "../x", 17, null, {
    toString: 1,
  }];
  const { files, skipped } = parseListing(listing([...strange, MINUTE.name]), "DETR");
  assert.deepEqual(files, [MINUTE]);
  assert.deepEqual(skipped, [...strange.slice(0, 3), "17", "null", '{"toString":1}']);
});

Deno.test("parseListing() ignores the other keys, which are numbers or strings or missing", () => {
  for (
    const rest of [{ FileCount: "1321", DaysToKeepOnWebpage: "1" }, { FileCount: 1897, SrcText: null }, {}]
  ) {
    assert.deepEqual(parseListing(listing([MINUTE.name], rest), "DETR").files, [MINUTE]);
  }
});

Deno.test("parseListing() throws when a body is not a listing, and never takes it for an empty one", () => {
  for (const body of ["", "<!DOCTYPE html>", '{"CurrentFiles":["a"']) {
    assert.throws(() => parseListing(body, "DETR"), /the listing is not JSON/, body);
  }
  for (const body of ["null", "[]", "{}", '"x"', '{"CurrentFiles":{}}', '{"CurrentFiles":null}']) {
    assert.throws(() => parseListing(body, "DETR"), /the listing has no list CurrentFiles/, body);
  }
});

Deno.test("parseListing() throws when no name can be that of a file: the exchange has renamed them all", () => {
  assert.throws(
    () => parseListing(JSON.stringify({ CurrentFiles: ["a.json", "b.json"] }), "DETR"),
    /2 names, none/,
  );
});

Deno.test("parseListing() accepts at most 10,000 names", () => {
  assert.equal(parseListing(listing(Array(10_000).fill(MINUTE.name)), "DETR").files.length, 1);
  assert.throws(() => parseListing(listing(Array(10_001).fill(MINUTE.name)), "DETR"), /more than 10000/);
});

Deno.test({
  name: "parseListing() reads a real listing of bare names whole",
  ignore: !samplesAreHere(),
  fn() {
    const body = new TextDecoder().decode(sample("listing-bare-2025-11-02.json"));
    const { files, skipped } = parseListing(body, "DETR");
    assert.deepEqual(skipped, []);
    assert.equal(files.length, JSON.parse(body).CurrentFiles.length);
  },
});
