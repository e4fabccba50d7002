import assert from "node:assert/strict";
import { contradictionsOf } from "../../../src/collect/publish/contradictions.ts";
import { line, lines, Venue } from "../daily_files.ts";
import { contradiction, DAILY, DATE, EVE, minute, reconciled, stored } from "./daily_findings.ts";

Deno.test.sanitizer({ ops: true, resources: true });

Deno.test("rows without any time that only minute files have do not speak against a daily file", async () => {
  using venue = new Venue();
  const timeless = (id: number) =>
    line(`${DATE}T09:00`, id, { tradingDateAndTime: null, publicationDateAndTime: null });
  const timed = lines(`${DATE}T09:00`, 30);
  await venue.minute(`${DATE}T09:00`, [...timed, ...Array.from({ length: 30 }, (_, i) => timeless(100 + i))]);
  assert.deepEqual(await venue.daily(DATE, timed), [reconciled(30), stored(DATE, 60, 0, 30)]);
});

Deno.test("a daily file that agrees with the minutes adds nothing, however often it is published", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await venue.daily(DATE, lines(`${DATE}T09:00`, 3)), [
      reconciled(3),
      stored(DATE, 3, 0, 3),
    ]);
  }
});

Deno.test("a daily file completes minutes that came empty or cut short, however many rows they lack, and says which", async () => {
  using venue = new Venue();
  const [whole, cut, empty] = ["09:00", "09:01", "09:02"].map((clock) => `${DATE}T${clock}`);
  await venue.minute(whole, lines(whole, 100));
  await venue.minute(cut, lines(cut, 50, 1000));
  await venue.minute(empty, []);
  const all = [...lines(whole, 100), ...lines(cut, 100, 1000), ...lines(empty, 100, 2000)];
  const findings = await venue.daily(DATE, all);
  assert.deepEqual(findings, [
    reconciled(300, { added: 150, short: [cut, empty] }),
    stored(DATE, 300, 150, 150),
  ]);
  assert.deepEqual(await venue.ledger(DATE), {
    "09_00": "100 0 fetched",
    "09_01": "50 0 fetched",
    "09_02": "0 0 fetched",
    "daily-2026-09-01": "300 0 fetched",
  });
});

Deno.test("a row that the daily file has twice and the minutes once is one missing row", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, []);
  const row = line(`${DATE}T09:00`, 1);
  const findings = await venue.daily(DATE, [row, row]);
  assert.deepEqual(findings, [reconciled(2, { added: 1, short: [`${DATE}T09:00`] }), stored(DATE, 1, 1, 1)]);
});

Deno.test("trades that only minute files have are kept, and are counted for the minutes of the daily file's own day", async () => {
  using venue = new Venue();
  await venue.minute(`${EVE}T09:00`, lines(`${EVE}T09:00`, 7, 500)); // another trading day
  await venue.minute(`${EVE}T22:30`, lines(`${EVE}T22:30`, 4));
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 200, 1000));
  await venue.minute(`${DATE}T09:01`, lines(`${DATE}T09:01`, 2, 2000));
  const rows = [...lines(`${EVE}T22:30`, 3), ...lines(`${DATE}T09:00`, 201, 1000)];
  const findings = await venue.daily(DATE, rows);
  assert.deepEqual(findings, [
    reconciled(204, { added: 1, short: [`${DATE}T09:00`], onlyInMinutes: 3 }),
    stored(EVE, 11, 0, 3),
    stored(DATE, 203, 1, 200),
  ]);
});

Deno.test("a daily file that lacks more than a few rows of the fetched minutes contradicts them: nothing is added to these minutes, everything to the others", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 200));
  // 21 of them are others, and 4 more than the minute has.
  const rows = [
    ...lines(`${DATE}T09:00`, 179),
    ...lines(`${DATE}T09:00`, 25, 500),
    ...lines(`${DATE}T09:01`, 5, 1000),
  ];
  const findings = await venue.daily(DATE, rows, [minute(`${DATE}T09:01`)]);
  assert.deepEqual(findings, [contradiction(21, 200, 25), stored(DATE, 205, 5)]);
  assert.deepEqual(await venue.ledger(DATE), {
    "09_00": "200 0 fetched",
    "09_01": "5 0 credited",
    "daily-2026-09-01": "209 204 fetched withheld",
  });
  assert.deepEqual(await contradictionsOf(venue.spool), [DAILY]);
});

Deno.test("a contradiction counts over all dates of the file, and withholds on each", async () => {
  using venue = new Venue();
  await venue.minute(`${EVE}T22:00`, lines(`${EVE}T22:00`, 11));
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 100, 1000));
  const rows = [...lines(`${EVE}T22:00`, 3, 20), ...lines(`${DATE}T09:00`, 90, 1000)];
  const [found] = await venue.daily(DATE, rows);
  assert.deepEqual(found, contradiction(21, 111, 3));
  assert.deepEqual(await venue.ledger(EVE), {
    "22_00": "11 0 fetched",
    "daily-2026-09-01": "3 3 fetched withheld",
  });
  assert.equal((await venue.ledger(DATE))["daily-2026-09-01"], "90 90 fetched withheld");
});

Deno.test("a daily file without a row of the fetched minutes contradicts them, though nothing of it is withheld", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 30));
  const findings = await venue.daily(DATE, []);
  assert.deepEqual(findings, [contradiction(30, 30, 0), stored(DATE, 30, 0)]);
  assert.equal((await venue.ledger(DATE))["daily-2026-09-01"], "0 0 fetched withheld");
  assert.deepEqual(await contradictionsOf(venue.spool), [DAILY]);
});

Deno.test("stored rows that no minute file of the day has do not speak against its daily file", async () => {
  using venue = new Venue();
  const all = lines(`${DATE}T09:00`, 60);
  await venue.minute(`${DATE}T09:00`, all);
  await venue.adopt(DATE, lines(`${DATE}T09:00`, 40, 100)); // in the same minute, by other ids
  await venue.publish(await venue.spoolMinute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 40, 200))); // a second version
  assert.deepEqual(await venue.daily(DATE, all), [reconciled(60), stored(DATE, 140, 0, 60)]);
});

Deno.test("an earlier decision is followed without a comparison: withheld in part, or taken whole", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 30));
  const rows = lines(`${DATE}T09:00`, 31);
  assert.deepEqual(await venue.daily(DATE, rows, [], "withheld"), [stored(DATE, 30, 0)]);
  assert.equal((await venue.ledger(DATE))["daily-2026-09-01"], "31 31 fetched withheld");
  assert.deepEqual(await venue.daily(DATE, rows, [], "taken"), [stored(DATE, 31, 1, 30)]);
  assert.equal((await venue.ledger(DATE))["daily-2026-09-01"], "31 0 fetched");
  assert.deepEqual(await contradictionsOf(venue.spool), []);
});

Deno.test("minutes that were only credited do not speak against a daily file", async () => {
  using venue = new Venue();
  await venue.daily(EVE, lines(`${EVE}T09:00`, 10), [minute(`${EVE}T09:00`)]);
  const findings = await venue.daily(DATE, lines(`${EVE}T09:00`, 10, 100));
  assert.deepEqual(findings, [stored(EVE, 20, 10), stored(DATE, 0)]);
});

Deno.test("a minute with bad lines was fetched in part: the daily file completes it without contradiction", async () => {
  using venue = new Venue();
  const all = lines("2026-09-01T09:00", 20);
  await venue.minute("2026-09-01T09:00", [...all.slice(1), "{cut"]);
  const findings = await venue.daily("2026-09-01", all);
  assert.deepEqual(findings.map(({ kind }) => kind), ["stored"]);
  assert.equal((await venue.ids("2026-09-01")).length, 20);
});
