import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { Random } from "../../scripts/replica/random.ts";
import { checkPartial } from "../../src/collect/monitor/partial_days.ts";
import { exitCodeOf } from "../../src/cli/exit.ts";
import { statusReports } from "../../src/cli/commands/status.ts";
import { readVenueState } from "../../src/collect/monitor/venue_state.ts";
import { cleanUp } from "../../src/collect/maintain/cleanup.ts";
import { Inventory } from "../../src/collect/inventory.ts";
import { Pace } from "../../src/collect/pace.ts";
import { verifyDay } from "../../src/collect/verify/verify_day.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { systemClock } from "../../src/system/system_clock.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../src/store/datasets.ts";
import { readAccepted } from "../../src/store/state/accepted_record.ts";
import { DailyMarks } from "../../src/store/state/daily_marks.ts";
import { Layout } from "../../src/store/layout.ts";
import { DamagedMonth } from "../../src/store/damage.ts";
import { readMonth } from "../../src/store/month/stored_month.ts";
import { readPending } from "../../src/store/state/pending_record.ts";
import { salvagePartition } from "../../src/store/salvage.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { DAMAGES } from "./disk_damage.ts";
import { everyRound } from "./extent.ts";
import { KINDS, storedHome } from "./stored_home.ts";

const DATE = "2026-09-01";
/** How often each damage happens to each file. */
const SEEDS = everyRound ? 200 : 12;

Deno.test(
  "whatever is damaged, at places that a seed chooses, no reader of ours crashes or reads anything else than was " +
    "written: a day is what it was or damaged, a record what it was or none, and verify names the file",
  async () => {
    using folder = temporaryDirectory();
    const dir = folder.of("work");
    {
      await using _replica = await storedHome(dir);
    }
    const whole = await read(dir);
    let rounds = 0;
    for (const [kind, files] of Object.entries(KINDS)) {
      for (const file of files) {
        for (const [what, damage] of Object.entries(DAMAGES)) {
          for (let seed = 0; seed < SEEDS; seed++, rounds++) {
            const path = join(dir, file);
            const bytes = Deno.readFileSync(path);
            damage(path, new Random(`readers ${seed} ${file} ${what}`));
            const found = await read(dir).catch((error) => {
              throw new Error(`${file} ${what}, seed ${seed}: exit ${exitCodeOf(error)}`, { cause: error });
            });
            assertNothingElse(found, whole, `${file} ${what}, seed ${seed}`);
            const named = kind === "partition" || kind === "raw";
            assert.deepEqual(found.damaged, named ? [path] : [], `${file} ${what}, seed ${seed}`);
            Deno.removeSync(path, { recursive: true });
            Deno.writeFileSync(path, bytes);
          }
        }
      }
    }
    console.log(`${rounds} damages`);
  },
);

/** What our readers return for a working directory. */
async function read(dir: string) {
  const layout = new Layout(dir);
  const pace = new Pace(systemClock, new AbortController().signal, () => {});
  const now = Date.parse(`${DATE}T12:00Z`);
  const { rows, ledger, damage, spooled } = await new Inventory(layout, "DETR").of(DATE);
  const { issues, partition } = await verifyDay(layout, "DETR", DATE, pace);
  const { intactRows } = await salvagePartition(layout.partition(TRADES_BY_DAY, "DETR", DATE), TRADES);
  await cleanUp("DETR", { layout, pace, now, keepDays: 0, dryRun: true });
  await checkPartial("DETR", layout, Date.now());
  await statusReports(["DETR"], layout, now);
  const month = await readMonth(layout.partition(TRADES_BY_MONTH, "DETR", DATE.slice(0, 7)), TRADES).catch(
    (error) => {
      if (error instanceof DamagedMonth) return null;
      throw error;
    },
  );
  return {
    day: damage === null ? { rows, ledger } : null,
    partition,
    month,
    intactRows,
    spooled: spooled.map(({ path }) => basename(path)),
    damaged: issues.filter(({ severity }) => severity === "damage").map(({ path }) => path),
    pending: readPending(layout.pendingRecord("DETR")),
    accepted: readAccepted(layout.acceptedRecord("DETR")),
    state: readVenueState(layout, "DETR"),
    upkept: new DailyMarks(layout, "DETR", Date.now()).has("maintenance"),
  };
}

type Found = Awaited<ReturnType<typeof read>>;

function assertNothingElse(found: Found, whole: Found, what: string): void {
  for (const key of ["day", "partition", "month", "state"] as const) {
    if (found[key] !== null) assert.deepEqual(found[key], whole[key], what);
  }
  for (const key of ["pending", "accepted"] as const) {
    if (found[key].size > 0) assert.deepEqual(found[key], whole[key], what);
  }
  assert.ok(found.intactRows <= whole.intactRows && (whole.upkept || !found.upkept), what);
  assert.deepEqual(found.spooled.filter((name) => !whole.spooled.includes(name)), [], what);
}
