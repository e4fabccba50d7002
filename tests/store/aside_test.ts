import assert from "node:assert/strict";
import { dirname } from "node:path";
import { pathAside, workshopOf } from "../../src/store/aside.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { filesBelow } from "../e2e/disk.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

Deno.test("kept files lie beside the data, where a rename can move them: both folders exist", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const path = layout.partition(TRADES_BY_DAY, "DETR", "2026-09-01");
  assert.equal(pathAside(layout, path), layout.aside(path));
  assert.equal(workshopOf(layout, path), layout.workshop(path));
  for (const folder of [dirname(path), dirname(layout.aside(path)), layout.workshop(path)]) {
    assert.ok(Deno.statSync(folder).isDirectory);
  }
  assert.deepEqual(filesBelow(dir.path), [], "it is found out without a file");
});

Deno.test("where that folder cannot be made, they lie in the file's own folder, hidden from readers", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const path = layout.partition(TRADES_BY_DAY, "DETR", "2026-09-01");
  Deno.mkdirSync(dir.of("data/de/xetra"), { recursive: true });
  Deno.writeTextFileSync(dir.of("data/de/xetra/aside"), "somebody's");
  assert.equal(pathAside(layout, path), `${dirname(path)}/.trades.parquet`);
  assert.equal(workshopOf(layout, path), dirname(path));
});
