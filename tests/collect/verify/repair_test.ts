import assert from "node:assert/strict";
import fc from "fast-check";
import { objectionToRebuilt, repairDay } from "../../../src/collect/verify/repair.ts";
import type { Repair } from "../../../src/collect/verify/repairs.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { dayFiles, writeMonth } from "../../../src/store/month/month.ts";
import { ROW_GROUP_ROWS } from "../../../src/store/parquet/schema.ts";
import { asideOf } from "../../e2e/harness.ts";
import { storedRows } from "../../store/parquet_files.ts";
import { ledgerOf } from "../../store/parquet_files.ts";
import { line, lines, Venue } from "../daily_files.ts";

const DATE = "2026-09-01";
const NOW = Date.UTC(2026, 8, 2, 3, 4, 5, 678);
const FIRST = "AT0000000001";
const LAST = "US0378331005";

/** Stores two minutes: of one all rows lie in the first row group and some in the second, of the other in that. */
async function twoGroups(venue: Venue): Promise<string> {
  const many = Array.from({ length: ROW_GROUP_ROWS + 20 }, (_, i) => isinLine("09:00", i, FIRST));
  await venue.minute(`${DATE}T09:00`, many);
  await venue.minute(`${DATE}T09:01`, Array.from({ length: 10 }, (_, i) => isinLine("09:01", i, LAST)));
  return venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
}

function isinLine(clock: string, id: number, isin: string): string {
  return line(`${DATE}T${clock}`, id, { instrumentIdentificationCode: isin });
}

function flip(path: string, at: number, bit = 0): void {
  const bytes = Deno.readFileSync(path);
  bytes[at] ^= 1 << bit;
  Deno.writeFileSync(path, bytes);
}

/** Where the second row group begins, some bytes before the footer. */
function inSecondGroup(path: string): number {
  const text = new TextDecoder("latin1").decode(Deno.readFileSync(path));
  const [, bytes] = /\n32768 (\d+) [0-9a-f]{16}\n/.exec(text) ?? assert.fail("no proof");
  return 4 + Number(bytes) + 100;
}

function removeRaw(venue: Venue, clock: string): void {
  const [raw] = venue.spool.files(DATE).filter(({ file }) => file.name.includes(clock));
  Deno.removeSync(raw.path);
}

Deno.test("what one raw file and an intact row group give together is all, and takes the place of the damaged", async () => {
  using venue = new Venue();
  const path = await twoGroups(venue);
  const [rows, ledger] = [await storedRows(path), await venue.ledger(DATE)];
  flip(path, 100);
  removeRaw(venue, "T09_01");
  const damaged = Deno.readFileSync(path);
  const { repairs, day } = await repairDay(venue.publisher, DATE, NOW);
  const aside = `${asideOf(path)}.damaged-20260902T030405Z`;
  const repair: Repair = {
    kind: "rebuilt",
    date: DATE,
    path,
    aside,
    rows: rows.length,
    proven: true,
    other: null,
  };
  assert.deepEqual(repairs, [repair]);
  assert.deepEqual(day.issues, []);
  assert.deepEqual(await storedRows(path), rows);
  assert.deepEqual(await venue.ledger(DATE), ledger);
  assert.deepEqual(Deno.readFileSync(aside), damaged);
});

Deno.test("damaged files of one path that are repaired within one second are all kept, partitions and raw files", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 5, 0));
  const raw = venue.spool.files(DATE)[0].path;
  for (const path of [venue.layout.partition(TRADES_BY_DAY, "DETR", DATE), raw]) {
    const asides: string[] = [];
    const whole = Deno.readFileSync(path);
    for (let bit = 0; bit < 3; bit++) {
      Deno.writeFileSync(path, whole);
      flip(path, 50, bit);
      const damaged = Deno.readFileSync(path);
      const { repairs: [repair] } = await repairDay(venue.publisher, DATE, NOW + bit);
      assert.ok(repair.kind === "rebuilt" || repair.kind === "set aside");
      assert.deepEqual(Deno.readFileSync(repair.aside), damaged);
      asides.push(repair.aside);
      if (path === raw) Deno.writeFileSync(path, whole);
    }
    const stamped = `${asideOf(path)}.damaged-20260902T030405Z`;
    assert.deepEqual(asides, [stamped, `${stamped}-2`, `${stamped}-3`]);
  }
});

Deno.test("where raw files and intact row groups give less than there was, everything stays as it is", async () => {
  using venue = new Venue();
  const path = await twoGroups(venue);
  flip(path, inSecondGroup(path));
  removeRaw(venue, "T09_01");
  const damaged = Deno.readFileSync(path);
  const { repairs, day } = await repairDay(venue.publisher, DATE, NOW);
  const [had, gives] = [ROW_GROUP_ROWS + 30, ROW_GROUP_ROWS + 20];
  const reason =
    `it had ${had} trades, and the raw files with its intact parts and the month file still give ${gives}`;
  assert.deepEqual(repairs, [{ kind: "left", date: DATE, path, reason }]);
  assert.deepEqual(day.issues.map(({ kind }) => kind), ["damaged partition"]);
  assert.deepEqual(Deno.readFileSync(path), damaged);
});

Deno.test("a day is made anew from its month with the rows that have no time: those that no other day has", async () => {
  const [before, after] = ["2026-09-02", "2026-09-03"];
  const TIMELESS = { tradingDateAndTime: null, publicationDateAndTime: null, price: 0 };
  for (const isDamaged of [false, true]) {
    using venue = new Venue();
    for (const [i, date] of [before, DATE, after].entries()) {
      const time = `${date}T09:00`;
      await venue.minute(time, [...lines(time, 3, i * 10), line(time, i * 10 + 5, TIMELESS)]);
    }
    const { layout, publisher: { createdBy } } = venue;
    const breathe = () => Promise.resolve();
    await writeMonth(
      layout.partition(TRADES_BY_MONTH, "DETR", "2026-09"),
      dayFiles(layout, "DETR", "2026-09"),
      { type: TRADES, createdBy, breathe },
    );
    const path = layout.partition(TRADES_BY_DAY, "DETR", DATE);
    const rows = await storedRows(path);
    removeRaw(venue, "T09_00");
    flip(path, 100);
    if (isDamaged) flip(layout.partition(TRADES_BY_DAY, "DETR", after), 100);
    const { repairs: [repair] } = await repairDay(venue.publisher, DATE, NOW);
    assert.equal(
      repair.kind,
      isDamaged ? "left" : "rebuilt",
      "whose they are is not known beside a damaged day",
    );
    if (!isDamaged) assert.deepEqual(await storedRows(path), rows);
  }
});

Deno.test("a raw file that is not in the ledger does not make up for one that is gone", async () => {
  using venue = new Venue();
  const path = await twoGroups(venue);
  flip(path, inSecondGroup(path));
  removeRaw(venue, "T09_01");
  await venue.spoolMinute(`${DATE}T09:02`, lines(`${DATE}T09:02`, 10, 50_000));
  const { repairs } = await repairDay(venue.publisher, DATE, NOW);
  assert.deepEqual(repairs.map(({ kind }) => kind), ["left"]);
});

Deno.test("wherever a partition or a raw file is damaged, a repair gives the same trades, or leaves the file", async () => {
  const outcomes = { whole: 0, left: 0 };
  const place = fc.nat(999).map((n) => n / 1000);
  const damage = fc.record({
    raw: fc.boolean(),
    cut: fc.boolean(),
    place,
    bit: fc.nat(7),
    cleaned: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ raw, cut, place, bit, cleaned }) => {
      using venue = new Venue();
      for (const clock of ["09:00", "09:01", "09:02"]) {
        await venue.minute(`${DATE}T${clock}`, lines(`${DATE}T${clock}`, 5, Number(clock.slice(3)) * 10));
      }
      const partition = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
      const ids = await venue.ids(DATE);
      const path = raw ? venue.spool.files(DATE)[1].path : partition;
      if (cleaned && !raw) removeRaw(venue, "T09_02");
      const at = Math.floor(place * Deno.statSync(path).size);
      if (cut) Deno.truncateSync(path, at);
      else flip(path, at, bit);
      const damaged = Deno.readFileSync(path);
      const { repairs, day } = await repairDay(venue.publisher, DATE, NOW);
      assert.equal(repairs.length, 1);
      const [repair] = repairs;
      if (repair.kind === "left") {
        outcomes.left++;
        assert.ok(cleaned && !raw);
        assert.deepEqual(Deno.readFileSync(path), damaged);
        return;
      }
      assert.ok(repair.kind !== "judged");
      assert.deepEqual(Deno.readFileSync(repair.aside), damaged);
      assert.ok(day.issues.every(({ severity }) => severity === "warning"));
      const now = await venue.ids(DATE);
      const isLess = cleaned && repair.kind === "rebuilt" && !repair.proven;
      assert.deepEqual(now, isLess ? ids.filter((id) => id < 20) : ids);
      outcomes.whole++;
    }),
    { numRuns: 200, seed: 4 },
  );
  assert.ok(outcomes.whole > 80 && outcomes.left > 5, JSON.stringify(outcomes));
});

Deno.test("objectionToRebuilt() lets nothing take the place of a damaged partition that may be less", () => {
  const ledger = ledgerOf("08_34", 11);
  const made = (rows: number) => ({ rows, ledger });
  assert.equal(objectionToRebuilt({ ledger, rows: 10 }, made(10), true), null);
  assert.equal(
    objectionToRebuilt({ ledger, rows: 10 }, made(11), false),
    null,
    "a version that reads more of the raw files",
  );
  assert.match(objectionToRebuilt({ ledger, rows: 10 }, made(11), true)!, /it had 10 trades/);
  assert.match(objectionToRebuilt({ ledger, rows: 10 }, made(9), false)!, /it had 10 trades/);
  assert.match(objectionToRebuilt({ ledger: null, rows: 10 }, made(9), true)!, /it had 10 trades/);
  assert.equal(objectionToRebuilt({ ledger: null, rows: null }, made(1), false), null);
  assert.match(objectionToRebuilt({ ledger: null, rows: 15 }, made(15), true)!, /account for a part/);
  assert.match(
    objectionToRebuilt({ ledger: null, rows: null }, { rows: 0, ledger: new Map() }, false)!,
    /neither/,
  );
});
