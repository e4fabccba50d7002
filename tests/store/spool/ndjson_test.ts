import assert from "node:assert/strict";
import { countObjects, NotNdjson } from "../../../src/store/spool/ndjson.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const KIB = 1024;

async function objectsIn(content: string | Uint8Array): Promise<number> {
  using dir = temporaryDirectory();
  Deno.writeFileSync(
    dir.of("file"),
    typeof content === "string" ? new TextEncoder().encode(content) : content,
  );
  return await countObjects(dir.of("file"));
}

Deno.test("countObjects() counts lines with one complete JSON object each, the last with or without a newline", async () => {
  const texts: [text: string, objects: number][] = [
    ['{"a":"DE0007164600"}', 1],
    ['{"a":"DE0007164600"}\n', 1],
    ['{"a":1}\n{"a":"\\n"}\n', 2],
    ["{}\r\n{}\r\n", 2],
    ["\n\n{}\n \t\n{}", 2],
    [' {"a":{"b":"DE0007164600"}} ', 1],
    [`{"ü":"${"€".repeat(100 * KIB)}"}\n`.repeat(3), 3],
  ];
  for (const [text, objects] of texts) assert.equal(await objectsIn(text), objects, text.slice(0, 20));
});

Deno.test("countObjects() refuses anything else, and names the first line that is not an object", async () => {
  const texts: [content: string | Uint8Array, line: number, what: RegExp][] = [
    ["", 1, /is not there/],
    ["\n \n", 1, /is not there/],
    ["<html>\n", 1, /not a whole JSON object/],
    ["[{}]\n", 1, /not a whole JSON object/],
    ["null\n", 1, /not a whole JSON object/],
    ['{"message":"Internal server error"}\n', 1, /is alone, and names no instrument/],
    ['{\n  "a": 1\n}\n', 1, /not a whole JSON object/],
    ['{"a":1}{"a":2}\n', 1, /not a whole JSON object/],
    ['{"a":1}\n{"a":', 2, /not a whole JSON object/],
    ['{"a":1}\n{"a":2}\n\0\0\0', 3, /not a whole JSON object/],
    [Uint8Array.of(0x7b, 0x7d, 0x0a, 0x7b, 0xff, 0x7d), 2, /is not UTF-8/],
    [`{}\n{"a":"${"x".repeat(KIB * KIB)}"}\n`, 2, /is longer than 1048576 bytes/],
  ];
  for (const [content, line, what] of texts) {
    await assert.rejects(
      objectsIn(content),
      (error) => error instanceof NotNdjson && error.line === line && what.test(error.message),
    );
  }
});

Deno.test("countObjects() needs memory for one line, however many lines there are", async () => {
  using dir = temporaryDirectory();
  {
    using file = Deno.createSync(dir.of("file"));
    const line = JSON.stringify({ isin: "DE0007164600", other: "x".repeat(450) });
    const lines = new TextEncoder().encode(`${line}\n`.repeat(1000));
    for (let i = 0; i < 250; i++) file.writeSync(lines);
  }
  const before = Deno.memoryUsage().rss;
  assert.equal(await countObjects(dir.of("file")), 250_000);
  const grown = (Deno.memoryUsage().rss - before) / KIB / KIB;
  assert.ok(grown < 64, `${grown} MiB`);
});

Deno.test("countObjects() throws errors of the disk unchanged", async () => {
  await assert.rejects(countObjects("/nowhere/file"), Deno.errors.NotFound);
});
