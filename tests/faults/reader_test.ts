import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { fetchArgs, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { everyRound } from "./extent.ts";
import { killedAndRun } from "./killed_runs.ts";
import { type Reading, startReader } from "./reader.ts";
import { canTrace } from "./trace.ts";

const DATE = "2026-09-01";
/** The call at which each of these fetches, of two more minute files, is killed; every other one is a sample. */
const STRIKES = [
  ...[1, 2, 3, 4, 5, 6, 7].map((nth) => ["rename", nth] as const),
  ...[2, 6, 7, 8, 9, 10, 11].map((nth) => ["fsync", nth] as const),
].filter((_, index) => everyRound || index % 2 === 0);

/** Two minutes that are stored before, and two for each strike. */
const DAY = {
  venue: "DETR",
  date: DATE,
  trades: 600,
  minutes: { from: 480, until: 482 + 2 * STRIKES.length },
  untidiness: ODD,
};

if (!canTrace) console.log("without strace no kill can be placed before a call: this test is left out");

Deno.test({
  name:
    "a reader that never stops sees no trade twice and no count that falls, and fails only when a file is replaced " +
    "under it, while fetches, consolidations, bars and a cleanup are killed and run again",
  ignore: !canTrace,
  async fn() {
    await using replica = await startReplica({ days: [DAY], listed: { until: `${DATE}T08:02` } });
    using dir = temporaryDirectory();
    const fetch = fetchArgs(replica, dir.path);
    const bars = ["--wrk-dir", dir.path, "bars", "DETR", "--all"];
    const month = ["--wrk-dir", dir.path, "consolidate-month", "DETR", "--month", "2026-09", "--yes"];
    assertForeseen(await runInOneProcess(fetch), 0);

    await using reader = startReader(dir.path);
    for (const [i, strike] of STRIKES.entries()) {
      replica.listed.until = `${DATE}T08:${String(4 + 2 * i).padStart(2, "0")}`;
      await killedAndRun(fetch, strike);
      if (i % 7 === 6) await killedAndRun(month, ["rename", 1], ["fsync", 2]);
      if (i % 4 === 3) await killedAndRun(bars, ["rename", 1 + i % 2], ["fsync", 2]);
    }
    await killedAndRun(["--wrk-dir", dir.path, "cleanup-raw", "DETR", "--keep-days", "0"], ["unlink", 1], [
      "unlink",
      15,
    ]);

    const readings = await reader.end();
    assertSteady(readings);
    const torn = readings.filter(({ error }) => error !== null).length;
    console.log(
      `${readings.length} readings beside ${
        STRIKES.length + 2
      } kills; DuckDB mixed two files in ${torn} of them`,
    );
    assert.ok(readings.length > 2 * STRIKES.length, `${readings.length} readings`);
    await assertStoresTruth(dir.path, replica);
  },
});

/**
 * No reading failed, except when a file was replaced during it, and then the next one saw all of it; none saw
 * a trade twice; and no folder of trades had fewer rows than in the reading before. Bars may vanish: their trades are
 * cancelled.
 */
function assertSteady(readings: readonly Reading[]): void {
  const rows: Record<string, number> = {};
  for (const reading of readings) {
    if (reading.error !== null) {
      assert.ok(reading.replaced, `nothing was replaced meanwhile: ${reading.error}`);
      continue;
    }
    assert.equal(reading.duplicates, 0, JSON.stringify(reading));
    if (reading.glob.startsWith("bars")) continue;
    const kind = `/${reading.glob.split("/")[0]}/`;
    for (const folder of Object.keys(rows).filter((folder) => folder.includes(kind))) {
      assert.ok(
        reading.rows[folder] >= rows[folder],
        `${folder} had ${rows[folder]} rows: ${JSON.stringify(reading)}`,
      );
    }
    Object.assign(rows, reading.rows);
  }
}
