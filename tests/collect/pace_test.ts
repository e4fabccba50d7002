import assert from "node:assert/strict";
import { Pace } from "../../src/collect/pace.ts";
import { systemClock } from "../../src/system/system_clock.ts";

Deno.test("work that goes on elsewhere is awaited, but not beyond the signal", async () => {
  const stop = new AbortController();
  const pace = new Pace(systemClock, stop.signal, () => {});
  assert.equal(await pace.during(Promise.resolve(3)), 3);
  await assert.rejects(pace.during(Promise.reject(new Error("it failed"))), /it failed/);
  const endless = pace.during(new Promise(() => {}));
  stop.abort(new Error("stopped"));
  await assert.rejects(endless, /stopped/);
  await assert.rejects(pace.during(new Promise(() => {})), /stopped/);
});
