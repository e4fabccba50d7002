import assert from "node:assert/strict";
import { dirname } from "node:path";
import { quotesCollected } from "../../../src/collect/quotes/quotes_collected.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { keptFiles, keptWithData } from "../../../src/store/kept_files.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { listedDuring } from "../../store/listed.ts";

const HOURS = ["2026-09-01T08", "2026-09-01T09", "2026-09-02T08"];

Deno.test("the dates of quotes are told by the folders of days, and nothing else walks through those of hours, of which years have 150,000", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  for (const hour of HOURS) {
    Deno.mkdirSync(dirname(layout.partition(QUOTES_BY_HOUR, "DGAT", hour)), { recursive: true });
  }
  const listed = listedDuring(() => {
    assert.deepEqual(quotesCollected().storedDates(layout, "DGAT"), ["2026-09-01", "2026-09-02"]);
    assert.equal(keptFiles(layout, "DGAT").files, 0);
    assert.deepEqual(keptWithData(layout, "DGAT"), []);
  });
  assert.ok(listed.some((path) => path.endsWith("quotes/venue=DGAT/year=2026/month=09")));
  assert.deepEqual(listed.filter((path) => path.includes("day=") && !path.includes("/aside/")), []);
});
