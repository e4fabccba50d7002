import assert from "node:assert/strict";
import { Inventory } from "../../../src/collect/inventory.ts";
import {
  isQuiet,
  judgeVolume,
  usualTrades,
  type Volume,
  volumeText,
} from "../../../src/collect/monitor/quiet_days.ts";
import { configureLog } from "../../../src/log/setup.ts";
import { DailyMarks } from "../../../src/store/state/daily_marks.ts";
import type { PendingRecord } from "../../../src/store/state/pending_record.ts";
import { berlin } from "../../daemon/berlin.ts";
import { lines, Venue } from "../daily_files.ts";

const DATE = "2026-09-15"; // a Tuesday

/** The ten trading days before it, the last first. */
const BEFORE = [14, 11, 10, 9, 8, 7, 4, 3, 2, 1].map((day) => `2026-09-${String(day).padStart(2, "0")}`);

/** A venue with stored days of this many trades. */
async function venueWith(trades: Record<string, number>): Promise<Venue> {
  const venue = new Venue();
  for (const [date, count] of Object.entries(trades)) {
    await venue.minute(`${date}T09:00`, lines(`${date}T09:00`, count));
  }
  return venue;
}

/** What a cycle judges at a time of Frankfurt's clock, and what it warns of. */
async function judged(
  { layout }: Venue,
  time = "2026-09-16 08:30",
  pending: PendingRecord = new Map(),
): Promise<[Volume | null, warnings: string[]]> {
  const warnings: string[] = [];
  const stderr = { write: (line: string) => warnings.push(line), colour: false, journald: false };
  const log = configureLog({ level: "WARNING", timeZone: "UTC", stderr, clock: () => 0 });
  const now = berlin(time).epochMilliseconds;
  const inventory = new Inventory(layout, "DETR");
  const days = await inventory.days([DATE, "2026-09-16"]);
  try {
    const marks = new DailyMarks(layout, "DETR", now);
    const volume = await judgeVolume({ inventory, marks, now }, days, pending);
    return [volume, warnings.map((line) => line.trimEnd().replace(/^.* - /, ""))];
  } finally {
    await log.close();
  }
}

Deno.test("the usual volume is the median of three days or more", () => {
  assert.equal(usualTrades([]), null);
  assert.equal(usualTrades([5, 1]), null);
  assert.equal(usualTrades([900, 1, 10]), 10);
  assert.equal(usualTrades([900, 1, 10, 20]), 15);
  assert.equal(usualTrades([7, 7, 7, 7, 7, 7, 7, 7, 7, 7]), 7);
});

Deno.test("a day is quiet without any trade, or with less than half of the usual volume, except for the short last day of the year", () => {
  const quiet = (trades: number, usual: number | null, date = DATE) => isQuiet({ date, trades, usual });
  assert.deepEqual([quiet(0, null), quiet(1, null), quiet(49, 100), quiet(50, 100)], [
    true,
    false,
    true,
    false,
  ]);
  assert.deepEqual([quiet(0, 0), quiet(0, 100, "2026-12-30"), quiet(1, 100, "2026-12-30")], [
    true,
    true,
    false,
  ]);
});

Deno.test("volumeText() says how little was traded, and what is usual if known", () => {
  assert.equal(volumeText({ date: DATE, trades: 0, usual: null }), "no trade on 2026-09-15");
  assert.equal(
    volumeText({ date: DATE, trades: 1, usual: 3900.5 }),
    "only 1 trade on 2026-09-15, usually 3,901",
  );
});

Deno.test("a day with less than half of the median of the ten trading days before is a WARNING, once a day", async () => {
  const trades = Object.fromEntries(BEFORE.map((date, i) => [date, 10 + i]));
  using venue = await venueWith({ ...trades, "2026-08-31": 900, [DATE]: 7 });
  const volume = { date: DATE, trades: 7, usual: 14.5 };
  const warning =
    "DETR: only 7 trades on 2026-09-15, usually 15. If there was trading, its files are incomplete";
  assert.deepEqual(await judged(venue), [volume, [warning]]);
  assert.deepEqual(await judged(venue, "2026-09-16 12:00"), [null, []]);
  await venue.minute(`${DATE}T09:01`, lines(`${DATE}T09:01`, 1, 100));
  assert.deepEqual(await judged(venue, "2026-09-16 13:00"), [{ ...volume, trades: 8 }, []], "more has come");
});

Deno.test("a day with only empty files is a WARNING, whether or not there are days before it", async () => {
  using venue = await venueWith({ [DATE]: 0 });
  const [volume, warnings] = await judged(venue);
  assert.deepEqual(volume, { date: DATE, trades: 0, usual: null });
  assert.match(warnings.join(), /^DETR: no trade on 2026-09-15\. /);
});

Deno.test("a day of which only the hours after trading were listed, such as the day before the first fetch, is not judged", async () => {
  using venue = await venueWith({});
  await venue.minute(`${DATE}T17:00`, []);
  assert.deepEqual(await judged(venue), [null, []]);
  await venue.minute(`${DATE}T15:39`, []);
  assert.equal((await judged(venue))[0]?.trades, 0, "the last minute of trading");
});

Deno.test("a usual day is judged without a message; with two days the usual volume is unknown", async () => {
  using venue = await venueWith({ [BEFORE[0]]: 20, [BEFORE[1]]: 20, [DATE]: 7 });
  assert.deepEqual(await judged(venue), [{ date: DATE, trades: 7, usual: null }, []]);
});

Deno.test("a day is judged when it is over and none of its files is missing", async () => {
  using venue = await venueWith({ [DATE]: 7 });
  assert.equal((await judged(venue, "2026-09-15 23:59"))[0], null);
  const reason = "not fetched yet";
  const missing = new Map([[`DETR-posttrade-${DATE}T10_00.json.gz`, { absentCycles: 0, reason }]]);
  assert.equal((await judged(venue, "2026-09-16 00:01", missing))[0], null);
  const lost = new Map([[`DETR-posttrade-${DATE}T10_00.json.gz`, { absentCycles: 3, reason }]]);
  assert.equal((await judged(venue, "2026-09-16 00:01", lost))[0]?.trades, 7);
});
