import assert from "node:assert/strict";
import fc from "fast-check";
import { repairDay } from "../../../src/collect/verify/repair.ts";
import { objectionToUnited } from "../../../src/collect/verify/repair_from.ts";
import type { Repair } from "../../../src/collect/verify/repairs.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { ROW_GROUP_ROWS } from "../../../src/store/parquet/schema.ts";
import { publishPartition } from "../../../src/store/partition.ts";
import { rawDigest } from "../../../src/store/spool/spooled_file.ts";
import { openStored } from "../../../src/store/stored_partition.ts";
import { treeOf } from "../../e2e/evidence.ts";
import { asideOf } from "../../e2e/harness.ts";
import { flip } from "../../e2e/verified.ts";
import { line, lines, Venue } from "../daily_files.ts";
import { at } from "../situations.ts";

const DATE = "2026-09-01";
const NOW = Date.UTC(2026, 8, 2, 3, 4, 5, 678);
const FIRST = "AT0000000001";
const LAST = "US0378331005";

function pathOf({ layout }: Venue, date = DATE): string {
  return layout.partition(TRADES_BY_DAY, "DETR", date);
}

/** Publishes minutes, `09:00` and so on, of five trades each; ids tell the minute. */
async function store(venue: Venue, ...clocks: readonly string[]): Promise<void> {
  for (const clock of clocks) await venue.minute(`${DATE}T${clock}`, fiveOf(clock));
}

function fiveOf(clock: string): string[] {
  return lines(`${DATE}T${clock}`, 5, Number(clock.slice(3)) * 10);
}

function idsOf(...clocks: readonly string[]): number[] {
  return clocks.flatMap((clock) => [0, 1, 2, 3, 4].map((id) => Number(clock.slice(3)) * 10 + id));
}

/** Takes away the raw files of these minutes; by default all. */
function removeRaw({ spool }: Venue, ...clocks: readonly string[]): void {
  for (const file of spool.files(DATE)) {
    const isChosen = clocks.some((clock) => file.path.includes(clock.replace(":", "_")));
    if (clocks.length === 0 || isChosen) spool.remove(file);
  }
}

async function repair(ours: Venue, theirs: Venue): Promise<{ repair: Repair; damage: number }> {
  const { repairs: [repair], day } = await repairDay(ours.publisher, DATE, NOW, theirs.layout);
  return { repair, damage: day.issues.filter(({ severity }) => severity === "damage").length };
}

Deno.test("a damaged day without raw files is that of the other directory, which is not touched; the damaged one is kept", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00", "09:01");
  await store(theirs, "09:00", "09:01", "09:02");
  removeRaw(ours);
  flip(pathOf(ours), 100);
  const damaged = Deno.readFileSync(pathOf(ours));
  const other = treeOf(theirs.layout.workingDirectory);
  const found = await repair(ours, theirs);
  const path = pathOf(ours);
  const aside = `${asideOf(path)}.damaged-20260902T030405Z`;
  assert.deepEqual(found, {
    repair: {
      kind: "rebuilt",
      date: DATE,
      path,
      aside,
      rows: 15,
      proven: true,
      other: { path: pathOf(theirs), conflicts: [], unproved: [] },
    },
    damage: 0,
  });
  assert.deepEqual(await ours.ids(DATE), idsOf("09:00", "09:01", "09:02"));
  assert.deepEqual(await ours.ledger(DATE), await theirs.ledger(DATE));
  assert.deepEqual(Deno.readFileSync(aside), damaged);
  assert.deepEqual(treeOf(theirs.layout.workingDirectory), other);
});

Deno.test("minutes that the other lacks come from our raw files", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00", "09:01", "09:02");
  await store(theirs, "09:00", "09:03");
  removeRaw(ours, "09:00");
  flip(pathOf(ours), 100);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && found.repair.proven);
  assert.deepEqual(await ours.ids(DATE), idsOf("09:00", "09:01", "09:02", "09:03"));
  assert.deepEqual(Object.keys(await ours.ledger(DATE)), ["09_00", "09_01", "09_02", "09_03"]);
});

Deno.test("of a minute that neither the other nor a raw file has, the intact rows are taken, without an entry of the minute, and what is fetched later completes it", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  const isin = (row: number) => row < ROW_GROUP_ROWS - 10 ? FIRST : LAST;
  const many = Array.from({ length: ROW_GROUP_ROWS + 20 }, (_, i) => isinLine("09:00", i, isin(i)));
  await ours.minute(`${DATE}T09:00`, many);
  const lost = [isinLine("09:01", 50_000, FIRST), isinLine("09:01", 50_001, LAST)];
  await ours.minute(`${DATE}T09:01`, lost);
  await theirs.minute(`${DATE}T09:00`, many);
  removeRaw(ours);
  flip(pathOf(ours), inSecondGroup(pathOf(ours)));
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && !found.repair.proven, JSON.stringify(found));
  assert.deepEqual([found.repair.other!.unproved, found.damage], [["09_01"], 0]);
  const ids = await ours.ids(DATE);
  assert.deepEqual([ids.length, ids.at(-1)], [ROW_GROUP_ROWS + 21, 50_000]);
  const [minute, salvaged, ...rest] = Object.entries(await ours.ledger(DATE));
  assert.deepEqual([minute[0], rest], ["09_00", []]);
  assert.match(salvaged.join(" "), /^salvaged~[0-9a-f]{16} 1 0 fetched$/);

  await ours.minute(`${DATE}T09:01`, lost);
  assert.equal(new Set(await ours.ids(DATE)).size, ROW_GROUP_ROWS + 22);
  assert.equal((await ours.ids(DATE)).length, ROW_GROUP_ROWS + 22);
});

for (const where of ["last byte", "ledger"]) {
  Deno.test(`what an earlier version decoded differently is not there twice, whichever source it comes from: damage in the ${where}`, async () => {
    using ours = new Venue();
    using theirs = new Venue();
    const clocks = ["09:00", "09:01", "09:02"];
    for (const clock of clocks) await ours.spoolMinute(`${DATE}T${clock}`, fiveOf(clock));
    await storeAsEarlier(ours);
    await store(theirs, "09:00");
    removeRaw(ours, "09:00", "09:02");
    flip(pathOf(ours), where === "ledger" ? inLedger(pathOf(ours)) : -1);
    const { repair: repaired } = await repair(ours, theirs);
    assert.ok(repaired.kind === "rebuilt" && !repaired.proven, JSON.stringify(repaired));
    assert.deepEqual(repaired.other!.unproved, where === "ledger" ? null : ["09_02"]);
    assert.deepEqual(await ours.ids(DATE), idsOf(...clocks));
  });
}

Deno.test("what the other's earlier version decoded differently is not decoded from our raw files as well", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  const clocks = ["09:00", "09:01", "09:02"];
  await store(ours, ...clocks);
  for (const clock of clocks) await theirs.spoolMinute(`${DATE}T${clock}`, fiveOf(clock));
  await storeAsEarlier(theirs);
  removeRaw(ours, "09:02");
  flip(pathOf(ours), 100);
  const { repair: repaired } = await repair(ours, theirs);
  assert.ok(repaired.kind === "rebuilt" && repaired.proven, JSON.stringify(repaired));
  assert.deepEqual(await ours.ids(DATE), idsOf(...clocks));
});

Deno.test("other bytes under one name are both stored, and named", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00", "09:01");
  await theirs.minute(`${DATE}T09:00`, fiveOf("09:00"));
  await theirs.minute(`${DATE}T09:01`, lines(`${DATE}T09:01`, 6, 10));
  removeRaw(ours, "09:00");
  flip(pathOf(ours), 100);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && found.repair.proven);
  assert.deepEqual([found.repair.other!.conflicts, found.damage], [["09_01"], 0]);
  assert.deepEqual(await ours.ids(DATE), [...idsOf("09:00", "09:01"), 15]);
  const keys = Object.keys(await ours.ledger(DATE));
  assert.ok(/^09_00,09_01,09_01~[0-9a-f]{16}$/.test(keys.join()), keys.join());
});

Deno.test("a damaged day of the other is refused by its name, and ours stays as it is", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00");
  await store(theirs, "09:00");
  removeRaw(ours);
  for (const venue of [ours, theirs]) flip(pathOf(venue), 100);
  const before = [ours, theirs].map((venue) => Deno.readFileSync(pathOf(venue)));
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "left");
  assert.ok(found.repair.reason.startsWith(`${pathOf(theirs)} is damaged as well (`), found.repair.reason);
  assert.deepEqual([ours, theirs].map((venue) => Deno.readFileSync(pathOf(venue))), before);
});

Deno.test("the other is not asked where ours gives all, and where it has nothing of the date, ours is repaired as ever", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00");
  await store(theirs, "09:00");
  for (const venue of [ours, theirs]) flip(pathOf(venue), 100);
  const own = await repair(ours, theirs);
  assert.ok(own.repair.kind === "rebuilt" && own.repair.proven && own.repair.other === null);
  Deno.removeSync(pathOf(theirs));
  Deno.truncateSync(pathOf(ours), 0);
  const alone = await repair(ours, theirs);
  assert.ok(alone.repair.kind === "rebuilt" && !alone.repair.proven && alone.repair.other === null);
  assert.deepEqual(await ours.ids(DATE), idsOf("09:00"));
});

Deno.test("without a ledger, ours is what the other has and what our raw files add, and nothing proves that it is all", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00", "09:01", "09:02");
  await store(theirs, "09:00", "09:03");
  removeRaw(ours, "09:01");
  Deno.truncateSync(pathOf(ours), 0);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && !found.repair.proven);
  assert.deepEqual(found.repair.other, { path: pathOf(theirs), conflicts: [], unproved: null });
  assert.deepEqual(await ours.ids(DATE), idsOf("09:00", "09:02", "09:03"));
});

Deno.test("rows that the other's daily file brings to the date before are merged there first", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  const before = "2026-08-31";
  await ours.minute(`${before}T22:00`, lines(`${before}T22:00`, 3, 900));
  await store(ours, "09:00");
  const late = line(`${before}T23:00`, 950);
  await theirs.daily(DATE, [late, ...fiveOf("09:00")], [minuteFile("DETR", DATE, at("09:00"))]);
  removeRaw(ours);
  flip(pathOf(ours), 100);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && found.repair.proven, JSON.stringify(found.repair));
  assert.deepEqual(await ours.ids(before), [900, 901, 902, 950]);
  assert.deepEqual(await ours.ids(DATE), idsOf("09:00"));
});

Deno.test("a daily file of ours that the other lacks completes the other's minutes", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  const six = lines(`${DATE}T09:00`, 6);
  for (const venue of [ours, theirs]) await venue.minute(`${DATE}T09:00`, six);
  await ours.daily(DATE, [...fiveOf("09:00"), ...fiveOf("09:01")]);
  await store(theirs, "09:02");
  removeRaw(ours, "09:00");
  flip(pathOf(ours), 100);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt" && found.repair.proven, JSON.stringify(found.repair));
  assert.deepEqual(await ours.ids(DATE), [...idsOf("09:00"), 5, ...idsOf("09:01", "09:02")]);
  assert.ok(Object.keys(await ours.ledger(DATE)).includes(`daily-${DATE}`));
});

Deno.test("of a daily file with other bytes at the other both versions are stored, and named", async () => {
  using ours = new Venue();
  using theirs = new Venue();
  await store(ours, "09:00");
  await ours.daily(DATE, fiveOf("09:02"));
  await theirs.daily(DATE, [...fiveOf("09:01"), ...fiveOf("09:02")]);
  Deno.truncateSync(pathOf(ours), 0);
  const found = await repair(ours, theirs);
  assert.ok(found.repair.kind === "rebuilt");
  assert.deepEqual([found.repair.other!.conflicts, found.damage], [[`daily-${DATE}`], 0]);
  assert.deepEqual(await ours.ids(DATE), idsOf("09:00", "09:01", "09:02"));
  assert.match(
    Object.keys(await ours.ledger(DATE)).join(),
    /^09_00,daily-2026-09-01,daily-2026-09-01~[0-9a-f]{16}$/,
  );
});

Deno.test("whatever is damaged and whatever is left, no trade is there twice, none of the other's is missing, and what is called proven is all", async () => {
  const outcomes = { proven: 0, unproven: 0, left: 0 };
  const CLOCKS = ["09:00", "09:01", "09:02", "09:03"];
  const some = fc.subarray(CLOCKS);
  const damage = fc.record({
    ours: fc.subarray(CLOCKS, { minLength: 1 }),
    theirs: fc.subarray(CLOCKS, { minLength: 1 }),
    gone: some,
    place: fc.nat(999),
    cut: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ ours: had, theirs: has, gone, place, cut }) => {
      using ours = new Venue();
      using theirs = new Venue();
      await store(ours, ...had);
      await store(theirs, ...has);
      removeRaw(ours, ...gone, "none");
      const path = pathOf(ours);
      const where = Math.floor((place / 1000) * Deno.statSync(path).size);
      if (cut) Deno.truncateSync(path, where);
      else flip(path, where);
      const found = await repair(ours, theirs);
      if (found.repair.kind === "left") {
        outcomes.left++;
        return;
      }
      assert.ok(found.repair.kind === "rebuilt" && found.damage === 0);
      const ids = await ours.ids(DATE);
      assert.equal(new Set(ids).size, ids.length);
      const expected = [
        ...found.repair.proven ? idsOf(...had) : idsOf(...had.filter((clock) => !gone.includes(clock))),
        ...found.repair.other === null ? [] : idsOf(...has),
      ];
      assert.deepEqual(expected.filter((id) => !ids.includes(id)), []);
      outcomes[found.repair.proven ? "proven" : "unproven"]++;
    }),
    { numRuns: 60, seed: 4 },
  );
  assert.ok(outcomes.proven > 20 && outcomes.unproven > 5, JSON.stringify(outcomes));
  assert.equal(outcomes.left, 0, "with a whole partition of the other, ours never stays damaged");
});

Deno.test("objectionToUnited() lets nothing take the place of a damaged partition that has fewer rows than that still gives", () => {
  const salvage = { rows: 10, intactRows: 6 };
  assert.equal(objectionToUnited(salvage, 6, ["08_34"]), null);
  assert.match(objectionToUnited(salvage, 5, ["08_34"])!, /had 6 rows.* 5$/);
  assert.equal(objectionToUnited(salvage, 10, []), null);
  assert.match(objectionToUnited(salvage, 9, [])!, /had 10 rows.* 9$/);
  assert.equal(objectionToUnited({ rows: null, intactRows: 0 }, 1, null), null);
});

function isinLine(clock: string, id: number, isin: string): string {
  return line(`${DATE}T${clock}`, id, { instrumentIdentificationCode: isin });
}

/** A place in the second row group. */
function inSecondGroup(path: string): number {
  const [, bytes] = /\n32768 (\d+) [0-9a-f]{16}\n/.exec(textOf(path)) ?? assert.fail("no second group");
  return 4 + Number(bytes) + 100;
}

/** A place in the ledger's first entry. */
function inLedger(path: string): number {
  return textOf(path).lastIndexOf("09_00 ");
}

function textOf(path: string): string {
  return new TextDecoder("latin1").decode(Deno.readFileSync(path));
}

/** Stores what lies in the spool as an earlier version would that read another price. */
async function storeAsEarlier(venue: Venue): Promise<void> {
  using earlier = new Venue();
  for (const clock of ["09:00", "09:01", "09:02"]) {
    const time = `${DATE}T${clock}`;
    await earlier.minute(time, fiveOf(clock).map((text) => text.replace('"price":100', '"price":101')));
  }
  using file = Deno.openSync(pathOf(earlier));
  const { batches } = await openStored(pathOf(earlier), file, TRADES);
  const entries = venue.spool.files(DATE).map((spooled) =>
    [/T(\d\d_\d\d)/.exec(spooled.path)![1], {
      rows: 5,
      rejected: 0,
      digest: rawDigest(spooled.path),
    }] as const
  );
  const breathe = () => Promise.resolve();
  await publishPartition(pathOf(venue), [batches()], new Map(entries), {
    type: TRADES,
    createdBy: "an earlier version",
    breathe,
  });
}
