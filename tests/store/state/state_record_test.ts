import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeRecord,
  encodeRecord,
  readRecord,
  writeRecord,
} from "../../../src/store/state/state_record.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

const RECORD = { date: "2026-09-01", done: ["maintenance"], absentCycles: 0, "": null };

Deno.test("a record is read back as it was written, whatever its keys and values", () => {
  const json = fc.dictionary(
    fc.string().filter((key) => key !== "seal" && key !== "__proto__"),
    fc.jsonValue(),
  );
  fc.assert(fc.property(json, (record) => {
    const written = JSON.parse(JSON.stringify(record));
    assert.deepEqual(decodeRecord(encodeRecord(record)), written);
  }));
});

Deno.test("a record with any bit flipped, or cut anywhere, is refused: it is never read as another one", () => {
  const bytes = new TextEncoder().encode(encodeRecord(RECORD));
  const read = (damaged: Uint8Array) => decodeRecord(new TextDecoder().decode(damaged));
  const same = JSON.stringify(RECORD);
  for (let place = 0; place < bytes.length - 1; place++) {
    assert.equal(read(bytes.subarray(0, place)), null, `cut to ${place} bytes`);
    for (let bit = 0; bit < 8; bit++) {
      const damaged = bytes.with(place, bytes[place] ^ (1 << bit));
      const found = read(damaged);
      // White space between the keys may change, which changes nothing in the content.
      if (found !== null) assert.equal(JSON.stringify(found), same, `bit ${bit} of byte ${place}`);
    }
  }
});

Deno.test("a folder in place of a record is not a record, and is kept under another name", async () => {
  using dir = temporaryDirectory();
  Deno.mkdirSync(dir.of("record.json"));
  Deno.writeTextFileSync(dir.of("record.json/note.txt"), "mine");
  Deno.utimeSync(dir.of("record.json"), 0, 1_756_684_800);
  assert.equal(readRecord(dir.of("record.json")), null);
  await writeRecord(dir.of("record.json"), RECORD);
  assert.deepEqual(readRecord(dir.of("record.json")), RECORD);
  assert.equal(Deno.readTextFileSync(dir.of("record.json.damaged-20250901T000000Z/note.txt")), "mine");
  Deno.removeSync(dir.of("record.json"));
  Deno.mkdirSync(dir.of("record.json"));
  Deno.utimeSync(dir.of("record.json"), 0, 1_756_684_800);
  await writeRecord(dir.of("record.json"), RECORD);
  assert.ok(Deno.statSync(dir.of("record.json.damaged-20250901T000000Z-2")).isDirectory);
});
