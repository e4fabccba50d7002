import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dailyFile, minuteFile } from "../../../src/feed/file_names.ts";
import { NotGzip } from "../../../src/store/spool/gzip.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { countLines, unpack } from "../../../src/store/spool/spooled_file.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { body, DAY, FILE, gzip, LINES, plain, temporarySpool } from "./temporary_spool.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

Deno.test("keep() keeps the bytes as they came, under the file's name, and counts them and the lines", async () => {
  using temporary = temporarySpool();
  const packed = gzip(LINES);
  const kept = await temporary.spool.keep(FILE, body(packed));
  assert.deepEqual(kept, { kind: "kept", bytes: packed.length, lines: 2, packed: false, version: null });
  assert.deepEqual(temporary.files(), [`${DAY}/${FILE.name}`]);
  assert.deepEqual(Deno.readFileSync(temporary.of(DAY, FILE.name)), packed);
});

Deno.test("keep() keeps a whole stream of zero bytes: a normal, empty file", async () => {
  using temporary = temporarySpool();
  assert.deepEqual(await temporary.spool.keep(FILE, body(gzip(""))), {
    kind: "kept",
    bytes: 20,
    lines: 0,
    packed: false,
    version: null,
  });
  assert.deepEqual(temporary.spool.files(FILE.date).map(({ file }) => file), [FILE]);
});

Deno.test("keep() puts a daily file into the folder of the day in its name", async () => {
  using temporary = temporarySpool();
  const daily = dailyFile("DETR", "2026-09-01");
  await temporary.spool.keep(daily, body(gzip(LINES)));
  assert.deepEqual(temporary.files(), [`${DAY}/${daily.name}`]);
});

for (
  const [what, bytes] of Object.entries({
    "no bytes at all": new Uint8Array(0),
    "HTML": plain("<html>Sorry</html>"),
    "NDJSON that is cut in its last line": plain(LINES.slice(0, -3)),
    "blank lines": plain("\n\n"),
    "one JSON array": plain(`[${LINES.trimEnd().replace("\n", ",")}]\n`),
    "a cut stream": gzip(LINES).subarray(0, -1),
    "a wrong checksum": gzip(LINES).with(-8, gzip(LINES).at(-8)! ^ 1),
  })
) {
  Deno.test(`keep() rejects ${what}: the bytes are kept elsewhere, and the file does not exist`, async () => {
    using temporary = temporarySpool();
    const kept = await temporary.spool.keep(FILE, body(bytes));
    const path = `${DAY}/rejected/${FILE.name}`;
    assert.equal(kept.kind, "rejected");
    assert.ok(kept.kind === "rejected" && kept.reason !== "" && kept.path === temporary.of(path));
    assert.deepEqual(temporary.files(), [path]);
    assert.deepEqual(Deno.readFileSync(temporary.of(path)), bytes);
    assert.deepEqual(temporary.spool.files(FILE.date), []);
    assert.deepEqual(temporary.spool.rejected(FILE.date), [FILE.name]);
  });
}

Deno.test("keep() keeps the last rejected bytes of a name, until the complete file arrives", async () => {
  using temporary = temporarySpool();
  for (const text of ["first", "second"]) {
    await temporary.spool.keep(FILE, body(plain(text)));
  }
  const rejected = temporary.of(DAY, "rejected", FILE.name);
  assert.equal(Deno.readTextFileSync(rejected), "second");
  await temporary.spool.keep(FILE, body(gzip(LINES)));
  assert.deepEqual(temporary.spool.rejected(FILE.date), []);
  assert.equal(temporary.spool.files(FILE.date).length, 1);
});

Deno.test("keep() does not keep the same bytes twice", async () => {
  using temporary = temporarySpool();
  for (let i = 0; i < 2; i++) await temporary.spool.keep(FILE, body(gzip(LINES)));
  assert.deepEqual(temporary.files(), [`${DAY}/${FILE.name}`]);
});

Deno.test("keep() keeps different bytes of a stored name beside it, once, under a name with their digest", async () => {
  using temporary = temporarySpool();
  const other = gzip(`${LINES}${LINES}`);
  const version = digestOf(other);
  for (
    const [bytes, known] of [[gzip(LINES), null], [other, version], [other, version], [
      gzip(LINES),
      null,
    ]] as const
  ) {
    const kept = await temporary.spool.keep(FILE, body(bytes));
    assert.equal(kept.kind === "kept" && kept.version, known);
  }
  assert.deepEqual(temporary.files(), [`${DAY}/${FILE.name}`, `${DAY}/${FILE.name}.~${version}`]);
  assert.deepEqual(Deno.readFileSync(temporary.of(DAY, FILE.name)), gzip(LINES));
  assert.deepEqual(temporary.spool.files(FILE.date).map(({ file, version }) => [file, version]), [
    [FILE, null],
    [FILE, version],
  ]);
});

Deno.test("keep() throws the body's error, and leaves nothing behind", async () => {
  using temporary = temporarySpool();
  const failure = new Error("connection reset");
  async function* breaking() {
    yield* body(gzip(LINES));
    throw failure;
  }
  await assert.rejects(temporary.spool.keep(FILE, breaking()), (error) => error === failure);
  assert.deepEqual(temporary.files(), []);
});

Deno.test("keep() leaves a stored file alone when bytes that are not a file arrive under its name", async () => {
  using temporary = temporarySpool();
  await temporary.spool.keep(FILE, body(gzip(LINES)));
  await temporary.spool.keep(FILE, body(new Uint8Array(0)));
  assert.deepEqual(Deno.readFileSync(temporary.of(DAY, FILE.name)), gzip(LINES));
  assert.deepEqual(temporary.spool.rejected(FILE.date), []);
});

Deno.test("files() returns only files with names of the exchange, in order", async () => {
  using temporary = temporarySpool();
  const later = minuteFile("DETR", "2026-09-01", 9 * 60);
  for (const file of [later, FILE]) await temporary.spool.keep(file, body(gzip(LINES)));
  for (const name of [".unfinished-1", "notes.txt", `${FILE.name}.part`]) {
    Deno.writeTextFileSync(temporary.of(DAY, name), "");
  }
  Deno.mkdirSync(temporary.of(DAY, minuteFile("DETR", "2026-09-01", 0).name));
  assert.deepEqual(temporary.spool.files(FILE.date).map(({ file }) => file), [FILE, later]);
  assert.deepEqual(temporary.spool.files("2026-09-02"), []);
});

Deno.test("dates() returns the dates with raw files of the venue, oldest first, over years", async () => {
  using temporary = temporarySpool();
  assert.deepEqual(temporary.spool.dates(), []);
  const dates = ["2027-01-01", "2026-09-01", "2026-12-31", "2026-09-30"];
  for (const date of dates) await temporary.spool.keep(minuteFile("DETR", date, 0), body(gzip("")));
  Deno.mkdirSync(temporary.of("data/de/xetra/raw/venue=DFRA/year=2025/month=01/day=01"), { recursive: true });
  Deno.writeTextFileSync(temporary.of("data/de/xetra/raw/venue=DETR/readme"), "");
  assert.deepEqual(temporary.spool.dates(), dates.toSorted());
});

Deno.test("tidy() removes what a killed download left, and nothing else", async () => {
  using temporary = temporarySpool();
  await temporary.spool.keep(FILE, body(gzip(LINES)));
  const anothers = `.unfinished-${minuteFile("DETR", FILE.date, FILE.minute, "pretrade").name}-1`;
  for (const name of [`.unfinished-${FILE.name}-1`, anothers]) {
    Deno.writeTextFileSync(temporary.of(DAY, name), "half");
  }
  await temporary.spool.tidy(FILE.date);
  await temporary.spool.tidy("2020-01-01");
  assert.deepEqual(temporary.files(), [`${DAY}/${anothers}`, `${DAY}/${FILE.name}`]);
});

Deno.test("files() knows a daily file by midnight's name, and tidy() gives it the usual one: the same bytes once, different ones as a version", async () => {
  const daily = dailyFile("DETR", "2026-09-01");
  const midnight = `${DAY}/DETR-posttrade-2026-daily-09-01.json.gz`;
  const other = gzip(`${LINES}${LINES}`);
  using temporary = temporarySpool();
  await temporary.spool.keep(FILE, body(gzip(LINES)));
  for (
    const [bytes, kept] of [
      [gzip(LINES), [daily.name]],
      [gzip(LINES), [daily.name]],
      [other, [daily.name, `${daily.name}.~${digestOf(other)}`]],
    ] as const
  ) {
    Deno.writeFileSync(temporary.of(midnight), bytes);
    const found = temporary.spool.files(daily.date).find(({ path }) => path === temporary.of(midnight));
    assert.equal(found?.file.name, daily.name);
    await temporary.spool.tidy(daily.date);
    assert.deepEqual(temporary.files(), [FILE.name, ...kept].map((name) => `${DAY}/${name}`));
  }
});

Deno.test("unpack() notices bytes that were damaged in the spool; reject() moves them, so that the file is requested again", async () => {
  using temporary = temporarySpool();
  await temporary.spool.keep(FILE, body(gzip(LINES)));
  const path = temporary.of(DAY, FILE.name);
  Deno.writeFileSync(path, gzip(LINES).subarray(0, -3));
  const [spooled] = temporary.spool.files(FILE.date);
  await assert.rejects(async () => {
    for await (const _piece of unpack(spooled));
  }, NotGzip);
  temporary.spool.reject(spooled);
  assert.deepEqual(temporary.files(), [`${DAY}/rejected/${FILE.name}`]);
});

Deno.test("dates() and files() leave out foreign files beside those of the exchange", async () => {
  using dir = temporaryDirectory();
  const spool = new Spool(new Layout(dir.path), "DETR");
  const file = minuteFile("DETR", "2026-09-01", 480);
  await spool.keep(file, body(gzip("{}")));
  const day = spool.layout.rawDay("DETR", "2026-09-01");
  Deno.copyFileSync(`${day}/${file.name}`, `${day}/${file.name.replace("DETR", "DFRA")}`);
  Deno.copyFileSync(`${day}/${file.name}`, `${day}/${file.name.replace("09-01", "09-02")}`);
  Deno.copyFileSync(`${day}/${file.name}`, `${day}/${file.name.replace("posttrade", "pretradeOthers")}`);
  Deno.mkdirSync(`${day}.bak`);
  Deno.copyFileSync(`${day}/${file.name}`, `${day}.bak/${file.name}`);
  assert.deepEqual(spool.dates(), ["2026-09-01"]);
  assert.deepEqual(spool.files("2026-09-01").map(({ file }) => file.name), [file.name]);
});

Deno.test("countLines() counts the lines that are not blank, wherever the pieces of the file are cut", async () => {
  using temporary = temporarySpool();
  const texts: [text: string, lines: number][] = [
    ["", 0],
    ["\n\n \r\n\t\n", 0],
    [LINES, 2],
    [LINES.trimEnd(), 2],
    [`\n${LINES}\n  `, 2],
    // Above a MiB it comes in pieces of 16 KiB; bytes that do not compress stay as large as they were.
    [Array.from({ length: 80_000 }, (_, i) => `${i} ${crypto.randomUUID()}\n\n`).join(""), 80_000],
  ];
  for (const [minute, [text, lines]] of texts.entries()) {
    const file = minuteFile("DETR", "2026-09-01", minute);
    await temporary.spool.keep(file, body(gzip(text), 100_000));
    assert.equal(await countLines(temporary.spool.files(file.date).at(-1)!), lines);
  }
  const sizes = temporary.spool.files("2026-09-01").map(({ path }) => Deno.statSync(path).size);
  assert.ok(sizes.at(-1)! > 1024 * 1024);
});
