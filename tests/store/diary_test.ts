import assert from "node:assert/strict";
import { Diary } from "../../src/store/records/daily_marks.ts";
import { Layout } from "../../src/store/layout.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const DAY = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;

Deno.test("a diary knows what was entered on its UTC day, also in another process, and nothing of another day", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const diary = new Diary(layout, "DETR", DAY);
  assert.ok(!diary.has("upkeep"));
  await diary.enter("upkeep");
  await diary.enter("a", "b");
  const known = (now: number, venue = "DETR") =>
    ["upkeep", "a", "b", "c"].filter((what) => new Diary(layout, venue, now).has(what));
  assert.deepEqual(known(DAY + 23 * HOUR), ["upkeep", "a", "b"]);
  assert.deepEqual(known(DAY + 24 * HOUR), []);
  assert.deepEqual(known(DAY - 1), []);
  assert.deepEqual(known(DAY, "DFRA"), []);
});

Deno.test("what a diary has learned it knows on any day, also in another process, and only of its venue", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  await new Diary(layout, "DETR", DAY).learn(["a", "b"]);
  await new Diary(layout, "DETR", DAY + 24 * HOUR).enter("c");
  await new Diary(layout, "DETR", DAY + 24 * HOUR).learn([]);
  const known = (now: number, venue = "DETR") => {
    const diary = new Diary(layout, venue, now);
    return ["a", "b", "c"].filter((what) => diary.knows(what));
  };
  assert.deepEqual(known(DAY), ["a", "b"]);
  assert.deepEqual(known(DAY + 400 * 24 * HOUR), ["a", "b"]);
  assert.deepEqual(known(DAY, "DFRA"), []);
  const before = Deno.statSync(layout.diary("DETR")).ino;
  await new Diary(layout, "DETR", DAY).learn(["b"]);
  assert.equal(Deno.statSync(layout.diary("DETR")).ino, before, "nothing new is not written");
});

Deno.test("what is no diary is an empty one, and is replaced", async () => {
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
      '{"date":"2026-09-01","done":"upkeep"}',
    ]
  ) {
    Deno.writeTextFileSync(layout.diary("DETR"), text);
    const diary = new Diary(layout, "DETR", DAY);
    assert.ok(!diary.has("upkeep"), text);
    await diary.enter("upkeep");
    assert.ok(new Diary(layout, "DETR", DAY).has("upkeep"));
  }
});
