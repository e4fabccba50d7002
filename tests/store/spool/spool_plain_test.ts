import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { countLines } from "../../../src/store/spool/spooled_file.ts";
import { body, DAY, FILE, gzip, LINES, plain, temporarySpool } from "./temporary_spool.ts";

Deno.test.sanitizer({ ops: true, resources: true });

for (
  const [what, text, lines] of [
    ["NDJSON", LINES, 2],
    ["NDJSON whose last line has no newline", LINES.trimEnd(), 2],
    ["NDJSON with blank lines and carriage returns", `\n${LINES.replaceAll("\n", "\r\n")}\r\n`, 2],
  ] as const
) {
  Deno.test(`keep() packs a body of plain ${what}: a file that was unpacked on the way`, async () => {
    using temporary = temporarySpool();
    const kept = await temporary.spool.keep(FILE, body(plain(text)));
    const bytes = plain(text).length;
    assert.deepEqual(kept, { kind: "kept", bytes, lines, packed: true, version: null });
    assert.deepEqual(temporary.files(), [`${DAY}/${FILE.name}`]);
    const [spooled] = temporary.spool.files(FILE.date);
    assert.equal(gunzipSync(Deno.readFileSync(spooled.path)).toString(), text);
    assert.equal(await countLines(spooled), lines);
  });
}

Deno.test("keep() says in which line plain NDJSON is cut, and that a web page is not a gzip stream", async () => {
  using temporary = temporarySpool();
  const reasons: [text: string, reason: string][] = [
    [LINES.slice(0, -3), "neither gzip nor whole NDJSON: line 2 is not a whole JSON object"],
    [`${LINES}17\n`, "neither gzip nor whole NDJSON: line 3 is not a whole JSON object"],
    ["<html>", "incorrect header check"],
    ["", "unexpected end of file"],
  ];
  for (const [text, expected] of reasons) {
    const kept = await temporary.spool.keep(FILE, body(plain(text)));
    assert.equal(kept.kind === "rejected" && kept.reason, expected);
  }
});

Deno.test("keep() recognizes the same content, however it was packed", async () => {
  using temporary = temporarySpool();
  const { spool } = temporary;
  const recompressed = Uint8Array.from(gzipSync(LINES, { level: 1 }));
  assert.notDeepEqual(recompressed, gzip(LINES));
  const other = `${LINES}{"a":3}\n`;
  const versions: (string | null)[] = [];
  for (const bytes of [recompressed, plain(LINES), gzip(LINES), plain(other), gzip(other), plain(other)]) {
    const kept = await spool.keep(FILE, body(bytes));
    versions.push(kept.kind === "kept" ? kept.version : "rejected");
  }
  const [, second] = spool.files(FILE.date);
  assert.deepEqual(versions, [null, null, null, second.version, second.version, second.version]);
  assert.equal(temporary.files().length, 2);
  assert.deepEqual(Deno.readFileSync(temporary.of(DAY, FILE.name)), recompressed);
  assert.equal(gunzipSync(Deno.readFileSync(second.path)).toString(), other);
});

Deno.test("keep() packs what a killed run left on disk unpacked, before other bytes replace it", async () => {
  using temporary = temporarySpool();
  const { spool } = temporary;
  const rejected = temporary.of(DAY, "rejected", FILE.name);
  for (const left of [plain(LINES), gzip(LINES)]) {
    await spool.keep(FILE, body(plain("<html>")));
    Deno.writeFileSync(rejected, left);
    assert.equal((await spool.keep(FILE, body(plain("<html>")))).kind, "rejected");
    assert.deepEqual(spool.files(FILE.date).map(({ file }) => file), [FILE]);
    assert.equal(gunzipSync(Deno.readFileSync(temporary.of(DAY, FILE.name))).toString(), LINES);
    assert.equal(Deno.readTextFileSync(rejected), "<html>");
    Deno.removeSync(temporary.of(DAY, FILE.name));
  }
});

Deno.test("keep() ends when it is interrupted, and the NDJSON that it had on disk is packed the next time", async () => {
  using temporary = temporarySpool();
  const { spool } = temporary;
  const reason = new Error("stopped");
  const rows = Array.from({ length: 9000 }, () => `{"id":"${crypto.randomUUID()}"}\n`).join("");
  let calls = 0;
  await spool.keep(FILE, body(plain(rows), 100_000), () => void calls++);
  assert.ok(calls > 12, `${calls} calls`);
  Deno.removeSync(temporary.of(DAY, FILE.name));
  for (const last of [1, calls - 1, calls]) {
    let left = last;
    const breathe = () => {
      if (--left === 0) throw reason;
    };
    const kept = spool.keep(FILE, body(plain(rows), 100_000), breathe);
    await assert.rejects(kept, (error) => error === reason);
    assert.deepEqual(temporary.files(), [`${DAY}/rejected/${FILE.name}`]);
    assert.equal((await spool.readmit(FILE))?.kind, "kept");
    Deno.removeSync(temporary.of(DAY, FILE.name));
  }
});

Deno.test("readmit() accepts rejected bytes that are a file, and leaves others where they are", async () => {
  using temporary = temporarySpool();
  const { spool } = temporary;
  const rejected = temporary.of(DAY, "rejected", FILE.name);
  assert.equal(await spool.readmit(FILE), null);
  await spool.keep(FILE, body(plain("<html>")));
  const still = { kind: "rejected", reason: "incorrect header check", path: rejected };
  assert.deepEqual(await spool.readmit(FILE), still);
  Deno.writeFileSync(rejected, plain(LINES));
  const bytes = plain(LINES).length;
  assert.deepEqual(await spool.readmit(FILE), { kind: "kept", bytes, lines: 2, packed: true, version: null });
  assert.deepEqual(temporary.files(), [`${DAY}/${FILE.name}`]);
  assert.equal(await spool.readmit(FILE), null);
});
