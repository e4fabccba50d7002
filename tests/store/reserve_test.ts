import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { freeBytes } from "../../src/store/disk.ts";
import { Layout } from "../../src/store/layout.ts";
import { keepReserve, releaseReserve, RESERVE_BYTES } from "../../src/store/reserve.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const breathe = () => Promise.resolve();
/** A disk without that much free space has no reserve to test. */
const ignore = freeBytes("/tmp")! < 11 * RESERVE_BYTES;

Deno.test({
  name: "the reserve takes blocks of its own, is made once, and is given back once",
  ignore,
}, async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  assert.equal(releaseReserve(layout), false);
  await keepReserve(layout, breathe);
  const { size, blocks, mtime, ino } = Deno.statSync(layout.reserve);
  assert.equal(size, RESERVE_BYTES);
  assert.ok(blocks! * 512 >= RESERVE_BYTES, "a hole would set nothing aside");
  await keepReserve(layout, breathe);
  assert.deepEqual(
    [Deno.statSync(layout.reserve).ino, Deno.statSync(layout.reserve).mtime],
    [ino, mtime],
  );
  assert.equal(releaseReserve(layout), true);
  assert.ok(!existsSync(layout.reserve));
  assert.equal(releaseReserve(layout), false);
});

Deno.test({ name: "a reserve that was cut short is completed", ignore }, async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const failure = new Error("stopped");
  let pieces = 0;
  await assert.rejects(
    keepReserve(layout, () => ++pieces === 5 ? Promise.reject(failure) : Promise.resolve()),
    (error) => error === failure,
  );
  const { size, ino } = Deno.statSync(layout.reserve);
  assert.ok(0 < size && size < RESERVE_BYTES);
  await keepReserve(layout, breathe);
  const whole = Deno.statSync(layout.reserve);
  assert.deepEqual([whole.size, whole.ino], [RESERVE_BYTES, ino]);
});
