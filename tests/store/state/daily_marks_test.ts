import assert from "node:assert/strict";
import { DailyMarks } from "../../../src/store/state/daily_marks.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

const DAY = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;

Deno.test("daily marks know what was entered on their UTC day, also in another process, and nothing of another day", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const marks = new DailyMarks(layout, "DETR", DAY);
  assert.ok(!marks.has("maintenance"));
  await marks.enter("maintenance");
  await marks.enter("a", "b");
  const known = (now: number, venue = "DETR") =>
    ["maintenance", "a", "b", "c"].filter((what) => new DailyMarks(layout, venue, now).has(what));
  assert.deepEqual(known(DAY + 23 * HOUR), ["maintenance", "a", "b"]);
  assert.deepEqual(known(DAY + 24 * HOUR), []);
  assert.deepEqual(known(DAY - 1), []);
  assert.deepEqual(known(DAY, "DFRA"), []);
});

Deno.test("what daily marks have learned is known on any later day, also in another process, and only for their venue", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  await new DailyMarks(layout, "DETR", DAY).learn(["a", "b"]);
  await new DailyMarks(layout, "DETR", DAY + 24 * HOUR).enter("c");
  await new DailyMarks(layout, "DETR", DAY + 24 * HOUR).learn([]);
  const known = (now: number, venue = "DETR") => {
    const marks = new DailyMarks(layout, venue, now);
    return ["a", "b", "c"].filter((what) => marks.knows(what));
  };
  assert.deepEqual(known(DAY), ["a", "b"]);
  assert.deepEqual(known(DAY + 400 * 24 * HOUR), ["a", "b"]);
  assert.deepEqual(known(DAY, "DFRA"), []);
  const before = Deno.statSync(layout.dailyMarks("DETR")).ino;
  await new DailyMarks(layout, "DETR", DAY).learn(["b"]);
  assert.equal(Deno.statSync(layout.dailyMarks("DETR")).ino, before, "nothing new is not written");
});

Deno.test("a file that is not a record of daily marks counts as an empty one, and is replaced", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  Deno.mkdirSync(layout.state);
  for (
    const text of [
      "",
      "17",
      "null",
      '{"learned":17}',
      '{"date":"2026-09-01"}',
      '{"date":"2026-09-01","done":"maintenance"}',
    ]
  ) {
    Deno.writeTextFileSync(layout.dailyMarks("DETR"), text);
    const marks = new DailyMarks(layout, "DETR", DAY);
    assert.ok(!marks.has("maintenance"), text);
    await marks.enter("maintenance");
    assert.ok(new DailyMarks(layout, "DETR", DAY).has("maintenance"));
  }
});
