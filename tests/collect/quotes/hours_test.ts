import assert from "node:assert/strict";
import { expiredSince, expiredText } from "../../../src/collect/quotes/backlog.ts";
import { expectedOfHour, hourOf, isLate, waitsUntil } from "../../../src/collect/quotes/hours.ts";
import { hasRoom, noRoomText } from "../../../src/collect/quotes/room.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";

const HOUR = "2026-09-01T08";
const FILES = expectedOfHour("DGAT", ["pretrade"], HOUR);
const at = (time: string) => Date.parse(`2026-09-01T${time}Z`);

Deno.test("an hour expects the minutes that the calendar has for it, of all its services", () => {
  assert.equal(FILES.length, 60);
  assert.equal(expectedOfHour("DEUR", ["pretradeMDOptions", "pretradeOthers"], HOUR).length, 120);
  assert.deepEqual(expectedOfHour("DGAT", ["pretrade"], "2026-09-01T21").map(({ name }) => name), [
    "DGAT-pretrade-2026-09-01T21_00.json.gz",
  ]);
  assert.deepEqual(expectedOfHour("DGAT", ["pretrade"], "2026-09-05T08"), []);
  assert.deepEqual(new Set(FILES.map(hourOf)), new Set([HOUR]));
});

Deno.test("an hour waits for its last minute, and is published as soon as it has it", () => {
  const waits = (settled: number, time: string) =>
    waitsUntil(HOUR, { files: FILES, isSettled: ({ minute }) => minute - 480 < settled, now: at(time) });
  assert.equal(waits(59, "09:13:00"), at("10:30:00"));
  assert.equal(waits(60, "09:13:02"), null);
  assert.equal(waits(30, "10:29:59"), at("10:30:00"));
  assert.equal(waits(30, "10:30:00"), null, "a file that cannot be had is not waited for any longer");
});

Deno.test("a name that is five minutes late will not be listed", () => {
  const last = minuteFile("DGAT", "2026-09-01", 539, "pretrade");
  assert.deepEqual(["09:17:59", "09:18:00"].map((time) => isLate(last, at(time))), [false, true]);
});

Deno.test("minutes that are lost for good are reported: those after the newest stored one that are no longer listed", () => {
  const listed = [minuteFile("DGAT", "2026-09-03", 600, "pretrade")];
  const found = expiredSince(at("20:58:00"), listed)!;
  assert.equal(found.minutes, 2 + 1321 + 660);
  assert.equal(found.first.name, "DGAT-pretrade-2026-09-01T20_59.json.gz");
  assert.match(
    expiredText("DGAT", found),
    /^DGAT: quotes of 1,983 minutes are lost, .*T20_59.*T09_59.*no longer lists/,
  );
});

Deno.test("nothing is lost when the listing begins at or before the newest minute, or is empty", () => {
  const newest = at("10:00:00");
  assert.equal(expiredSince(newest, [minuteFile("DGAT", "2026-09-01", 601, "pretrade")]), null);
  assert.equal(expiredSince(newest, [minuteFile("DGAT", "2026-09-01", 60, "pretrade")]), null);
  assert.equal(expiredSince(newest, []), null);
});

Deno.test("quotes stop while there is still room for trades; when the free room is not known, they go on", () => {
  const room = { free: 500e6, wanted: 85e6, promised: 0, keptForTrades: 100e6 };
  assert.ok(hasRoom(room));
  assert.ok(!hasRoom({ ...room, free: 480e6 }));
  assert.ok(hasRoom({ ...room, free: null }));
  assert.ok(!hasRoom({ ...room, promised: 20e6 }), "what another venue may still take is not free");
  assert.match(
    noRoomText({ ...room, free: 480e6 }, 60),
    /the disk has 480 MB free; the next 60 files take 383 MB .* 100 MB are kept for trades/,
  );
});
