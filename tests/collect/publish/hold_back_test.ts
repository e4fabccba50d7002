import assert from "node:assert/strict";
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
const PAUSE: Pause = { now: 610 * MINUTE, lastPublished: 600 * MINUTE, everyMillis: 30 * MINUTE };
const arrival = (file: SourceFile, minute: number): Arrival => ({
  spooled: { file, path: file.name, version: null },
  at: minute * MINUTE,
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
