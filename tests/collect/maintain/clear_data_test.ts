import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { clearData } from "../../../src/collect/maintain/clear_data.ts";
import { strayFiles } from "../../../src/collect/monitor/stray_files.ts";
import { lookAfter } from "../../../src/collect/maintain/maintenance.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { keptFiles } from "../../../src/store/kept_files.ts";
import { Predecessor } from "../../../src/store/predecessor.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { asideOf } from "../../e2e/harness.ts";
import { lines, Venue } from "../daily_files.ts";
import { clockAt, toolsOf } from "./maintenance_tools.ts";

const DATE = "2026-09-01";
const DIGEST = "0123456789abcdef";

/** Stores a day and puts beside it the files that version 0.1.0 kept among the data; returns their paths. */
async function keptByOld(venue: Venue): Promise<string[]> {
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 10));
  const [raw] = venue.spool.files(DATE);
  const partition = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  const kept = [
    `${partition}.~${DIGEST}.predecessor`,
    `${partition}.damaged-20260902T030405Z`,
    `${venue.layout.partition(TRADES_BY_MONTH, "DETR", "2026-09")}.damaged-20260902T030405Z`,
    `${raw.path}.damaged-20260902T030405Z`,
  ];
  for (const path of kept) {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, path);
  }
  const folder = `${partition}.damaged-20260903T030405Z`;
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(join(folder, "note.txt"), "mine");
  return [...kept, folder].sort();
}

/** What lies at these paths, which may be folders. */
function contentOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => Deno.statSync(path).isFile ? [path] : filesBelow(path))
    .map((path) => Deno.readTextFileSync(path));
}

Deno.test("files that version 0.1.0 kept among the data are moved out of the data folders unchanged; a second run changes nothing", async () => {
  using venue = new Venue();
  const kept = await keptByOld(venue);
  const content = contentOf(kept);
  const { files, bytes } = keptFiles(venue.layout, "DETR");
  assert.equal(files, 5);
  for (let times = 1; times <= 2; times++) {
    clearData(venue.spool);
    assert.deepEqual(contentOf(kept.map(asideOf)), content);
    assert.deepEqual(strayFiles(venue.layout, "DETR"), []);
    assert.equal(filesBelow(venue.layout.rawDay("DETR", DATE)).length, 1);
    const now = keptFiles(venue.layout, "DETR");
    assert.deepEqual([now.files, now.bytes], [files, bytes], "and goes on being told");
  }
  assert.deepEqual(await venue.ids(DATE), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("a kept file of the predecessor is found both in its old place and in its new one", async () => {
  using venue = new Venue();
  await keptByOld(venue);
  const predecessor = new Predecessor(venue.layout, "DETR");
  const path = `${venue.layout.partition(TRADES_BY_DAY, "DETR", DATE)}.~${DIGEST}.predecessor`;
  assert.deepEqual(predecessor.kept(DATE), [{ path, digest: DIGEST }]);
  clearData(venue.spool);
  assert.deepEqual(predecessor.kept(DATE), [{ path: asideOf(path), digest: DIGEST }]);
});

Deno.test("the daily maintenance clears the data folders, and removes what killed publications left in them and beside them", async () => {
  using venue = new Venue();
  const kept = await keptByOld(venue);
  const partition = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  const left = [
    join(dirname(partition), ".unfinished-trades.parquet-1"),
    join(dirname(partition), ".unfinished-rebuilt", DATE),
    join(venue.layout.workshop(partition), ".unfinished-rebuilt", DATE),
    join(venue.layout.workshop(partition), ".unfinished-trades.parquet-2"),
  ];
  for (const path of left) {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, "half");
  }
  const tools = toolsOf(venue, clockAt(Date.parse("2026-09-02T08:00:00Z")));
  await lookAfter("DETR", tools, new AbortController().signal);
  assert.deepEqual(filesBelow(venue.layout.venues(TRADES_BY_DAY)), [partition]);
  assert.deepEqual(filesBelow(venue.layout.venues(TRADES_BY_MONTH)), []);
  assert.equal(contentOf(kept.map(asideOf)).length, kept.length);
  assert.equal(filesBelow(asideOf(venue.layout.venues(TRADES_BY_DAY))).length, 3, "and nothing unfinished");
});
