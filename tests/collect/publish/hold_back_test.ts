import assert from "node:assert/strict";
import {
  type Arrival,
  heldTogether,
  type Pause,
  waitsUntil,
} from "../../../src/collect/publish/hold_back.ts";

const MINUTE = 60_000;
/** Published at 10:00; it is 10:10. */
const PAUSE: Pause = { now: 610 * MINUTE, lastPublished: 600 * MINUTE, everyMillis: 30 * MINUTE };
const CAME: Arrival = { kind: "minute", at: 605 * MINUTE };

Deno.test("minute files that came after the last publication wait until the next one is due", () => {
  assert.equal(waitsUntil([CAME], PAUSE), 630 * MINUTE);
  assert.equal(waitsUntil([CAME, { ...CAME, at: 600 * MINUTE }], PAUSE), 630 * MINUTE);
  assert.equal(waitsUntil([CAME], { ...PAUSE, now: 630 * MINUTE - 1 }), 630 * MINUTE);
  assert.equal(waitsUntil([CAME], { ...PAUSE, now: 630 * MINUTE }), null);
  assert.equal(waitsUntil([CAME], { ...PAUSE, everyMillis: 10 * MINUTE }), null);
});

Deno.test("nothing waits that is the first of its date, a daily file, an odd one, or was there at the last publication", () => {
  assert.equal(waitsUntil([CAME], { ...PAUSE, lastPublished: null }), null);
  assert.equal(waitsUntil([], PAUSE), null);
  assert.equal(waitsUntil([CAME, { ...CAME, kind: "daily" }], PAUSE), null);
  assert.equal(waitsUntil([CAME, { ...CAME, kind: "odd" }], PAUSE), null);
  assert.equal(waitsUntil([CAME, { ...CAME, at: 599 * MINUTE }], PAUSE), null, "it is not understood");
});

Deno.test("nothing waits for a publication from the future: the clock was set back", () => {
  assert.equal(waitsUntil([{ ...CAME, at: 700 * MINUTE }], { ...PAUSE, lastPublished: 611 * MINUTE }), null);
});

Deno.test("of several dates the names wait together, until the first of them is due", () => {
  assert.equal(heldTogether([]), null);
  assert.deepEqual(heldTogether([{ names: ["a", "b"], until: 7 }, { names: ["c"], until: 5 }]), {
    names: ["a", "b", "c"],
    until: 5,
  });
});
