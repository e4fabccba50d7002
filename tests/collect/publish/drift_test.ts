import assert from "node:assert/strict";
import { goneKeys } from "../../../src/collect/publish/drift.ts";
import { DailyMarks } from "../../../src/store/state/daily_marks.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

const DATE = "2026-09-01";

Deno.test("goneKeys() reports a key as missing, on any later day, once all rows of the venue have carried it", async () => {
  using dir = temporaryDirectory();
  const gone = (day: number, carried: string[], missing: string[]) =>
    goneKeys(
      DATE,
      { rows: 500, carried: () => carried, missing: () => missing },
      new DailyMarks(new Layout(dir.path), "DEUR", Date.UTC(2026, 8, day)),
    );
  const tickId = [{ kind: "gone keys", date: DATE, keys: ["tickId"], rows: 500 }];
  assert.deepEqual(await gone(1, ["isin"], ["tickId", "sourceName"]), []);
  assert.deepEqual(await gone(2, ["tickId"], ["sourceName"]), []);
  assert.deepEqual(await gone(3, [], []), []);
  assert.deepEqual(await gone(4, ["isin"], ["tickId", "sourceName"]), tickId);
  assert.deepEqual(await gone(5, ["isin"], ["tickId"]), tickId);
});
