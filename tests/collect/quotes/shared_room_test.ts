import assert from "node:assert/strict";
import { roomFor } from "../../../src/collect/quotes/room.ts";
import { SharedRoom } from "../../../src/collect/quotes/shared_room.ts";

const WANTED = 190e6;
const KEPT = 64e6;
/** A disk with room for this many venues. */
const diskFor = (venues: number) => ({
  free: venues * roomFor(WANTED) + KEPT,
  wanted: WANTED,
  keptForTrades: KEPT,
});
const { signal } = new AbortController();

Deno.test("venues that ask at the same moment share the room on the disk: each gets room when another has returned its own", async () => {
  const room = new SharedRoom();
  let [holding, most, served] = [0, 0, 0];
  const venue = async () => {
    using taken = await room.take(() => diskFor(2), signal);
    assert.ok(taken !== null);
    most = Math.max(most, ++holding);
    await Promise.resolve();
    holding--;
    served++;
  };
  await Promise.all([1, 2, 3, 4, 5].map(venue));
  assert.deepEqual([served, most], [5, 2]);
});

Deno.test("a venue that waits checks the disk again, and is refused when no other venue is left that could return room", async () => {
  const room = new SharedRoom();
  let disk = diskFor(1);
  const first = await room.take(() => disk, signal);
  const second = room.take(() => disk, signal);
  disk = diskFor(0.9);
  first![Symbol.dispose]();
  assert.equal(await second, null);
});

Deno.test("a venue that waits for room stops at the signal, and takes none", async () => {
  const room = new SharedRoom();
  const stop = new AbortController();
  const first = await room.take(() => diskFor(1), signal);
  const second = room.take(() => diskFor(1), stop.signal);
  stop.abort(new Error("stopped"));
  first![Symbol.dispose]();
  await assert.rejects(second, /stopped/);
  assert.ok(await room.take(() => diskFor(1), signal) !== null);
});
