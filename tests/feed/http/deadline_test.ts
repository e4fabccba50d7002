import assert from "node:assert/strict";
import { TooSlow, withDeadline } from "../../../src/feed/http/deadline.ts";
import { FakeClock, settle } from "../fake_clock.ts";

const PATIENCE = { totalMillis: 600_000, idleMillis: 30_000 };
const NEVER = new AbortController().signal;

/**
 * Work that goes on until its signal fires, and then rejects with the reason; `progress` acts as if a piece had
 * arrived.
 */
function endlessWork(clock: FakeClock, signal: AbortSignal = NEVER) {
  let progress = () => {};
  const ended = withDeadline(PATIENCE, clock, signal, (signal, onProgress) => {
    progress = onProgress;
    return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  ended.catch(() => {}); // each test awaits it later
  return { ended, progress: () => progress() };
}

const tooSlow = (message: string) => (error: unknown) =>
  error instanceof TooSlow && error.message === message;

Deno.test("withDeadline() returns the work's result, and stops watching", async () => {
  const clock = new FakeClock();
  assert.equal(await withDeadline(PATIENCE, clock, NEVER, () => Promise.resolve(17)), 17);
  assert.equal(clock.sleeping, 0);
});

Deno.test("withDeadline() throws the work's error, and stops watching", async () => {
  const clock = new FakeClock();
  const failure = new Error("its own");
  const failing = withDeadline(PATIENCE, clock, NEVER, () => Promise.reject(failure));
  await assert.rejects(failing, (error) => error === failure);
  assert.equal(clock.sleeping, 0);
});

Deno.test("withDeadline() ends work that makes no progress for longer than it may be idle", async () => {
  const clock = new FakeClock();
  const { ended } = endlessWork(clock);
  const start = clock.now();
  for (let i = 0; i < 30; i++) await clock.advance(999);
  assert.equal(clock.now() - start, 29_970);
  let isOver = false;
  ended.catch(() => isOver = true);
  await settle();
  assert.ok(!isOver);
  await clock.advance(30);
  await assert.rejects(ended, tooSlow("no byte in 30 s"));
  assert.equal(clock.sleeping, 0);
});

Deno.test("withDeadline() lets work continue while it makes progress, but not beyond the total", async () => {
  const clock = new FakeClock();
  const { ended, progress } = endlessWork(clock);
  const start = clock.now();
  let isOver = false;
  ended.catch(() => isOver = true);
  for (let passed = 0; passed < 590_000; passed += 10_000) {
    assert.ok(!isOver, `over after ${passed} ms`);
    await clock.advance(10_000);
    progress();
  }
  await clock.advance(10_000);
  await assert.rejects(ended, tooSlow("not complete after 600 s"));
  assert.equal(clock.now() - start, 600_000);
});

Deno.test("withDeadline() names seconds to a tenth, whatever is left of a longer deadline", async () => {
  for (const [millis, text] of [[9_408.972298999997, "9.4"], [1_000, "1"], [10_000.000001, "10"]] as const) {
    const clock = new FakeClock();
    const patience = { totalMillis: millis, idleMillis: millis };
    const ended = withDeadline(
      patience,
      clock,
      NEVER,
      (signal) =>
        new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const rejected = assert.rejects(ended, tooSlow(`no byte in ${text} s`));
    await clock.advance(10_001);
    await rejected;
  }
});

Deno.test("withDeadline() passes on the caller's signal at once, with its reason", async () => {
  const stop = new AbortController();
  const clock = new FakeClock();
  const { ended } = endlessWork(clock, stop.signal);
  const reason = new Error("stopped");
  stop.abort(reason);
  await assert.rejects(ended, (error) => error === reason);
  assert.equal(clock.sleeping, 0);
});

Deno.test("withDeadline() passes on a signal that has already fired", async () => {
  const reason = new Error("stopped before");
  const given = await withDeadline(PATIENCE, new FakeClock(), AbortSignal.abort(reason), (signal) => {
    return Promise.resolve(signal.reason);
  });
  assert.equal(given, reason);
});
