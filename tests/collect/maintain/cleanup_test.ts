import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { acceptFile } from "../../../src/collect/verify/accept.ts";
import { ageInDays, type Cleanup, cleanUp, isClean } from "../../../src/collect/maintain/cleanup.ts";
import { lackingInEntries, lackingInFile } from "../../../src/collect/maintain/proofs.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { RAW, TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { writeAccepted } from "../../../src/store/state/accepted_record.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";
import type { LedgerEntry } from "../../../src/store/ledger.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { treeOf } from "../../e2e/evidence.ts";
import { FakeClock } from "../../feed/fake_clock.ts";
import { line, lines, Venue } from "../daily_files.ts";
import { at } from "../situations.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATE = "2026-09-01";
const EVE = "2026-08-31";
const DAILY = `DETR-posttrade-daily-${DATE}.json.gz`;
/** A week after the date has begun. */
const WEEK_LATER = Date.UTC(2026, 8, 8);

const entry = (known: Partial<LedgerEntry> = {}): LedgerEntry => ({
  rows: 3,
  rejected: 0,
  digest: "0123456789abcdef",
  ...known,
});

function clean(venue: Venue, keepDays = 0, { now = WEEK_LATER, dryRun = false } = {}): Promise<Cleanup> {
  const pace = new Pace(new FakeClock(), new AbortController().signal, () => {});
  return cleanUp("DETR", { layout: venue.layout, pace, now, keepDays, dryRun });
}

const raw = (venue: Venue) => filesBelow(venue.layout.venues(RAW));
const nameOf = (time: string) => `DETR-posttrade-${time.replace(":", "_")}.json.gz`;

Deno.test("ageInDays() counts calendar dates, UTC", () => {
  assert.equal(ageInDays(DATE, Date.UTC(2026, 8, 1)), 0);
  assert.equal(ageInDays(DATE, Date.UTC(2026, 8, 1, 23, 59, 59)), 0);
  assert.equal(ageInDays(DATE, Date.UTC(2026, 8, 2)), 1);
  assert.equal(ageInDays(DATE, Date.UTC(2026, 7, 31, 23)), -1);
});

Deno.test("lackingInEntries() and lackingInFile() say what is not proved, and nothing when everything agrees", () => {
  const file = { digest: "0123456789abcdef", lines: 3 };
  assert.equal(lackingInEntries([]), "not in the ledger");
  assert.equal(lackingInEntries([entry(), entry({ rejected: 1 })]), "bad lines");
  assert.equal(lackingInEntries([entry()]), null);
  assert.equal(lackingInFile([entry()], file), null);
  assert.equal(lackingInFile([entry({ rows: 1 }), entry({ rows: 2 })], file), null);
  assert.equal(lackingInFile([entry({ rows: 1 })], file), "other rows");
  assert.equal(lackingInFile([entry({ rows: 4 })], file), "other rows");
  assert.equal(lackingInFile([entry({ digest: "credited" })], file), "other bytes");
  assert.equal(
    lackingInFile([entry({ rows: 1 }), entry({ rows: 2, digest: "f".repeat(16) })], file),
    "other bytes",
  );
});

Deno.test("rejected bytes are deleted when a daily file stores their name; those of a name that is not stored are kept", async () => {
  using venue = new Venue();
  const times = [`${DATE}T09:00`, `${DATE}T09:01`];
  const [stored, missing] = times.map((time) => minuteFile("DETR", DATE, at(time.slice(11))));
  for (const file of [stored, missing]) await venue.reject(file);
  await venue.daily(DATE, lines(times[0], 3), [stored]);
  await clean(venue, 0, { dryRun: true });
  assert.deepEqual(venue.spool.rejected(DATE), [stored.name, missing.name]);
  await clean(venue);
  assert.deepEqual(raw(venue), [venue.layout.rejectedFile(missing)]);
});

Deno.test("a file is deleted with its empty folders when the partition has its name, its digest and all its rows", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  await venue.minute(`${DATE}T09:01`, []);
  const bytes = raw(venue).reduce((sum, path) => sum + Deno.statSync(path).size, 0);
  const partition = treeOf(venue.layout.venues(TRADES_BY_DAY));
  assert.deepEqual(await clean(venue), { venue: "DETR", files: 2, bytes, kept: [], damage: [] });
  assert.deepEqual([...Deno.readDirSync(venue.layout.ofVenue(RAW, "DETR"))], []);
  assert.deepEqual(treeOf(venue.layout.venues(TRADES_BY_DAY)), partition);
  assert.deepEqual(await clean(venue), { venue: "DETR", files: 0, bytes: 0, kept: [], damage: [] });
});

Deno.test("a file without a newline at its end, or with blank lines, is proved like any other", async () => {
  using venue = new Venue();
  const [first, second] = lines(`${DATE}T09:00`, 2);
  await venue.minute(`${DATE}T09:00`, ["", first, "  ", `${second}\r`, ""]);
  assert.equal((await clean(venue)).files, 1);
});

Deno.test("the files of as many dates are kept as --keep-days says, counting today; 0 keeps none", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  const young = [{ because: "young", files: 1, first: nameOf(`${DATE}T09:00`) }];
  assert.deepEqual((await clean(venue, 8)).kept, young);
  assert.deepEqual((await clean(venue, 7, { now: WEEK_LATER - 1 })).kept, young);
  assert.deepEqual((await clean(venue, 0, { now: Date.UTC(2026, 7, 31, 23) })).kept, young);
  assert.ok(isClean(await clean(venue, 8)));
  assert.deepEqual((await clean(venue, 0, { now: Date.UTC(2026, 8, 1, 9), dryRun: true })).files, 1);
  assert.deepEqual((await clean(venue, 7)).files, 1);
});

Deno.test("a dry run says the same and touches nothing", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  await venue.minute(`${DATE}T09:01`, ["{}"]);
  const before = treeOf(venue.layout.workingDirectory);
  const told = await clean(venue, 7, { dryRun: true });
  assert.deepEqual(treeOf(venue.layout.workingDirectory), before);
  assert.deepEqual(await clean(venue, 7), told);
  assert.notDeepEqual(treeOf(venue.layout.workingDirectory), before);
});

Deno.test("files that are not understood, have bad lines or were never published are kept, however old", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, ['{"renamed":1}']);
  await venue.minute(`${DATE}T09:01`, [...lines(`${DATE}T09:01`, 2), "not JSON"]);
  await venue.spoolMinute(`${DATE}T09:02`, lines(`${DATE}T09:02`, 1));
  const before = raw(venue);
  const cleanup = await clean(venue, 0, { now: Date.UTC(2030, 0) });
  assert.deepEqual([cleanup.files, cleanup.kept], [0, [
    { because: "not in the ledger", files: 2, first: nameOf(`${DATE}T09:00`) },
    { because: "bad lines", files: 1, first: nameOf(`${DATE}T09:01`) },
  ]]);
  assert.ok(!isClean(cleanup));
  assert.deepEqual(raw(venue), before);
});

Deno.test("a file that was accepted although it is not understood is kept, and is not an issue", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, ['{"renamed":1}']);
  const name = nameOf(`${DATE}T09:00`);
  await writeAccepted(venue.layout.acceptedRecord("DETR"), new Set([name]));
  const cleanup = await clean(venue);
  assert.deepEqual([cleanup.files, cleanup.kept], [0, [{ because: "accepted", files: 1, first: name }]]);
  assert.ok(isClean(cleanup));
});

Deno.test("a file whose bytes have changed since it was published is kept", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  const [path] = raw(venue);
  const bytes = Deno.readFileSync(path);
  for (const other of [bytes.with(20, bytes[20] ^ 1), bytes.slice(0, -1), new Uint8Array(0)]) {
    Deno.writeFileSync(path, other);
    assert.deepEqual((await clean(venue)).kept.map(({ because }) => because), ["other bytes"]);
  }
  Deno.writeFileSync(path, bytes);
  assert.equal((await clean(venue)).files, 1);
});

Deno.test("a damaged partition proves nothing, wherever the damage is, and the damage is reported once", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  await venue.minute(`${DATE}T09:01`, lines(`${DATE}T09:01`, 3, 10));
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  const bytes = Deno.readFileSync(path);
  for (const at of [10, bytes.length - 200, bytes.length - 1]) {
    Deno.writeFileSync(path, bytes.with(at, bytes[at] ^ 1));
    const { files, kept, damage } = await clean(venue);
    assert.deepEqual([files, kept], [0, [
      { because: "damaged partition", files: 2, first: nameOf(`${DATE}T09:00`) },
    ]]);
    assert.equal(damage.length, 1);
    assert.ok(damage[0].includes(path));
  }
  Deno.removeSync(path);
  assert.deepEqual((await clean(venue)).kept.map(({ because }) => because), ["not in the ledger"]);
});

Deno.test("a daily file is deleted only when its partitions together have all its rows", async () => {
  using venue = new Venue();
  await venue.daily(DATE, [...lines(`${EVE}T22:00`, 2), ...lines(`${DATE}T09:00`, 3, 10)]);
  const eve = venue.layout.partition(TRADES_BY_DAY, "DETR", EVE);
  const bytes = Deno.readFileSync(eve);
  Deno.removeSync(eve);
  assert.deepEqual((await clean(venue)).kept, [{ because: "other rows", files: 1, first: DAILY }]);
  Deno.writeFileSync(eve, bytes.with(10, bytes[10] ^ 1));
  assert.deepEqual((await clean(venue)).kept, [{ because: "damaged partition", files: 1, first: DAILY }]);
  Deno.writeFileSync(eve, bytes);
  assert.equal((await clean(venue)).files, 1);
  assert.deepEqual(raw(venue), []);
});

Deno.test("a daily file that contradicts the minutes is kept until it is accepted, even one without a row", async () => {
  for (const rows of [lines(`${DATE}T09:00`, 30, 100), []]) {
    using venue = new Venue();
    await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 30));
    await venue.daily(DATE, rows);
    const { files, kept } = await clean(venue);
    assert.deepEqual([files, kept], [1, [{ because: "contradiction", files: 1, first: DAILY }]]);
    await acceptFile(venue.publisher, DAILY);
    assert.deepEqual((await clean(venue)).files, 1);
  }
});

Deno.test("a second version of a file is proved by its own ledger entry", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 2));
  const second = await venue.spoolMinute(`${DATE}T09:00`, [line(`${DATE}T09:00`, 7)]);
  assert.match(second.path, /\.~[0-9a-f]{16}$/);
  const first = await clean(venue);
  assert.deepEqual([first.files, first.kept.map(({ because }) => because)], [1, ["not in the ledger"]]);
  assert.deepEqual(raw(venue), [second.path]);
  await venue.publish(second);
  assert.equal((await clean(venue)).files, 1);
});

Deno.test("bytes that were rejected under a name are deleted together with its file; those of a name that was never stored are kept", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 1));
  const rejected = venue.layout.rejectedDay("DETR", DATE);
  Deno.mkdirSync(rejected);
  for (const time of ["T09:00", "T09:05"]) {
    Deno.writeTextFileSync(`${rejected}/${nameOf(DATE + time)}`, "<html>");
  }
  await clean(venue);
  assert.deepEqual(raw(venue), [`${rejected}/${nameOf(`${DATE}T09:05`)}`]);
});

Deno.test("what a killed download left in an old folder is deleted; files of others are kept", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 1));
  const folder = venue.layout.rawDay("DETR", DATE);
  Deno.writeTextFileSync(`${folder}/.unfinished-DETR-posttrade-2026-09-01T09_01.json.gz-1`, "");
  Deno.writeTextFileSync(`${folder}/notes.txt`, "");
  await clean(venue);
  assert.deepEqual(raw(venue), [`${folder}/notes.txt`]);
  Deno.removeSync(`${folder}/notes.txt`);
  await clean(venue);
  assert.ok(!existsSync(folder));
});
