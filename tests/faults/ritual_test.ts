import assert from "node:assert/strict";
import { arrivalsIn, writtenInPlaceIn } from "./ritual.ts";
import { callsIn } from "./trace.ts";

const RITUAL = [
  `7 openat(AT_FDCWD</w>, "/w/data/.unfinished-a-1", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0640) = 5</w/data/.unfinished-a-1>`,
  `7 write(5</w/data/.unfinished-a-1>, ""..., 10) = 10`,
  `7 fsync(5</w/data/.unfinished-a-1>) = 0`,
  `7 rename("/w/data/.unfinished-a-1", "/w/data/a") = 0`,
  `7 openat(AT_FDCWD</w>, "/w/data", O_RDONLY|O_CLOEXEC) = 5</w/data>`,
  `7 fsync(5</w/data>) = 0`,
];

/** What is found when the lines of the ritual come in this order, perhaps without some of them. */
function lapses(...places: number[]): string[] {
  const [arrival, ...more] = arrivalsIn(callsIn(places.map((i) => RITUAL[i]).join("\n")), "/w/data");
  assert.deepEqual([arrival.path, more], ["/w/data/a", []]);
  return [...arrival.lapses];
}

Deno.test("the ritual in its order has no lapse; each step that is missing or late is one", () => {
  assert.deepEqual(lapses(0, 1, 2, 3, 4, 5), []);
  assert.deepEqual(lapses(0, 1, 3, 4, 5), ["it was not synced after its last write"]);
  assert.deepEqual(lapses(0, 2, 1, 3, 4, 5), ["it was not synced after its last write"]);
  assert.deepEqual(lapses(0, 2, 3, 4, 5), ["nothing was written"]);
  assert.deepEqual(lapses(1, 2, 3, 4, 5), ["it was not made by this run"]);
  assert.deepEqual(lapses(0, 1, 2, 3), ["then nothing instead of an fsync of its folder"]);
  assert.deepEqual(lapses(0, 1, 2, 3, 1, 4, 5), ["then write instead of an fsync of its folder"]);
});

Deno.test("a call that another thread's interrupts is put together; one that never returned has no result", () => {
  const calls = callsIn([
    `7 fsync(5</w/data> <unfinished ...>`,
    `8 write(4<anon_inode:[eventfd]>, ""..., 8) = 8`,
    `7 <... fsync resumed>) = 0`,
    `7 unlinkat(6</w/runs>, "0", 0 <unfinished ...>`,
    `7 <... unlinkat resumed>)             = ?`,
    `7 +++ killed by SIGKILL +++`,
  ].join("\n"));
  assert.deepEqual(calls.map(({ name, paths, result, onMain }) => [name, paths, result, onMain]), [
    ["fsync", ["/w/data"], "0", true],
    ["write", [], "8", false],
    ["unlinkat", ["/w/runs/0"], null, true],
  ]);
});

Deno.test("opening a file for writing under its final name, or truncating it, is reported; a failed opening is not", () => {
  const calls = callsIn([
    ...RITUAL,
    `7 openat(AT_FDCWD</w>, "/w/data/b", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0640) = 5</w/data/b>`,
    `7 openat(AT_FDCWD</w>, "/w/data/c", O_RDWR|O_CLOEXEC) = -1 ENOENT (No such file or directory)`,
    `7 ftruncate(5</w/data/d>, 0) = 0`,
  ].join("\n"));
  assert.deepEqual(writtenInPlaceIn(calls, "/w/data"), ["/w/data/b", "/w/data/d"]);
});
