import assert from "node:assert/strict";
import { type Content, ForgetfulDisk, LOSSES } from "./forgetful_disk.ts";
import { callsIn } from "./trace.ts";

const ROOT = "/work";

/** What each loss leaves after these lines of a trace, on a disk with `before`: content as text. */
function leftAfter(lines: readonly string[], before: Record<string, string> = {}): Record<string, unknown> {
  const content = Object.entries(before).map(([path, text]) =>
    [path, new TextEncoder().encode(text)] as const
  );
  const disk = new ForgetfulDisk(ROOT, new Map(content));
  callsIn(lines.join("\n")).forEach((call) => disk.follow(call));
  return Object.fromEntries(LOSSES.map((loss) => [loss, textsOf(disk.after(loss))]));
}

function textsOf(content: Content): Record<string, string | null> {
  const decoder = new TextDecoder();
  return Object.fromEntries([...content].map(([path, bytes]) => [path, bytes && decoder.decode(bytes)]));
}

const NEW = `openat(AT_FDCWD</>, "${ROOT}/new", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0640) = 3<${ROOT}/new>`;
const WRITTEN = String.raw`write(3<${ROOT}/new>, "a\0\303\244\n", 5) = 5`;
const SYNCED = `fsync(3<${ROOT}/new>) = 0`;
const RENAMED = `rename("${ROOT}/new", "${ROOT}/old") = 0`;
const FOLDER_SYNCED = [
  `openat(AT_FDCWD</>, "${ROOT}", O_RDONLY|O_CLOEXEC) = 4<${ROOT}>`,
  `fsync(4<${ROOT}>) = 0`,
];

Deno.test("a file that was written, synced and renamed replaces another one once its folder is synced", () => {
  const whole = { old: "a\0ä\n" };
  assert.deepEqual(leftAfter([NEW, WRITTEN, SYNCED, RENAMED, ...FOLDER_SYNCED], { old: "b" }), {
    "everything": whole,
    "content": whole,
    "everything but removals": whole,
  });
});

Deno.test("without a sync of its folder the old file may still be there, whole", () => {
  assert.deepEqual(leftAfter([NEW, WRITTEN, SYNCED, RENAMED], { old: "b" }), {
    "everything": { old: "b" },
    "content": { old: "a\0ä\n" },
    "everything but removals": { old: "b" },
  });
});

Deno.test("without a sync of the file an empty one may be in its place", () => {
  const empty = { old: "" };
  assert.deepEqual(leftAfter([NEW, WRITTEN, RENAMED, ...FOLDER_SYNCED], { old: "b" }), {
    "everything": empty,
    "content": empty,
    "everything but removals": empty,
  });
});

Deno.test("what is removed may be gone while what was to replace it is not there", () => {
  const lines = [
    NEW,
    WRITTEN,
    SYNCED,
    `linkat(AT_FDCWD</>, "${ROOT}/new", AT_FDCWD</>, "${ROOT}/second", 0) = 0`,
  ];
  assert.deepEqual(leftAfter([...lines, `unlink("${ROOT}/old") = 0`], { old: "b" }), {
    "everything": { old: "b" },
    "content": { new: "a\0ä\n", second: "a\0ä\n" },
    "everything but removals": {},
  });
});

Deno.test("a folder that is not durable takes all along that is in it", () => {
  const inFolder = (line: string) => line.replaceAll(`${ROOT}/new`, `${ROOT}/folder/new`);
  const lines = [`mkdir("${ROOT}/folder", 0750) = 0`, inFolder(NEW), inFolder(WRITTEN), inFolder(SYNCED)];
  const synced = FOLDER_SYNCED.map((line) => line.replaceAll(ROOT, `${ROOT}/folder`));
  assert.deepEqual(leftAfter([...lines, ...synced]).everything, {});
  assert.deepEqual(leftAfter([...lines, ...synced, ...FOLDER_SYNCED]).everything, {
    "folder": null,
    "folder/new": "a\0ä\n",
  });
});

Deno.test("a file that was moved between folders is in one of them, whichever is synced first", () => {
  const lines = [`mkdir("${ROOT}/to", 0750) = 0`, ...FOLDER_SYNCED, NEW, WRITTEN, SYNCED];
  const moved = `rename("${ROOT}/new", "${ROOT}/to/new") = 0`;
  const toSynced = FOLDER_SYNCED.map((line) => line.replaceAll(ROOT, `${ROOT}/to`));
  const there = { "to": null, "to/new": "a\0ä\n" };
  assert.deepEqual(leftAfter([...lines, moved, ...toSynced]).everything, there);
  assert.deepEqual(leftAfter([...lines, moved, ...toSynced, ...FOLDER_SYNCED]).everything, there);
});

Deno.test("what a file gains in place is lost until it is synced, wherever it is written", () => {
  const opened = `openat(AT_FDCWD</>, "${ROOT}/old", O_RDWR|O_CREAT|O_CLOEXEC, 0640) = 3<${ROOT}/old>`;
  const lines = [
    opened,
    `read(3<${ROOT}/old>, "b", 512) = 1`,
    `write(3<${ROOT}/old>, "c", 1) = 1`,
    `lseek(3<${ROOT}/old>, 0, SEEK_SET) = 0`,
    `write(3<${ROOT}/old>, "d", 1) = 1`,
    `pwrite64(3<${ROOT}/old>, "ef", 2, 2) = 2`,
    `ftruncate(3<${ROOT}/old>, 3) = 0`,
  ];
  assert.deepEqual(leftAfter(lines, { old: "b" }).content, { old: "b" });
  assert.deepEqual(leftAfter([...lines, `fdatasync(3<${ROOT}/old>) = 0`], { old: "b" }).content, {
    old: "dce",
  });
});
