import assert from "node:assert/strict";
import { join } from "node:path";
import { busy } from "../busy.ts";
import { compressRotated } from "../../src/log/compress.ts";
import { LogFolder } from "./log_folder.ts";
import { Subject } from "./subject.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const OLD = "detr.log.20251101-000000.000";

Deno.test("a rotated file is compressed at the first line after two seconds", async () => {
  using folder = new LogFolder();
  const subject = new Subject(folder.log, { rotateBytes: 8 });
  await subject.settled();
  subject.write("abc", "def");
  await subject.writeAfter(0, "ghi");
  await subject.writeAfter(1_999, "jkl");
  assert.deepEqual(folder.names(".gz"), []);
  await subject.writeAfter(1, "m");
  await subject.file.close();
  assert.deepEqual(folder.names(".gz").map((name) => folder.lines(name)), [["abc", "def"], ["ghi", "jkl"]]);
  assert.deepEqual(folder.rotated(), folder.names(".gz"));
});

Deno.test("a rotated file is not compressed while another writer may have it open, but a minute later", async () => {
  using folder = new LogFolder();
  const idle = new Subject(folder.log);
  const busy = new Subject(folder.log, { rotateBytes: 8 });
  await busy.settled();
  busy.write("abcdefg", "h");
  await busy.writeAfter(2_000, "i");
  assert.deepEqual([folder.rotated().length, folder.names(".gz").length], [1, 0]);
  idle.write("j");
  await busy.writeAfter(MINUTE, "k");
  assert.deepEqual([folder.rotated().length, folder.names(".gz").length], [1, 1]);
  await Promise.all([idle.file.close(), busy.file.close()]);
  assert.deepEqual(folder.allLines(), ["abcdefg", "h", "i", "j", "k"]);
});

Deno.test("what an earlier process left uncompressed is compressed at the start", async () => {
  using folder = new LogFolder();
  const rotated = join(folder.root, "detr.log.20251130-120000.000");
  Deno.writeTextFileSync(rotated, "left\n");
  Deno.writeTextFileSync(`${rotated}.gz.tmp`, "half of a gz");
  await new Subject(folder.log).file.close();
  assert.deepEqual(folder.rotated(), ["detr.log.20251130-120000.000.gz"]);
  assert.deepEqual(folder.allLines(), ["left"]);
});

Deno.test("rotated files that are too old are deleted at the start and once a day", async () => {
  using folder = new LogFolder();
  const names = [
    "detr.log.20251101-193908.092.gz",
    "detr.log.20251101-193908.093.gz",
    "detr.log.1.gz",
    "dfra.log",
  ];
  for (const name of names) Deno.writeTextFileSync(join(folder.root, name), "");
  const subject = new Subject(folder.log);
  await subject.settled();
  assert.deepEqual(folder.names("gz", "dfra.log"), ["detr.log.1.gz", names[1], "dfra.log"]);
  await subject.writeAfter(DAY - 1, "a");
  assert.equal(folder.rotated().length, 2);
  await subject.writeAfter(1, "b");
  assert.deepEqual(folder.names("gz", "dfra.log"), ["detr.log.1.gz", "dfra.log"]);
  await subject.file.close();
});

Deno.test("keepDays says how long a rotated file is kept", async () => {
  using folder = new LogFolder();
  Deno.writeTextFileSync(join(folder.root, `${OLD}.gz`), "");
  await new Subject(folder.log, { keepDays: 31 }).file.close();
  assert.deepEqual(folder.rotated(), [`${OLD}.gz`]);
  await new Subject(folder.log, { keepDays: 30 }).file.close();
  assert.deepEqual(folder.rotated(), []);
});

Deno.test("when a file cannot be compressed, nothing is lost, and there is one warning an hour", async () => {
  using folder = new LogFolder();
  const rotated = "detr.log.20251130-120000.000";
  Deno.writeTextFileSync(join(folder.root, rotated), "kept\n");
  Deno.mkdirSync(join(folder.root, `${rotated}.gz.tmp`));
  const subject = new Subject(folder.log);
  await subject.settled();
  await subject.writeAfter(59 * MINUTE, "a");
  assert.match(subject.warnings.join("\n"), /^Old logs beside \S+ are not tidied up: .*gz\.tmp.*$/);
  Deno.removeSync(join(folder.root, `${rotated}.gz.tmp`));
  await subject.writeAfter(MINUTE, "b");
  await subject.file.close();
  assert.deepEqual([subject.warnings.length, folder.rotated()], [1, [`${rotated}.gz`]]);
  assert.deepEqual(folder.allLines(), ["kept", "a", "b"]);
});

Deno.test("close() leaves a large file uncompressed for the next start, and finishes a small one", async () => {
  using folder = new LogFolder();
  const large = join(folder.root, "detr.log.20251130-120000.000");
  Deno.writeTextFileSync(large, `${"x".repeat(99)}\n`.repeat(200_000));
  const started = performance.now();
  await new Subject(folder.log).file.close();
  assert.ok(performance.now() - started < busy() * 250);
  assert.deepEqual([folder.rotated(), folder.names("tmp")], [["detr.log.20251130-120000.000"], []]);
  assert.equal(folder.allLines().length, 200_000);

  Deno.truncateSync(large, 1_000_000);
  await new Subject(folder.log).file.close();
  assert.deepEqual(folder.rotated(), ["detr.log.20251130-120000.000.gz"]);
});

Deno.test("compressRotated() takes a missing file as compressed by another process", async () => {
  using folder = new LogFolder();
  assert.equal(await compressRotated(join(folder.root, OLD), new AbortController().signal), true);
});

Deno.test("compressRotated() leaves a file that another process compresses", async () => {
  using folder = new LogFolder();
  const rotated = join(folder.root, OLD);
  using other = Deno.openSync(rotated, { write: true, create: true });
  other.lockSync(true);
  assert.equal(await compressRotated(rotated, new AbortController().signal), false);
  assert.deepEqual(folder.rotated(), [OLD]);
});
