import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  type Arrival,
  heldTogether,
  mayWait,
  NO_WAIT,
  type Pause,
} from "../../../src/collect/publish/hold_back.ts";
import { dailyFile, minuteFile, type SourceFile } from "../../../src/feed/file_names.ts";

const MINUTE = 60_000;
/** Published at 10:00; it is 10:10. */
const PAUSE: Pause = {
  now: 610 * MINUTE,
  lastPublished: 600 * MINUTE,
  everyMillis: 30 * MINUTE,
  rows: 1_000,
};
const arrival = (file: SourceFile, minute: number, bytes = 30_000): Arrival => ({
  spooled: { file, path: file.name, version: null },
  at: minute * MINUTE,
  bytes,
});
const [FIRST, SECOND] = [590, 591].map((minute) => minuteFile("DETR", "2026-09-01", minute));
const CAME = arrival(FIRST, 605);

/** Which of the files may wait, by name, and until which minute. */
function waiting(arrivals: readonly Arrival[], pause: Partial<Pause> = {}): [string[], number] {
  const { files, until } = mayWait(arrivals, { ...PAUSE, ...pause });
  return [files.map(({ path }) => path), until / MINUTE];
}

Deno.test("minute files that arrived after the last publication wait until the next one is due", () => {
  assert.deepEqual(waiting([CAME]), [[FIRST.name], 630]);
  assert.deepEqual(waiting([CAME, arrival(SECOND, 600)]), [[FIRST.name, SECOND.name], 630]);
  assert.deepEqual(waiting([CAME], { now: 630 * MINUTE - 1 }), [[FIRST.name], 630]);
  assert.equal(mayWait([CAME], { ...PAUSE, now: 630 * MINUTE }), NO_WAIT);
  assert.equal(mayWait([CAME], { ...PAUSE, everyMillis: 10 * MINUTE }), NO_WAIT);
});

/** The size of the exchange's files of minutes without trades. */
const EMPTY = gzipSync("").length;
const onDay = (clock: string, date = "2026-09-01") => Date.parse(`${date}T${clock}Z`);

/** Until when the minute file of a time waits that has no trades and arrived after a publication: `2026-09-01T21:19`. */
function emptyUntil(clock: string, published: string, pause: Partial<Pause> = {}): string {
  const [hour, minute] = clock.split(":").map(Number);
  const file = minuteFile("DETR", "2026-09-01", 60 * hour + minute);
  const arrived = arrival(file, onDay(clock) / MINUTE + 14, EMPTY);
  const lastPublished = onDay(published);
  const { files, until } = mayWait([arrived], { ...PAUSE, lastPublished, now: arrived.at, ...pause });
  assert.equal(files.length, 1);
  return new Date(until).toISOString().slice(0, 16);
}

Deno.test("minutes without trades alone wait until the last minute of their trading day should be there", () => {
  assert.equal(emptyUntil("16:05", "16:00"), "2026-09-01T21:19");
  assert.equal(emptyUntil("20:59", "16:00"), "2026-09-01T21:19");
  assert.equal(emptyUntil("21:00", "20:58"), "2026-09-01T21:28", "no sooner than others");
});

Deno.test("the first hour of the next trading day, which in summer has this date, waits for the end of the date", () => {
  assert.equal(emptyUntil("23:00", "21:19"), "2026-09-02T00:18");
});

Deno.test("minutes without trades are published together with one that has trades", () => {
  const empty = arrival(FIRST, 605, EMPTY);
  assert.deepEqual(waiting([empty, arrival(SECOND, 606, EMPTY + 1)]), [[FIRST.name, SECOND.name], 630]);
  assert.equal(mayWait([empty, CAME], { ...PAUSE, now: 630 * MINUTE }), NO_WAIT);
});

Deno.test("minutes without trades wait no longer than others while the day has no trades, and on days without trading", () => {
  assert.equal(emptyUntil("06:30", "06:40", { rows: 0 }), "2026-09-01T07:10");
  const saturday = arrival(minuteFile("DETR", "2026-09-05", 600), 605, EMPTY);
  assert.deepEqual(waiting([saturday])[1], 630);
});

Deno.test("the first files of a date, and files that come with a daily file, do not wait", () => {
  assert.equal(mayWait([CAME], { ...PAUSE, lastPublished: null }), NO_WAIT);
  assert.deepEqual(waiting([])[0], []);
  assert.equal(mayWait([CAME, arrival(dailyFile("DETR", "2026-09-01"), 606)], PAUSE), NO_WAIT);
});

Deno.test("a file that was not understood at the last publication does not wait, and does not keep others from waiting", () => {
  assert.deepEqual(waiting([CAME, arrival(SECOND, 599)]), [[FIRST.name], 630]);
  assert.deepEqual(waiting([CAME, arrival(dailyFile("DETR", "2026-09-01"), 599)]), [[FIRST.name], 630]);
  assert.deepEqual(waiting([arrival(SECOND, 599)])[0], []);
});

Deno.test("nothing waits for a publication from the future: the clock was set back", () => {
  assert.equal(mayWait([arrival(FIRST, 700)], { ...PAUSE, lastPublished: 611 * MINUTE }), NO_WAIT);
});

Deno.test("the files of several dates wait together, until the first date is due", () => {
  assert.equal(heldTogether([]), null);
  assert.deepEqual(heldTogether([{ names: ["a", "b"], until: 7 }, { names: ["c"], until: 5 }]), {
    names: ["a", "b", "c"],
    until: 5,
  });
});
