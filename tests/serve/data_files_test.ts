import assert from "node:assert/strict";
import { BARS_1D, DATASETS, QUOTES_BY_HOUR, TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { dataAddress, dataPath } from "../../src/serve/data_files.ts";

const layout = new Layout("/somewhere");

const PERIODS = { month: "2026-09", day: "2026-09-01", hour: "2026-09-01T08" };

for (const dataset of DATASETS) {
  Deno.test(`a file of ${dataset.folder} has an address that leads to it`, () => {
    const period = PERIODS[dataset.grain];
    const address = dataAddress(dataset, "DETR", period);
    assert.equal(dataPath(layout, address), layout.partition(dataset, "DETR", period));
    assert.equal(`/somewhere${address}`, layout.partition(dataset, "DETR", period));
  });
}

const DAY = dataAddress(TRADES_BY_DAY, "DETR", "2026-09-01");
const ELSEWHERE = [
  "/data/../../etc/passwd",
  "/data/de/xetra/trades/venue=DETR/year=2026/month=09/day=01/../../../../../../../etc/passwd",
  "/data/%2e%2e/%2e%2e/etc/passwd",
  DAY.replace("trades.parquet", "bars.parquet"),
  DAY.replace("trades.parquet", ".trades.parquet"),
  DAY.replace("venue=DETR", "venue=.."),
  DAY.replace("venue=DETR", "venue=DETR%2f.."),
  DAY.replace("month=09", "month=13"),
  DAY.replace("day=01", "day=1"),
  DAY.replace("year=2026", "year=...."),
  `${DAY}/`,
  `${DAY}\0`,
  DAY.replace("/data/", "/data//"),
  DAY.replace("trades/", "aside/trades/"),
  DAY.replace("trades/", "raw/"),
  dataAddress(BARS_1D, "DETR", "2026-09").replace("bars_1d", "bars_1m"),
  dataAddress(QUOTES_BY_HOUR, "DETR", "2026-09-01T08").replace("hour=08", "hour=24"),
  "/data/",
  "/.xetra-parqed/quota.json",
];

for (const address of ELSEWHERE) {
  Deno.test(`${JSON.stringify(address)} leads nowhere`, () => {
    assert.equal(dataPath(layout, address), null);
  });
}
