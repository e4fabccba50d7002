import assert from "node:assert/strict";
import { dirname } from "node:path";
import { keepRawFiles } from "../../../src/collect/merge/merge_day.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { FakeClock } from "../../feed/fake_clock.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

Deno.test("raw files that the other's daemon has deleted since they were listed are left out, and the others are kept", async () => {
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  const spool = new Spool(new Layout(ours.path), "DETR");
  const other = new Spool(new Layout(theirs.path), "DETR");
  const bytes = new Uint8Array(
    await new Response(
      new Blob(['{"isin":"DE0007164600"}\n']).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  for (const minute of [514, 515, 516]) {
    const path = other.layout.rawFile(minuteFile("DETR", "2026-09-01", minute));
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, bytes);
  }
  const listed = other.files("2026-09-01");
  Deno.removeSync(listed[1].path);
  const pace = new Pace(new FakeClock(), new AbortController().signal, () => {});
  assert.equal(await keepRawFiles({ spool, pace }, listed), 2);
  assert.deepEqual(
    spool.files("2026-09-01").map(({ file }) => file.name),
    other.files("2026-09-01").map(({ file }) => file.name),
  );
});
