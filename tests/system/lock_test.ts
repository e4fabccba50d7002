import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { systemClock } from "../../src/system/system_clock.ts";
import { contentOf, type HeldLock, replaceContent, takeLock } from "../../src/system/lock.ts";
import { acquireVenueLock, VenueBusy } from "../../src/store/venue_lock.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { FakeClock } from "../feed/fake_clock.ts";
import { otherProcess } from "../store/processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const never = new AbortController().signal;

/** Tries for the lock once. */
async function tryOnce(path: string): Promise<HeldLock | null> {
  const taken = await takeLock(path, new FakeClock(), 0, never);
  return "lock" in taken ? taken.lock : null;
}

Deno.test("a lock creates its file and folder, and is released when it is disposed; the file stays", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("state", "a.lock");
  for (let i = 0; i < 2; i++) {
    using lock = await tryOnce(path);
    assert.ok(lock);
    assert.equal(await tryOnce(path), null);
  }
  assert.ok(existsSync(path));
});

Deno.test("a lock of another process holds until the process is killed with SIGKILL", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("a.lock");
  await using holder = await otherProcess("lock", path);
  assert.equal(await tryOnce(path), null);
  await holder.kill();
  using lock = await tryOnce(path);
  assert.ok(lock);
});

Deno.test("takeLock() tries for as long as requested, then returns the content of the file", async () => {
  using dir = temporaryDirectory();
  using lock = await tryOnce(dir.of("a.lock"));
  replaceContent(dir.of("a.lock"), lock!.file, "4711\n");
  const clock = new FakeClock(50);
  const taken = await takeLock(dir.of("a.lock"), clock, 1_000, never);
  assert.deepEqual(taken, { holder: "4711\n" });
  assert.equal(clock.slept.reduce((sum, millis) => sum + millis, 0), 1_000);
});

Deno.test("takeLock() gets the lock when it is released", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("a.lock");
  const clock = new FakeClock();
  const first = await tryOnce(path);
  const second = takeLock(path, clock, 5_000, never);
  await clock.advance(50);
  assert.equal(clock.sleeping, 1);
  first![Symbol.dispose]();
  await clock.advance(50);
  const taken = await second;
  assert.ok("lock" in taken);
  taken.lock[Symbol.dispose]();
});

Deno.test("takeLock() rejects at once with the signal's reason", async () => {
  using dir = temporaryDirectory();
  using _lock = await tryOnce(dir.of("a.lock"));
  const stop = new AbortController();
  const waiting = takeLock(dir.of("a.lock"), systemClock, 60_000, stop.signal);
  const reason = new Error("stopped");
  stop.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  await assert.rejects(
    takeLock(dir.of("b.lock"), systemClock, 60_000, stop.signal),
    (error) => error === reason,
  );
});

Deno.test("a lock whose file was replaced does not exclude others: the new file can be locked", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("a.lock");
  using _old = await tryOnce(path);
  Deno.removeSync(path);
  using lock = await tryOnce(path);
  assert.ok(lock);
  assert.equal(await tryOnce(path), null);
});

Deno.test("replaceContent() leaves nothing of the old content, and contentOf() reads all of the new one", async () => {
  using dir = temporaryDirectory();
  using lock = await tryOnce(dir.of("a.lock"));
  for (const content of ["a long line\n", "", "short 😀"]) {
    replaceContent(dir.of("a.lock"), lock!.file, content);
    assert.equal(contentOf(dir.of("a.lock"), lock!.file), content);
    assert.equal(Deno.readTextFileSync(dir.of("a.lock")), content);
  }
});

Deno.test("acquireVenueLock() writes its PID, and names the PID of the process that holds the venue", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("write-DETR.lock");
  const wait = { clock: new FakeClock(50), patienceMillis: 1_000, signal: never };
  await using holder = await otherProcess("venue-lock", path);
  await assert.rejects(
    acquireVenueLock(path, wait),
    (error) => error instanceof VenueBusy && error.message.includes(`(PID ${holder.pid}) holds ${path}`),
  );
  await holder.kill();
  using _lock = await acquireVenueLock(path, wait);
  assert.equal(Deno.readTextFileSync(path), `${Deno.pid}\n`);
});

Deno.test("acquireVenueLock() does not make up a PID from other content of the file", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("write-DETR.lock");
  using lock = await tryOnce(path);
  replaceContent(path, lock!.file, "not a number");
  const wait = { clock: new FakeClock(50), patienceMillis: 0, signal: never };
  await assert.rejects(acquireVenueLock(path, wait), /Another process holds/);
});
