import assert from "node:assert/strict";
import { systemClock } from "../../../src/system/system_clock.ts";
import { FORGOTTEN, FRESH, type QuotaState } from "../../../src/feed/quota.ts";
import { CannotWrite } from "../../../src/system/atomic.ts";
import { takeLock } from "../../../src/system/lock.ts";
import { QuotaBusy, QuotaFile } from "../../../src/store/state/quota_file.ts";
import { encodeRecord } from "../../../src/store/state/state_record.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { FakeClock } from "../../feed/fake_clock.ts";
import { GRANTS } from "../other_process.ts";
import { otherProcess } from "../processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const never = new AbortController().signal;
const STATE: QuotaState = { grants: [1_000, 2_000.5], phase: 3_000, blockedUntil: 4_000 };

const keep = (state: QuotaState) => ({ state, value: state });

Deno.test("QuotaFile passes to each change the state that the previous one left, and returns its value", async () => {
  using dir = temporaryDirectory();
  const quota = new QuotaFile(dir.of("state", "quota.json"), systemClock);
  assert.deepEqual(await quota.update(keep, never), FRESH);
  assert.equal(await quota.update(() => ({ state: STATE, value: 17 }), never), 17);
  assert.deepEqual(await new QuotaFile(quota.path, systemClock).update(keep, never), STATE);
});

Deno.test("QuotaFile loses no change of several processes at once", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("quota.json");
  await using first = await otherProcess("count", path);
  await using second = await otherProcess("count", path);
  const quota = new QuotaFile(path, systemClock);
  const add = (state: QuotaState) => ({
    state: { ...state, grants: [...state.grants, -1] },
    value: undefined,
  });
  await Promise.all(Array.from({ length: 20 }, () => quota.update(add, never)));
  assert.deepEqual([await first.ended, await second.ended].map(({ code }) => code), [0, 0]);
  const { grants } = await quota.update(keep, never);
  assert.equal(grants.length, 20 + 2 * GRANTS);
});

Deno.test("QuotaFile assumes that a whole quota was just granted when its file is corrupt, and none when it is new", async () => {
  using dir = temporaryDirectory();
  const quota = new QuotaFile(dir.of("quota.json"), systemClock);
  for (
    const text of [
      "",
      "{",
      "null",
      "[]",
      "17",
      JSON.stringify(STATE),
      encodeRecord(STATE).replace("1000", "9000"),
      encodeRecord({ grants: [1], phase: null }),
      encodeRecord({ grants: [1, "2"], phase: null, blockedUntil: 0 }),
      encodeRecord({ grants: [1, null], phase: null, blockedUntil: 0 }),
      encodeRecord({ grants: {}, phase: null, blockedUntil: 0 }),
      encodeRecord({ grants: [], phase: "x", blockedUntil: 0 }),
      encodeRecord({ grants: [], phase: null, blockedUntil: null }),
    ]
  ) {
    Deno.writeTextFileSync(quota.path, text);
    assert.deepEqual(await quota.update(keep, never), FORGOTTEN, text);
    Deno.removeSync(quota.path);
    assert.deepEqual(await quota.update(keep, never), FRESH);
  }
});

Deno.test("QuotaFile changes nothing when the change throws, and releases the file", async () => {
  using dir = temporaryDirectory();
  const quota = new QuotaFile(dir.of("quota.json"), systemClock);
  await quota.update(() => keep(STATE), never);
  const failure = new Error("no");
  const failing = quota.update(() => {
    throw failure;
  }, never);
  await assert.rejects(failing, (error) => error === failure);
  assert.deepEqual(await quota.update(keep, never), STATE);
});

Deno.test("QuotaFile gives up after a minute on a file that stays locked, and at once when its signal fires", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("quota.json");
  const clock = new FakeClock(50);
  const taken = await takeLock(path, clock, 0, never);
  assert.ok("lock" in taken);
  using _lock = taken.lock;
  await assert.rejects(
    new QuotaFile(path, clock).update(keep, never),
    (error) => error instanceof QuotaBusy && error.message.startsWith(`${path} has been locked for a minute`),
  );
  const stop = new AbortController();
  const waiting = new QuotaFile(path, systemClock).update(keep, stop.signal);
  stop.abort(new Error("stopped"));
  await assert.rejects(waiting, /stopped/);
});

Deno.test("QuotaFile throws CannotWrite where no file can be created", async () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(dir.of("file"), "");
  await assert.rejects(
    new QuotaFile(dir.of("file", "quota.json"), systemClock).update(keep, never),
    CannotWrite,
  );
  await assert.rejects(new QuotaFile(dir.path, systemClock).update(keep, never), CannotWrite);
});
