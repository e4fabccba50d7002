import assert from "node:assert/strict";
import { LONGEST_NAP_MILLIS, waitFor } from "../../src/daemon/waiting.ts";
import { berlin } from "./berlin.ts";
import { FakeClock } from "./fake_clock.ts";

const MINUTE = 60_000;

/** Waits for an instant of the wall clock. */
function waitUntil(at: Temporal.Instant, clock: FakeClock, wake = new AbortController().signal) {
  const look = () => ({ at, waitMillis: at.epochMilliseconds - clock.now() });
  return waitFor(look, { clock, wake, napMillis: LONGEST_NAP_MILLIS });
}

Deno.test("waitFor() checks every minute, and once more when the time has come", async () => {
  const clock = new FakeClock(berlin("2026-09-04 10:00"));
  const at = berlin("2026-09-04 10:02:30.5");
  assert.equal((await waitUntil(at, clock))?.at, at);
  assert.deepEqual(clock.naps, [MINUTE, MINUTE, 30_500]);
});

Deno.test("waitFor() does not wait for a time that has passed", async () => {
  const clock = new FakeClock(berlin("2026-09-04 10:00"));
  assert.ok(await waitUntil(berlin("2026-09-04 09:59"), clock));
  assert.deepEqual(clock.naps, []);
});

Deno.test("waitFor() notices within a minute that the machine slept, or that the clock was set", async () => {
  const clock = new FakeClock(berlin("2026-09-04 10:00"));
  clock.in(90_000, () => clock.set(berlin("2026-09-04 15:00")));
  await waitUntil(berlin("2026-09-04 12:00"), clock);
  assert.deepEqual(clock.naps, [MINUTE, MINUTE]);
  assert.deepEqual(clock.instant, berlin("2026-09-04 15:00:30"));
  clock.in(30_000, () => clock.set(berlin("2026-09-04 14:00")));
  await waitUntil(berlin("2026-09-04 15:02"), clock);
  assert.deepEqual(clock.instant, berlin("2026-09-04 15:02"));
  assert.equal(clock.naps.length, 2 + 1 + 62);
});

Deno.test("waitFor() sleeps in whole milliseconds, so that a fraction does not cost a second check", async () => {
  const clock = new FakeClock(berlin("2026-09-04 10:00"));
  let left = 1.5;
  await waitFor(() => ({ waitMillis: left-- }), {
    clock,
    wake: new AbortController().signal,
    napMillis: LONGEST_NAP_MILLIS,
  });
  assert.deepEqual(clock.naps, [2, 1]);
});

Deno.test("waitFor() ends at once when it is woken, and does not start when it was woken before", async () => {
  const clock = new FakeClock(berlin("2026-09-04 10:00"));
  const wake = new AbortController();
  clock.in(90_000, () => wake.abort());
  assert.equal(await waitUntil(berlin("2026-09-04 12:00"), clock, wake.signal), null);
  assert.deepEqual(clock.instant, berlin("2026-09-04 10:01:30"));
  const look = () => assert.fail("it has looked");
  assert.equal(await waitFor(look, { clock, wake: wake.signal, napMillis: MINUTE }), null);
});

Deno.test("waitFor() throws errors of the clock itself", async () => {
  const clock = new FakeClock(berlin("2026-09-04 10:00"));
  clock.in(1_000, () => {
    throw new Error("clock out of order");
  });
  await assert.rejects(waitUntil(berlin("2026-09-04 12:00"), clock), /clock out of order/);
});
