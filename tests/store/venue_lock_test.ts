import assert from "node:assert/strict";
import { CannotWrite } from "../../src/system/atomic.ts";
import { QuotaFile } from "../../src/store/state/quota_file.ts";
import { acquireVenueLock, VenueBusy } from "../../src/store/venue_lock.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { FakeClock } from "../feed/fake_clock.ts";

const never = new AbortController().signal;
const wait = () => ({ clock: new FakeClock(50), patienceMillis: 1000, signal: never });

Deno.test("acquireVenueLock() releases the lock when the disk refuses its PID, so that the next cycle does not find it held by itself", async () => {
  for (let cycle = 0; cycle < 2; cycle++) {
    await assert.rejects(acquireVenueLock("/dev/null", wait()), CannotWrite);
  }
});

Deno.test("acquireVenueLock() excludes another lock of the same process, until it is disposed", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("write-DETR.lock");
  for (let cycle = 0; cycle < 2; cycle++) {
    using _lock = await acquireVenueLock(path, wait());
    const second = acquireVenueLock(path, wait());
    await assert.rejects(
      second,
      new VenueBusy(
        `Another process (PID ${Deno.pid}) holds ${path}: let it end, or use another --wrk-dir`,
      ),
    );
  }
});

Deno.test("lock files are made with their parents, for the owner to write and the group to read", async () => {
  using dir = temporaryDirectory();
  const before = Deno.umask(0);
  try {
    using _lock = await acquireVenueLock(dir.of("a", "b", "write-DETR.lock"), wait());
    await new QuotaFile(dir.of("c", "quota.json"), new FakeClock()).update(
      (state) => ({ state, value: 0 }),
      never,
    );
  } finally {
    Deno.umask(before);
  }
  const mode = (...path: string[]) => (Deno.statSync(dir.of(...path)).mode! & 0o777).toString(8);
  assert.deepEqual([mode("a"), mode("a", "b"), mode("c")], ["750", "750", "750"]);
  assert.deepEqual([mode("a", "b", "write-DETR.lock"), mode("c", "quota.json")], ["640", "640"]);
});
