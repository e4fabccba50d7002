import assert from "node:assert/strict";
import fc from "fast-check";
import { type PendingFile, readPending, writePending } from "../../../src/store/state/pending_record.ts";
import { encodeRecord } from "../../../src/store/state/state_record.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const pending: fc.Arbitrary<PendingFile> = fc.record(
  { absentCycles: fc.nat(), reason: fc.string() },
  { noNullPrototype: true },
);

Deno.test("a record of pending names is read back as it was written", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("state", "pending-DETR.json");
  const name = fc.string().filter((name) => name !== "__proto__");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, pending), { maxLength: 10 }), async (entries) => {
      const record = new Map(entries);
      await writePending(path, record);
      assert.deepEqual(readPending(path), record);
    }),
    { numRuns: 50 },
  );
});

Deno.test("readPending() is empty when there is no record, or an unreadable one", () => {
  using dir = temporaryDirectory();
  assert.deepEqual(readPending(dir.of("none.json")), new Map());
  for (const text of ["", "{", "null", "17", "[null]", '{"files":{}}', encodeRecord([17]), "\u0000"]) {
    Deno.writeTextFileSync(dir.of("record.json"), text);
    assert.deepEqual(readPending(dir.of("record.json")), new Map(), text);
  }
});

Deno.test("readPending() leaves out invalid entries", () => {
  using dir = temporaryDirectory();
  const good = { absentCycles: 2, reason: "404" };
  const files = { good, a: {}, b: 17, c: { absentCycles: -1, reason: "" }, d: { absentCycles: 1 } };
  Deno.writeTextFileSync(dir.of("record.json"), encodeRecord({ files }));
  assert.deepEqual(readPending(dir.of("record.json")), new Map([["good", good]]));
});
