import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type StrayFile, strayFiles } from "../../../src/collect/monitor/stray_files.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

const DATE = "2026-09-01";

/** The stray files of a working directory in which these files lie, with empty partitions of a day and its month. */
function straysAmong(paths: (layout: Layout) => readonly string[]): (StrayFile & { name: string })[] {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const stored = [
    layout.partition(TRADES_BY_DAY, "DETR", DATE),
    layout.partition(TRADES_BY_MONTH, "DETR", "2026-09"),
  ];
  for (const path of [...stored, ...paths(layout)]) {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, "");
  }
  return strayFiles(layout, "DETR")
    .map((stray) => ({ ...stray, name: stray.path.slice(layout.ofVenue(TRADES_BY_DAY, "DETR").length + 1) }));
}

Deno.test("partitions, what is hidden from readers, another venue's files and the tree beside are no strays", () => {
  const strays = straysAmong((layout) => {
    const day = dirname(layout.partition(TRADES_BY_DAY, "DETR", DATE));
    return [
      ...[".unfinished-trades.parquet-1", "_SUCCESS", ".trades.parquet.damaged-20260901T000000Z"]
        .map((name) => join(day, name)),
      join(day, ".stversions", "trades.parquet"),
      join(dirname(layout.partition(TRADES_BY_DAY, "DEUR", DATE)), "copy.parquet"),
      layout.aside(join(day, "trades.parquet.damaged-20260901T000000Z")),
    ];
  });
  assert.deepEqual(strays, []);
});

Deno.test("every other file is reported, wherever it lies, with as much of a date as its folders have", () => {
  const names = [
    "trades.sync-conflict-20260901-101010-ABCDEFG.parquet",
    "._trades.parquet",
    "trades.parquet.bak",
    "notes.txt",
  ];
  const strays = straysAmong((layout) => {
    const day = dirname(layout.partition(TRADES_BY_DAY, "DETR", DATE));
    return [
      ...names.map((name) => join(day, name)),
      join(`${day} (1)`, "trades.parquet"),
      join(dirname(day), "trades.parquet"),
      join(layout.ofVenue(TRADES_BY_DAY, "DETR"), "all.parquet", "part-0.parquet"),
      join(dirname(layout.partition(TRADES_BY_MONTH, "DETR", "2026-09")), "trades (1).parquet"),
    ];
  });
  const inDay = (name: string) => `year=2026/month=09/day=01/${name}`;
  assert.deepEqual(
    strays.slice(0, -1).map(({ date, name }) => [date, name]).sort(),
    [
      ["", "all.parquet"],
      ...names.map((name) => [DATE, inDay(name)]),
      ["2026-09-01 (1)", "year=2026/month=09/day=01 (1)/trades.parquet"],
      ["2026-09", "year=2026/month=09/trades.parquet"],
    ].sort(),
  );
  assert.equal(strays.at(-1)!.date, "2026-09");
  assert.deepEqual([...new Set(strays.map(({ remedy }) => remedy))], ["move it out of the data folder"]);
});

Deno.test(
  { name: "a folder that we may not read is told, and read no further", ignore: Deno.uid() === 0 },
  () => {
    using dir = temporaryDirectory();
    const layout = new Layout(dir.path);
    const lost = join(layout.ofVenue(TRADES_BY_DAY, "DETR"), "lost+found");
    Deno.mkdirSync(lost, { recursive: true });
    Deno.chmodSync(lost, 0);
    const strays = strayFiles(layout, "DETR");
    Deno.chmodSync(lost, 0o700);
    assert.deepEqual(strays.map(({ path }) => path), [lost]);
  },
);

Deno.test("the predecessor's files are reported as such, and so are those that version 0.1.0 kept", () => {
  const strays = straysAmong((layout) =>
    [
      "trades-17-1788253260000000000.parquet",
      "trades.parquet.~0123456789abcdef.predecessor",
      "trades.parquet.damaged-20260901T000000Z",
    ].map((name) => join(dirname(layout.partition(TRADES_BY_DAY, "DETR", DATE)), name))
  );
  const repair = "xetra-parqed verify DETR --repair moves it beside the data, and so does the daemon";
  assert.deepEqual(strays.map(({ remedy }) => remedy), [
    "xetra-parqed adopt DETR takes over its trades",
    repair,
    repair,
  ]);
});
