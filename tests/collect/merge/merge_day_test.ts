import assert from "node:assert/strict";
import { dirname } from "node:path";
import { mergeDay } from "../../../src/collect/merge/merge_day.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { examine } from "../../../src/store/examine.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { PARTITION_FILE } from "../../../src/store/stored_partition.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { FakeClock } from "../../feed/fake_clock.ts";
import { publish } from "../../store/parquet_files.ts";
import { trade, type TradeInput } from "../../store/trades.ts";

const DATE = "2026-09-01";

/** Trades without an id of these minutes after eight; only one of two versions knows the last column. */
function withoutId(minutes: readonly number[], version: "one" | "another"): TradeInput[] {
  return minutes.map((minute) => {
    const { transaction_id: _, ...row } = trade({ distribution_time: `${DATE}T08:${minute}:30Z` });
    return version === "one" ? row : { ...row, price_forming: "P" };
  });
}

/** A collector that has stored these minute files, each with one trade. */
async function collector(minutes: readonly number[], version: "one" | "another") {
  const dir = temporaryDirectory();
  const spool = new Spool(new Layout(dir.path), "DETR");
  const path = spool.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  Deno.mkdirSync(dirname(path), { recursive: true });
  for (const minute of minutes) await publish(path, `08_${minute}`, withoutId([minute], version));
  return { spool, path, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

const pace = new Pace(new FakeClock(), new AbortController().signal, () => {});

Deno.test("rows without an id are taken only of files that ours lacks: another version may have decoded the others differently", async () => {
  using ours = await collector([31, 32, 33], "one");
  using theirs = await collector([32, 33, 34], "another");
  const publisher = { spool: ours.spool, pace, createdBy: "a test" };
  const merged = await mergeDay(publisher, theirs.spool, DATE, 0);
  assert.ok(merged.kind === "merged");
  assert.deepEqual([merged.entries, merged.added], [1, 1]);
  const stored = await examine(ours.path, TRADES, PARTITION_FILE, () => {});
  assert.equal(stored!.rows, 4);
});
