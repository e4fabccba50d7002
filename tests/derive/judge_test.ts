import assert from "node:assert/strict";
import fc from "fast-check";
import { startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { assertBarsAgree, assertClosesAgree } from "./judge.ts";
import { publishRows, refresh, refreshMonths } from "./stores.ts";
import { instrumentRows } from "./stories.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const CORRECTED = { ...ODD, cancellations: 0.05, amendments: 0.05 };

const DAYS = VENUES.flatMap((venue) => [
  { venue, date: "2026-09-01", trades: 4_000, minutes: { from: 480, until: 540 }, untidiness: CORRECTED },
  // The clocks change: not trading days, but days of 23 and 25 hours. They begin on the UTC date before.
  {
    venue,
    date: "2026-03-29",
    trades: 400,
    opens: 0,
    minutes: { from: -20, until: 20 },
    untidiness: CORRECTED,
  },
  {
    venue,
    date: "2026-10-25",
    trades: 400,
    opens: 0,
    minutes: { from: -100, until: -60 },
    untidiness: CORRECTED,
  },
  // Nothing is traded.
  { venue, date: "2026-09-02", trades: 0, minutes: { from: 480, until: 485 }, untidiness: ODD },
]);

Deno.test("DuckDB's own SQL makes the same bars from the replica's oddest days of four venues, in every column and row", async () => {
  await using replica = await startReplica({ days: DAYS });
  using dir = temporaryDirectory();
  assert.equal((await runProgram(fetchArgs(replica, dir.path, VENUES))).code, 0);
  assert.equal((await runProgram(["--wrk-dir", dir.path, "bars", ...VENUES, "--all"])).code, 0);
  assert.ok(await assertBarsAgree(dir.path) > 10_000);
  assert.ok(await assertBarsAgree(dir.path, "bars_1d") > 500);
  const closes = ["closes", ...VENUES, "--date", "2026-09-01", "--csv"];
  Deno.writeTextFileSync(dir.of("closes.csv"), (await runProgram(["--wrk-dir", dir.path, ...closes])).stdout);
  assert.ok(await assertClosesAgree(dir.path, "2026-09-01", dir.of("closes.csv")) > 500);
});

for (const venue of ["DETR", "DEUR"]) {
  Deno.test(`the same holds for made-up instruments of ${venue}, corrected over midnight, days later and in other partitions`, async () => {
    using dir = temporaryDirectory();
    const isins = Array.from({ length: 600 }, (_, i) => `XX${String(i).padStart(10, "0")}`);
    const rows = isins.flatMap((isin, i) => fc.sample(instrumentRows(isin), { numRuns: 1, seed: i })[0]);
    await publishRows(dir.path, venue, rows);
    await refresh(dir.path, venue);
    assert.ok(await assertBarsAgree(dir.path) > 600);
    await refreshMonths(dir.path, venue);
    assert.ok(await assertBarsAgree(dir.path, "bars_1d") > 600);
  });
}
