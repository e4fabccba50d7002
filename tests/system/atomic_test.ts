import assert from "node:assert/strict";
import { dirname } from "node:path";
import {
  CannotWrite,
  entriesOf,
  makeDirectory,
  moveDurably,
  onDisk,
  removeIfThere,
  removeUnfinished,
  writeAtomically,
  writeTemporary,
  writeUnfinished,
} from "../../src/system/atomic.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { otherProcess } from "../store/processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const bytes = (text: string) => new TextEncoder().encode(text);
const names = (directory: string) => entriesOf(directory).map(({ name }) => name);

Deno.test("writeAtomically() creates folders, and the file with all pieces in order", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("a", "b", "file");
  await writeAtomically(path, async (append) => {
    append(bytes("one "));
    await Promise.resolve();
    append(bytes("x".repeat(3_000_000)));
    append(bytes(" three"));
  });
  assert.equal(Deno.readTextFileSync(path), `one ${"x".repeat(3_000_000)} three`);
  assert.deepEqual(names(dirname(path)), ["file"]);
});

Deno.test("writeAtomically() replaces a file as a whole: a reader that has it open reads the old one to its end", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("file");
  await writeAtomically(path, (append) => append(bytes("old")));
  using old = Deno.openSync(path);
  await writeAtomically(path, (append) => append(bytes("newer")));
  const content = new Uint8Array(10);
  assert.equal(new TextDecoder().decode(content.subarray(0, old.readSync(content)!)), "old");
  assert.equal(Deno.readTextFileSync(path), "newer");
});

Deno.test("writeAtomically() changes nothing when the writing fails", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("file");
  const failure = new Error("half way");
  for (const before of [null, "old"]) {
    if (before !== null) Deno.writeTextFileSync(path, before);
    const filled = writeAtomically(path, (append) => {
      append(bytes("new"));
      throw failure;
    });
    await assert.rejects(filled, (error) => error === failure);
    assert.deepEqual(names(dir.path), before === null ? [] : ["file"]);
    if (before !== null) assert.equal(Deno.readTextFileSync(path), before);
  }
});

Deno.test("a process killed while it writes leaves the old file, and a temporary one that removeUnfinished() removes", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("file");
  Deno.writeTextFileSync(path, "old");
  await using writer = await otherProcess("write", path);
  await writer.kill();
  assert.equal(Deno.readTextFileSync(path), "old");
  assert.equal(names(dir.path).length, 2);
  assert.ok(names(dir.path)[0].startsWith(".unfinished-"));
  removeUnfinished(dir.path);
  assert.deepEqual(names(dir.path), ["file"]);
});

Deno.test("files and folders are readable by the group, and by nobody else", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("a", "file");
  await writeAtomically(path, (append) => append(bytes("x")));
  const modeOf = (path: string) => Deno.statSync(path).mode! & 0o777;
  const umask = Deno.umask();
  assert.deepEqual([modeOf(dirname(path)), modeOf(path)], [0o750 & ~umask, 0o640 & ~umask]);
});

Deno.test("writeUnfinished() writes a hidden file, which moveDurably() moves where it belongs", async () => {
  using dir = temporaryDirectory();
  const unfinished = await writeUnfinished(dir.of("name"), (append) => append(bytes("x")));
  assert.deepEqual(dirname(unfinished), dir.path);
  moveDurably(unfinished, dir.of("sub", "file"));
  assert.equal(Deno.readTextFileSync(dir.of("sub", "file")), "x");
  assert.deepEqual(names(dir.path), ["sub"]);
});

Deno.test("writeTemporary() overwrites what an earlier process left", () => {
  using dir = temporaryDirectory();
  const path = dir.of("runs", "0");
  writeTemporary(path, (append) => append(bytes("a longer one")));
  writeTemporary(path, (append) => append(bytes("short")));
  assert.equal(Deno.readTextFileSync(path), "short");
});

Deno.test("makeDirectory() leaves an existing folder as it is", () => {
  using dir = temporaryDirectory();
  makeDirectory(dir.of("a", "b"));
  Deno.writeTextFileSync(dir.of("a", "b", "file"), "");
  makeDirectory(dir.of("a", "b"));
  assert.deepEqual(names(dir.of("a", "b")), ["file"]);
});

Deno.test("entriesOf() is sorted, and empty for a missing folder", () => {
  using dir = temporaryDirectory();
  for (const name of ["b", "a", ".hidden"]) Deno.writeTextFileSync(dir.of(name), "");
  assert.deepEqual(names(dir.path), [".hidden", "a", "b"]);
  assert.deepEqual(names(dir.of("none")), []);
  assert.throws(() => entriesOf(dir.of("a")), /Not a directory/);
});

Deno.test("removeIfThere() removes a file or a complete folder, and does nothing when there is neither", () => {
  using dir = temporaryDirectory();
  makeDirectory(dir.of("a", "b"));
  Deno.writeTextFileSync(dir.of("file"), "");
  for (const name of ["a", "file", "none"]) removeIfThere(dir.of(name));
  assert.deepEqual(names(dir.path), []);
});

Deno.test("a path that cannot be written is CannotWrite with the path, whichever function is used", async () => {
  using dir = temporaryDirectory();
  const file = dir.of("file");
  Deno.writeTextFileSync(file, "");
  const inFile = dir.of("file", "sub", "x");
  const refused = (error: unknown) => error instanceof CannotWrite && error.message.includes(file);
  await assert.rejects(writeAtomically(inFile, () => {}), refused);
  await assert.rejects(writeUnfinished(inFile, () => {}), refused);
  assert.throws(() => writeTemporary(inFile, () => {}), refused);
  assert.throws(() => makeDirectory(dirname(inFile)), refused);
  assert.throws(() => moveDurably(file, inFile), refused);
  makeDirectory(dir.of("folder", "x"));
  await assert.rejects(writeAtomically(dir.of("folder"), () => {}), CannotWrite);
  assert.deepEqual(names(dir.path), ["file", "folder"]);
});

Deno.test("CannotWrite says what to do about a full disk, a read-only one, and one that belongs to another user", () => {
  const messageOf = (cause: Error) => {
    try {
      onDisk("/some/path", () => {
        throw cause;
      });
    } catch (error) {
      assert.ok(error instanceof CannotWrite && error.cause === cause);
      return error.message;
    }
  };
  const withCode = (code: string) => Object.assign(new Error("os error"), { code });
  assert.match(messageOf(withCode("ENOSPC"))!, /\/some\/path: the disk is full.*free some space/);
  assert.match(messageOf(withCode("EDQUOT"))!, /the disk is full/);
  assert.match(messageOf(withCode("EROFS"))!, /read-only; choose another --wrk-dir/);
  assert.match(messageOf(new Deno.errors.PermissionDenied("x"))!, /no permission; change the owner/);
  assert.match(messageOf(withCode("EIO"))!, /\/some\/path: os error/);
});
