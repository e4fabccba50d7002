import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { readPartition } from "../../../src/store/stored_partition.ts";
import { line, lines, Venue } from "../daily_files.ts";
import { DATE, EVE, minute, reconciled, stored } from "./daily_findings.ts";

Deno.test.sanitizer({ ops: true, resources: true });

Deno.test("a daily file goes to the UTC dates of its publication times, and is entered in each with its rows there", async () => {
  using venue = new Venue();
  const findings = await venue.daily(DATE, [...lines(`${EVE}T22:00`, 2), ...lines(`${DATE}T09:00`, 3, 10)]);
  assert.deepEqual(findings, [stored(EVE, 2), stored(DATE, 3)]);
  assert.deepEqual(await venue.ledger(EVE), { "daily-2026-09-01": "2 0 fetched" });
  assert.deepEqual(await venue.ledger(DATE), { "daily-2026-09-01": "3 0 fetched" });
  assert.deepEqual([await venue.ids(EVE), await venue.ids(DATE)], [[0, 1], [10, 11, 12]]);
  assert.ok(!existsSync(venue.layout.runs("DETR")));
});

Deno.test("a row belongs to the date of its publication time, or without one to that of its trading time", async () => {
  using venue = new Venue();
  const late = { tradingDateAndTime: `${EVE}T23:59:59.9Z` };
  const { publicationDateAndTime: _, ...unpublished } = JSON.parse(line(`${EVE}T23:59`, 2));
  await venue.daily(DATE, [line(`${DATE}T00:00`, 1, late), JSON.stringify(unpublished)]);
  assert.deepEqual([await venue.ids(EVE), await venue.ids(DATE)], [[2], [1]]);
});

Deno.test("a row without any time belongs to the daily file's day: it is not compared, and is added once, even when a minute file has it", async () => {
  using venue = new Venue();
  const timeless = (id: number) =>
    line(`${DATE}T09:00`, id, { tradingDateAndTime: null, publicationDateAndTime: null });
  await venue.minute(`${DATE}T09:00`, [line(`${DATE}T09:00`, 1), timeless(2)]);
  const rows = [...lines(`${EVE}T22:00`, 1), line(`${DATE}T09:00`, 1), timeless(2), timeless(3)];
  for (const added of [1, 0]) {
    const findings = await venue.daily(DATE, rows);
    assert.deepEqual(findings, [
      reconciled(1),
      stored(EVE, 1, added, 1 - added),
      stored(DATE, 3, added, 3 - added),
    ]);
  }
  assert.deepEqual(await venue.ids(DATE), [1, 2, 3]);
  assert.deepEqual(await venue.ledger(DATE), { "09_00": "2 0 fetched", "daily-2026-09-01": "3 0 fetched" });
});

Deno.test("a daily file without rows is entered in its own date", async () => {
  using venue = new Venue();
  assert.deepEqual(await venue.daily(DATE, []), [stored(DATE, 0)]);
  assert.deepEqual(await venue.ledger(DATE), { "daily-2026-09-01": "0 0 fetched" });
});

Deno.test("a daily file of another date only is entered in its own date as well", async () => {
  using venue = new Venue();
  await venue.daily(DATE, lines(`${EVE}T22:00`, 1));
  assert.deepEqual(await venue.ledger(DATE), { "daily-2026-09-01": "0 0 fetched" });
});

Deno.test("listed minutes are credited with their rows; without rows only where there is no trading", async () => {
  using venue = new Venue();
  const listed = [
    `${EVE}T22:00`,
    `${EVE}T22:01`,
    `${DATE}T06:59`,
    `${DATE}T07:00`,
    `${DATE}T09:00`,
    `${DATE}T15:40`,
  ];
  const rows = [
    ...lines(`${EVE}T22:00`, 2),
    ...lines(`${DATE}T09:00`, 3, 10),
    ...lines(`${DATE}T09:01`, 4, 20),
  ];
  await venue.daily(DATE, rows, listed.map(minute));
  assert.deepEqual(await venue.ledger(EVE), {
    "22_00": "2 0 credited",
    "22_01": "0 0 credited",
    "daily-2026-09-01": "2 0 fetched",
  });
  assert.deepEqual(await venue.ledger(DATE), {
    "06_59": "0 0 credited",
    "09_00": "3 0 credited",
    "15_40": "0 0 credited",
    "daily-2026-09-01": "7 0 fetched",
  });
});

Deno.test("listed minutes of a date for which the daily file has no row are credited as well, and damage there does not stop the rest", async () => {
  using venue = new Venue();
  const eve = [`${EVE}T23:00`, `${EVE}T23:01`].map(minute);
  await venue.daily(DATE, lines(`${DATE}T09:00`, 3), eve);
  assert.deepEqual(await venue.ledger(EVE), { "23_00": "0 0 credited", "23_01": "0 0 credited" });
  assert.deepEqual(await venue.ledger(DATE), { "daily-2026-09-01": "3 0 fetched" });

  using other = new Venue();
  await other.minute(`${EVE}T09:00`, lines(`${EVE}T09:00`, 1));
  Deno.truncateSync(other.layout.partition(TRADES_BY_DAY, "DETR", EVE), 100);
  await other.daily(DATE, lines(`${DATE}T09:00`, 3), eve);
  assert.deepEqual(await other.ledger(DATE), { "daily-2026-09-01": "3 0 fetched" });
});

Deno.test("a minute that was fetched keeps its own entry", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  await venue.daily(DATE, lines(`${DATE}T09:00`, 3), [minute(`${DATE}T09:00`)]);
  assert.deepEqual(await venue.ledger(DATE), { "09_00": "3 0 fetched", "daily-2026-09-01": "3 0 fetched" });
});

Deno.test("bad lines of a daily file are counted in its own date, and reported", async () => {
  using venue = new Venue();
  const rows = [...lines(`${EVE}T22:00`, 1), "not JSON", ...lines(`${DATE}T09:00`, 1, 10)];
  const [badLines] = await venue.daily(DATE, rows);
  assert.deepEqual(badLines, {
    kind: "bad lines",
    name: "DETR-posttrade-daily-2026-09-01.json.gz",
    count: 1,
    examples: [{ line: 2, reason: "not JSON" }],
  });
  assert.deepEqual(await venue.ledger(EVE), { "daily-2026-09-01": "1 0 fetched" });
  assert.deepEqual(await venue.ledger(DATE), { "daily-2026-09-01": "1 1 fetched taken" });
});

Deno.test("a daily file that is not understood is entered nowhere", async () => {
  using venue = new Venue();
  const [finding, ...others] = await venue.daily(DATE, ['{"renamed":1}'], [minute(`${DATE}T06:00`)]);
  assert.deepEqual([finding.kind, others], ["unrecognized", []]);
  assert.equal(await readPartition(venue.layout.partition(TRADES_BY_DAY, "DETR", DATE), TRADES), null);
});

Deno.test("its own date is written last: when another date's partition is damaged, the file does not count as seen", async () => {
  using venue = new Venue();
  await venue.minute(`${EVE}T22:00`, lines(`${EVE}T22:00`, 1));
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", EVE);
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.with(4, bytes[4] ^ 1));
  const rows = [...lines(`${DATE}T09:00`, 2, 10), ...lines(`${EVE}T22:05`, 2)];
  await assert.rejects(venue.daily(DATE, rows), DamagedPartition);
  assert.equal(await readPartition(venue.layout.partition(TRADES_BY_DAY, "DETR", DATE), TRADES), null);
  assert.ok(!existsSync(venue.layout.runs("DETR")));
});

Deno.test("a minute file that is kept and not understood is not credited, so that it is not forgotten", async () => {
  using venue = new Venue();
  await venue.minute("2026-09-01T20:00", ['{"renamed":1}']);
  await venue.daily("2026-09-01", lines("2026-09-01T09:00", 1), [minute("2026-09-01T20:00")]);
  assert.deepEqual(Object.keys(await venue.ledger("2026-09-01")), ["daily-2026-09-01"]);
});
