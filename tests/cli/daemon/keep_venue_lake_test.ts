import assert from "node:assert/strict";
import { dirname } from "node:path";
import { keepVenueLake } from "../../../src/cli/daemon/keep_venue_lake.ts";
import { type Collaborators, wire } from "../../../src/cli/wiring.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { DailyMarks } from "../../../src/store/state/daily_marks.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { storeDay } from "../../e2e/months.ts";
import { FakeClock } from "../../feed/fake_clock.ts";

const NOON = Date.UTC(2026, 8, 1, 12);
const NEVER = new AbortController().signal;

/** What the export of a working directory works with, at noon of a day; `works` counts what it has tried. */
function toolsOf(dir: string): { tools: Collaborators; clock: FakeClock; works: () => number } {
  const clock = Object.assign(new FakeClock(), { millis: NOON });
  let works = 0;
  const oneAtATime: Collaborators["oneAtATime"] = (work) => {
    works++;
    return work();
  };
  return { tools: { ...wire({ wrkDir: dir }, null), clock, oneAtATime }, clock, works: () => works };
}

/** Creates a file where a folder belongs: whatever is asked of the folder is refused. */
function inTheWay(folder: string): void {
  Deno.mkdirSync(dirname(folder), { recursive: true });
  Deno.writeTextFileSync(folder, "");
}

const exported = (lake: string) =>
  filesBelow(lake).filter((path) => path.endsWith(".parquet"))
    .map((path) => /year=(\d+)\/month=(\d+)/.exec(path)!.slice(1).join("-")).sort();

Deno.test("an export that fails is tried again on the next day, not on the same one", async () => {
  using dir = temporaryDirectory();
  await storeDay(dir.path, "2026-07-31");
  Deno.writeTextFileSync(dir.of("no folder"), "");
  const { tools, clock, works } = toolsOf(dir.path);
  for (let cycle = 0; cycle < 3; cycle++) await keepVenueLake("DETR", dir.of("no folder/lake"), tools, NEVER);
  assert.equal(works(), 1);
  clock.millis += 86_400_000;
  await keepVenueLake("DETR", dir.of("no folder/lake"), tools, NEVER);
  assert.equal(works(), 2);
});

Deno.test("a folder that cannot be listed, or marks that cannot be read, do not make the caller fail", async () => {
  using dir = temporaryDirectory();
  const { tools, works } = toolsOf(dir.path);
  const { layout } = tools;
  inTheWay(layout.ofVenue(TRADES_BY_DAY, "DETR"));
  await keepVenueLake("DETR", dir.of("lake"), tools, NEVER);
  assert.ok(new DailyMarks(layout, "DETR", NOON).has("export"), "not again on this day");

  Deno.removeSync(dirname(layout.dailyMarks("DETR")), { recursive: true });
  inTheWay(dirname(layout.dailyMarks("DETR")));
  assert.throws(() => new DailyMarks(layout, "DETR", NOON));
  await keepVenueLake("DETR", dir.of("lake"), tools, NEVER);
  assert.equal(works(), 0);
});

Deno.test("an export of many months is spread over cycles: the newest at once, and one file of the others a cycle", async () => {
  using dir = temporaryDirectory();
  for (const day of ["2026-05-29", "2026-06-30", "2026-07-31"]) await storeDay(dir.path, day);
  const { tools, works } = toolsOf(dir.path);
  const cycles = [];
  for (let cycle = 0; cycle < 4; cycle++) {
    await keepVenueLake("DETR", dir.of("lake"), tools, NEVER);
    cycles.push(exported(dir.of("lake")));
  }
  assert.deepEqual(cycles[0], ["2026-05", "2026-07"]);
  assert.deepEqual(cycles[1], ["2026-05", "2026-06", "2026-07"]);
  assert.deepEqual(cycles[3], cycles[1]);
  assert.equal(works(), 9, "each month of each dataset was looked at once");
});

Deno.test("an export that is interrupted says so, and is made in the next cycle", async () => {
  using dir = temporaryDirectory();
  await storeDay(dir.path, "2026-07-31");
  const { tools } = toolsOf(dir.path);
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  await assert.rejects(keepVenueLake("DETR", dir.of("lake"), tools, stop.signal), /stopped/);
  await keepVenueLake("DETR", dir.of("lake"), tools, NEVER);
  assert.deepEqual(exported(dir.of("lake")), ["2026-07"]);
});
