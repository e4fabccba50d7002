import assert from "node:assert/strict";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../src/feed/records/bars.ts";
import { plainRows } from "../../src/derive/plain_rows.ts";
import { barGroups } from "../../src/derive/stored_bars.ts";
import { openIfThere } from "../../src/store/data_file.ts";
import { BARS_1D, BARS_1M } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { publishRows } from "../derive/stores.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { trade } from "../store/trades.ts";
import { everyRound } from "./extent.ts";
import { killedAndRun } from "./killed_runs.ts";
import { type Reading, readingsOf, startReader } from "./reader.ts";
import { canTrace } from "./trace.ts";

const DATE = "2026-09-01";
/** Enough for several row groups. */
const BARS = { isins: 40, minutes: 400 };
/**
 * The call before which each making of the two files is killed; each has two renames, of which the first tries whether there
 * can be one. Some of the writes wake another thread, so that more are struck than the files have pieces.
 */
const STRIKES: readonly (readonly [call: string, nth: number])[] = everyRound
  ? [
    ...[4, 5, 6, 7, 8, 9, 10, 11, 12].map((nth) => ["write", nth] as const),
    ...[1, 2, 3, 4, 5].map((nth) => ["fsync", nth] as const),
    ...[1, 2, 3, 4].map((nth) => ["rename", nth] as const),
  ]
  : [["write", 7], ["rename", 4]];

/** The rows of one more minute file: in each of the rounds some bars of all instruments change. */
function rowsOf(round: number) {
  const isins = Array.from({ length: BARS.isins }, (_, i) => `XX${String(i).padStart(10, "0")}`);
  const minutes = round === 0 ? BARS.minutes : 5;
  return isins.flatMap((isin) =>
    Array.from({ length: minutes }, (_, minute) => {
      const trading_date_time = new Date(Date.parse(`${DATE}T08:00Z`) + 60_000 * minute).toISOString();
      const price = 100 + Math.sin(minute * BARS.isins + round);
      return {
        date: DATE,
        row: trade({ isin, transaction_id: `${round}-${minute}`, trading_date_time, price }),
      };
    })
  );
}

/** The program's own reader: what the two files hold, each as text; a file that is not there is left out. */
async function readOurselves(layout: Layout): Promise<string[]> {
  const files = [
    { path: layout.partition(BARS_1M, "DETR", DATE), type: BARS_1M_ROWS },
    { path: layout.partition(BARS_1D, "DETR", DATE.slice(0, 7)), type: BARS_1D_ROWS },
  ];
  const contents: string[] = [];
  for (const { path, type } of files) {
    using file = openIfThere(path);
    if (file === null) continue;
    const rows: object[] = [];
    for (const group of await barGroups(path, file, type)) {
      await new Promise((resolve) => setTimeout(resolve)); // so that the file is replaced while it is read
      rows.push(...plainRows(group));
    }
    contents.push(JSON.stringify(rows));
  }
  return contents;
}

Deno.test({
  name:
    "whoever reads bars while their making is killed and run again sees those of one making, whole: DuckDB, which " +
    "fails only when a file is replaced under it, and the program itself, which never fails",
  ignore: !canTrace,
  async fn() {
    using dir = temporaryDirectory();
    const layout = new Layout(dir.path);
    const args = ["--wrk-dir", dir.path, "bars", "DETR", "--all"];
    const whole = { ofDuckdb: new Set<string>(), ofOurs: new Set<string>() };
    using db = await duckdb();
    const remember = async () => {
      for await (const { digests } of readingsOf(db, dir.path)) {
        Object.values(digests).forEach((digest) => whole.ofDuckdb.add(digest));
      }
      (await readOurselves(layout)).forEach((content) => whole.ofOurs.add(content));
    };
    await publishRows(dir.path, "DETR", rowsOf(0));
    assertForeseen(await runInOneProcess(args), 0);
    await remember();

    await using reader = startReader(dir.path);
    const ours: string[] = [];
    const failures: unknown[] = [];
    let isDone = false;
    const reading = (async () => {
      while (!isDone) {
        await readOurselves(layout).then(
          (contents) => ours.push(...contents),
          (error) => failures.push(error),
        );
      }
    })();
    for (const [i, strike] of STRIKES.entries()) {
      await publishRows(dir.path, "DETR", rowsOf(i + 1), `08_${String(i + 1).padStart(2, "0")}`);
      await killedAndRun(args, strike);
      await remember();
    }
    isDone = true;
    await reading;

    const readings = (await reader.end()).filter(({ glob }) => glob.startsWith("bars"));
    assertWhole(readings, whole.ofDuckdb);
    assert.deepEqual(failures, []);
    assert.ok(new Set(ours).size > 2 && ours.every((content) => whole.ofOurs.has(content)));
    console.log(
      `${ours.length} readings of ours and ${readings.length} of DuckDB beside ${STRIKES.length} kills`,
    );
  },
});

function assertWhole(readings: readonly Reading[], whole: ReadonlySet<string>): void {
  for (const { error, replaced, digests, glob } of readings) {
    if (error !== null) assert.ok(replaced, `nothing was replaced meanwhile: ${error}`);
    else for (const digest of Object.values(digests)) assert.ok(whole.has(digest), `other bars: ${glob}`);
  }
  const seen = new Set(readings.flatMap(({ digests }) => Object.values(digests)));
  assert.ok(seen.size > 2, `${seen.size} contents of two files were seen`);
}
