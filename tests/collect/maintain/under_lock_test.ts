import assert from "node:assert/strict";
import { underLock } from "../../../src/collect/maintain/under_lock.ts";
import { wire } from "../../../src/cli/wiring.ts";
import { takeLock } from "../../../src/system/lock.ts";
import { VenueBusy } from "../../../src/store/venue_lock.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { FakeClock } from "../../feed/fake_clock.ts";

Deno.test("maintenance waits up to a minute for the write lock and takes it as soon as it is free; then it gives up", async () => {
  using dir = temporaryDirectory();
  const { signal } = new AbortController();
  const clock = new FakeClock(Infinity);
  const tools = {
    ...wire({ wrkDir: dir.path }, null),
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: clock.sleep.bind(clock) as typeof clock.sleep,
    },
  };
  const path = tools.layout.writeLock("DETR");
  const held = await takeLock(path, clock, 0, signal);
  assert.ok("lock" in held);
  let worked = 0;
  const maintain = () => underLock("DETR", tools, signal, () => Promise.resolve(++worked));

  const start = clock.now();
  await assert.rejects(maintain(), VenueBusy);
  assert.equal(clock.now() - start, 60_000);

  const freed = clock.now() + 30_000;
  const sleep = clock.sleep.bind(clock);
  tools.clock.sleep = (millis, signal) => {
    if (clock.now() >= freed) held.lock[Symbol.dispose]();
    return sleep(millis, signal);
  };
  assert.equal(await maintain(), 1);
  const free = await takeLock(path, clock, 0, signal);
  assert.ok("lock" in free, "the lock is free again");
  free.lock[Symbol.dispose]();
});

Deno.test("maintenance removes what a killed run left of its venue, and nothing of another venue", async () => {
  using dir = temporaryDirectory();
  const tools = wire({ wrkDir: dir.path }, null);
  const { state } = tools.layout;
  Deno.mkdirSync(`${tools.layout.runs("DETR")}/1`, { recursive: true });
  for (const venue of ["DETR", "DFRA"]) {
    Deno.writeTextFileSync(`${state}/.unfinished-status-${venue}.json-1`, "");
  }
  await underLock("DETR", tools, new AbortController().signal, () => Promise.resolve());
  const left = [...Deno.readDirSync(state)].map(({ name }) => name).sort();
  assert.deepEqual(left, [".unfinished-status-DFRA.json-1", "write-DETR.lock"]);
});
