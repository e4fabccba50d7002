import assert from "node:assert/strict";
import { consolidateEndedMonths } from "../../../src/collect/maintain/consolidate.ts";
import { isYounger, isYoungerThanDays } from "../../../src/collect/maintain/month_age.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { publish } from "../../store/parquet_files.ts";
import { trade } from "../../store/trades.ts";

const MONTH = "2026-08";
const DAYS = ["2026-08-03", "2026-08-04"];

Deno.test("a file is younger than others if both of its times are later; a file from the future never is", () => {
  const at = (written: number, changed = written) => ({ written, changed });
  assert.ok(isYounger(at(5), [at(3), at(4, 5)], 9));
  assert.ok(isYounger(at(5), [], 5));
  assert.ok(!isYounger(at(5), [at(3), at(5)], 9), "as old as one of them");
  assert.ok(!isYounger(at(5), [at(3, 6)], 9), "one of them was put back");
  assert.ok(!isYounger(at(5, 8), [at(6, 7)], 9), "all were copied");
  assert.ok(!isYounger(at(5), [null], 9), "one of them has gone");
  assert.ok(!isYounger(at(5), [at(3)], 4), "the clock was set back");
});

Deno.test("a month made from its present days is skipped, and is examined when one of them has changed", async () => {
  using month = await storedMonth();
  assert.ok(!await month.isYoung(), "it has not been made");
  assert.equal(await month.consolidated(), "consolidated");
  assert.ok(await month.isYoung());
  assert.equal(await month.consolidated(), undefined);
  await month.store(DAYS[0], "09_00");
  assert.ok(!await month.isYoung());
  assert.equal(await month.consolidated(), "consolidated");
  assert.equal(await month.consolidated(), undefined);
});

Deno.test("a month is examined when one of its days was added, has vanished, or was restored with its old time", async () => {
  using month = await storedMonth();
  await month.consolidated();
  await month.store("2026-08-05");
  assert.ok(!await month.isYoung());
  assert.equal(await month.consolidated(), "consolidated");
  await new Promise((resolve) => setTimeout(resolve, 1_000)); // this time has a resolution of seconds
  const path = month.path(DAYS[1]);
  const { mtime } = Deno.statSync(path);
  Deno.renameSync(path, `${path}.away`);
  assert.ok(!await month.isYoung());
  assert.equal(await month.consolidated(), "refused", "it would have fewer trades");
  Deno.renameSync(`${path}.away`, path);
  Deno.utimeSync(path, mtime!, mtime!);
  assert.ok(!await month.isYoung());
  assert.equal(await month.consolidated(), "unchanged");
});

Deno.test("a damaged month file is examined, and refused", async () => {
  using month = await storedMonth();
  await month.consolidated();
  const path = month.layout.partition(TRADES_BY_MONTH, "DETR", MONTH);
  Deno.writeFileSync(path, Deno.readFileSync(path).subarray(0, -1));
  assert.ok(!await month.isYoung());
  assert.equal(await month.consolidated(), "refused");
});

/** A month that ended long ago, with two days and no file yet. */
async function storedMonth() {
  const dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const path = (date: string) => layout.partition(TRADES_BY_DAY, "DETR", date);
  const store = (date: string, key = "08_34") =>
    publish(path(date), key, [trade({ trading_date_time: `${date}T08:34:00Z`, transaction_id: key })]);
  const tools = {
    layout,
    clock: systemClock,
    isTradingDay: () => false,
    createdBy: "a test",
    onProgress: () => {},
  };
  for (const date of DAYS) await store(date);
  return {
    layout,
    path,
    store,
    /** Waits a moment: the times of files have a resolution of milliseconds. */
    isYoung: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return await isYoungerThanDays("DETR", MONTH, layout, Date.now());
    },
    /** What happened to the month; undefined when it was skipped. */
    consolidated: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const [month] = await consolidateEndedMonths("DETR", tools, new AbortController().signal);
      return month?.kind;
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}
