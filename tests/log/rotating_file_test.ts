import assert from "node:assert/strict";
import { join } from "node:path";
import { LogFolder } from "./log_folder.ts";
import { Subject } from "./subject.ts";

Deno.test("no line is lost, doubled or torn when four processes write and rotate one file", async () => {
  using folder = new LogFolder();
  const writers = ["a", "b", "c", "d"], count = 5_000;
  const script = new URL("write_lines.ts", import.meta.url).href;
  const results = await Promise.all(writers.map((writer) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-read", "--allow-write", script, folder.log, writer, String(count), "20000"],
    }).output()
  ));
  for (const { stderr } of results) assert.equal(new TextDecoder().decode(stderr), "");

  const expected = writers.flatMap((writer) =>
    Array.from({ length: count }, (_, n) => `${writer} ${n} ${"x".repeat(n % 97)}`)
  );
  // An empty line is not a loss: one may follow a line during which its writer was interrupted.
  assert.deepEqual(folder.allLines().filter((line) => line !== "").sort(), expected.sort());
  assert.ok(folder.names(".gz").length > 10, `${folder.names(".gz").length} compressed`);
  assert.deepEqual(folder.names(".tmp"), []);
});

Deno.test("the file is rotated before the line that would make it too large", async () => {
  using folder = new LogFolder();
  const subject = new Subject(folder.log, { rotateBytes: 10 });
  subject.write("12345", "6789", "abc", "longer than the limit", "d");
  await subject.file.close();
  assert.deepEqual(folder.rotated(), [
    "detr.log.20251201-193908.093",
    "detr.log.20251201-193908.093.1",
    "detr.log.20251201-193908.093.2",
  ]);
  assert.deepEqual(folder.allLines(), ["12345", "6789", "abc", "longer than the limit", "d"]);
});

Deno.test("parents are created, and file and folder are readable by the group only", async () => {
  using folder = new LogFolder();
  const path = join(folder.root, "logs", "venues", "detr.log");
  await new Subject(path).file.close();
  const umask = Deno.umask();
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o640 & ~umask);
  assert.equal(Deno.statSync(join(folder.root, "logs")).mode! & 0o777, 0o750 & ~umask);
});

Deno.test("a file that was moved away is noticed at the next line, and keeps its lines", async () => {
  using folder = new LogFolder();
  const subject = new Subject(folder.log);
  subject.write("before");
  Deno.renameSync(folder.log, `${folder.log}.1`);
  subject.write("after");
  await subject.file.close();
  assert.deepEqual([folder.lines("detr.log.1"), folder.lines()], [["before"], ["after"]]);
});

Deno.test("reopen() continues in the file that logrotate has created", async () => {
  using folder = new LogFolder();
  const subject = new Subject(folder.log);
  subject.write("before");
  Deno.renameSync(folder.log, `${folder.log}.1`);
  Deno.writeTextFileSync(folder.log, "");
  subject.file.reopen();
  subject.write("after");
  await subject.file.close();
  assert.deepEqual([folder.lines("detr.log.1"), folder.lines()], [["before"], ["after"]]);
});

Deno.test("a file that logrotate has truncated is written from its start", async () => {
  using folder = new LogFolder();
  const subject = new Subject(folder.log);
  subject.write("before");
  Deno.truncateSync(folder.log);
  subject.write("after");
  await subject.file.close();
  assert.deepEqual(folder.lines(), ["after"]);
});

Deno.test("a folder that was removed is made again", async () => {
  using folder = new LogFolder();
  const path = join(folder.root, "logs", "detr.log");
  const subject = new Subject(path);
  Deno.removeSync(join(folder.root, "logs"), { recursive: true });
  subject.write("after");
  await subject.file.close();
  assert.deepEqual(folder.lines(join("logs", "detr.log")), ["after"]);
});

Deno.test("a line that was cut is ended, and no other line is lost", async () => {
  using folder = new LogFolder();
  Deno.writeTextFileSync(folder.log, "whole\nhalf a l");
  const subject = new Subject(folder.log);
  subject.write("next", "another");
  await subject.file.close();
  assert.deepEqual(folder.lines(), ["whole", "half a l", "next", "another"]);
});

Deno.test("when the log is a link, its target is rotated, not the link", async () => {
  using folder = new LogFolder();
  Deno.symlinkSync("detr.log", join(folder.root, "link"));
  const subject = new Subject(join(folder.root, "link"), { rotateBytes: 10 });
  subject.write("12345", "67890");
  await subject.file.close();
  assert.deepEqual([folder.rotated().length, folder.lines("link")], [1, ["67890"]]);
  assert.ok(Deno.lstatSync(join(folder.root, "link")).isSymlink);
});

Deno.test("a device is written and never rotated", async () => {
  const subject = new Subject("/dev/null", { rotateBytes: 1 });
  subject.write("a", "b");
  await subject.file.close();
  assert.deepEqual([subject.file.path, subject.warnings], ["/dev/null", []]);
});

Deno.test("when a rotation fails, no line is lost, and there is one warning a minute", async () => {
  using folder = new LogFolder();
  Deno.mkdirSync(`${folder.log}.lock`);
  const subject = new Subject(folder.log, { rotateBytes: 4 });
  subject.write("a", "bcd", "e");
  assert.match(subject.warnings.join("\n"), /^A new log file \S+detr\.log cannot be begun: .*lock.*$/);
  await subject.writeAfter(60_000, "f");
  assert.equal(subject.warnings.length, 2);
  await subject.writeAfter(60_000, "g");
  Deno.removeSync(`${folder.log}.lock`);
  await subject.writeAfter(60_000, "h");
  await subject.file.close();
  assert.deepEqual(folder.rotated().flatMap((name) => folder.lines(name)), ["a", "bcd", "e", "f", "g"]);
  assert.deepEqual(folder.lines(), ["h"]);
});

Deno.test("a rotation in progress in another process delays nothing", async () => {
  using folder = new LogFolder();
  const subject = new Subject(folder.log, { rotateBytes: 4 });
  using other = Deno.openSync(`${folder.log}.lock`, { write: true, create: true });
  other.lockSync(true);
  subject.write("a", "bcd");
  assert.deepEqual([folder.rotated(), folder.lines()], [[], ["a", "bcd"]]);
  other.unlockSync();
  subject.write("e");
  await subject.file.close();
  assert.deepEqual([folder.rotated().length, folder.lines()], [1, ["e"]]);
});
