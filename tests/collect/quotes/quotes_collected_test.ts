import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { newestQuoteDates, quotesCollected } from "../../../src/collect/quotes/quotes_collected.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { keptFiles, keptWithData } from "../../../src/store/kept_files.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
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

Deno.test("a cycle of quotes reads the folders of the newest month only, and of raw files", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  for (const hour of ["2026-07-01T08", "2026-08-31T08", ...HOURS]) {
    Deno.mkdirSync(dirname(layout.partition(QUOTES_BY_HOUR, "DGAT", hour)), { recursive: true });
  }
  const spool = new Spool(layout, "DGAT", ["pretrade"]);
  Deno.mkdirSync(layout.rawDay("DGAT", "2026-09-03"), { recursive: true });
  Deno.writeTextFileSync(
    join(layout.rawDay("DGAT", "2026-09-03"), "DGAT-pretrade-2026-09-03T08_00.json.gz"),
    "",
  );
  const listed = listedDuring(() => {
    assert.deepEqual(newestQuoteDates(spool, 2), ["2026-09-02", "2026-09-03"]);
  });
  assert.ok(listed.some((path) => path.endsWith("quotes/venue=DGAT/year=2026/month=09")));
  assert.ok(!listed.some((path) => path.includes("month=08") || path.includes("month=07")));
});
