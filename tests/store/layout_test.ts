import assert from "node:assert/strict";
import { dailyFile, minuteFile } from "../../src/feed/file_names.ts";
import {
  BARS_1D,
  BARS_1M,
  QUOTES_BY_HOUR,
  RAW,
  TRADES_BY_DAY,
  TRADES_BY_MONTH,
} from "../../src/store/datasets.ts";
import { damagedPath, digestOfKept, hiddenPath, isKept, keptPath } from "../../src/store/aside_names.ts";
import { Layout, placeOf } from "../../src/store/layout.ts";

const layout = new Layout("/srv/trades");
const FILE = minuteFile("DETR", "2026-09-01", 8 * 60 + 34);
const DAY = "year=2026/month=09/day=01";

Deno.test("Layout places data as readers of Parquet expect: by venue, year, month and day", () => {
  assert.equal(
    layout.partition(TRADES_BY_DAY, "DETR", "2026-09-01"),
    `/srv/trades/data/de/xetra/trades/venue=DETR/${DAY}/trades.parquet`,
  );
  const raw = `/srv/trades/data/de/xetra/raw/venue=DETR/${DAY}`;
  assert.equal(layout.rawDay("DETR", "2026-09-01"), raw);
  assert.equal(layout.rawFile(FILE), `${raw}/DETR-posttrade-2026-09-01T08_34.json.gz`);
  assert.equal(
    layout.rawFile(dailyFile("DETR", "2026-09-01")),
    `${raw}/DETR-posttrade-daily-2026-09-01.json.gz`,
  );
  assert.equal(
    layout.partition(TRADES_BY_MONTH, "DETR", "2026-09"),
    "/srv/trades/data/de/xetra/trades_monthly/venue=DETR/year=2026/month=09/trades.parquet",
  );
  assert.equal(layout.rejectedFile(FILE), `${raw}/rejected/${FILE.name}`);
  assert.equal(layout.rejectedDay("DETR", "2026-09-01"), `${raw}/rejected`);
  assert.equal(layout.ofVenue(RAW, "DETR"), "/srv/trades/data/de/xetra/raw/venue=DETR");
  assert.equal(layout.ofVenue(TRADES_BY_DAY, "DETR"), "/srv/trades/data/de/xetra/trades/venue=DETR");
});

Deno.test("a dataset says what period one of its files holds: a month, a day or an hour", () => {
  const market = "/srv/trades/data/de/xetra";
  assert.equal(
    layout.partition(QUOTES_BY_HOUR, "DGAT", "2026-09-01T08"),
    `${market}/quotes/venue=DGAT/${DAY}/hour=08/quotes.parquet`,
  );
  assert.equal(
    layout.partition(BARS_1M, "DETR", "2026-09-01"),
    `${market}/bars_1m/venue=DETR/${DAY}/bars.parquet`,
  );
  assert.equal(
    layout.partition(BARS_1D, "DETR", "2026-09"),
    `${market}/bars_1d/venue=DETR/year=2026/month=09/bars.parquet`,
  );
});

Deno.test("Layout has a place beside the data for kept files, in the same folders, which readers are not given", () => {
  const aside = "/srv/trades/data/de/xetra/aside";
  const partition = layout.partition(TRADES_BY_DAY, "DETR", "2026-09-01");
  assert.equal(layout.aside(partition), `${aside}/trades/venue=DETR/${DAY}/trades.parquet`);
  assert.equal(layout.aside(layout.rawFile(FILE)), `${aside}/raw/venue=DETR/${DAY}/${FILE.name}`);
  assert.equal(layout.workshop(partition), `${aside}/trades/venue=DETR`);
  assert.equal(
    layout.workshop(layout.partition(TRADES_BY_MONTH, "DETR", "2026-09")),
    `${aside}/trades_monthly/venue=DETR`,
  );
  assert.equal(
    new Layout(".").aside("data/de/xetra/trades/venue=DETR/x"),
    "data/de/xetra/aside/trades/venue=DETR/x",
  );
});

Deno.test("kept files, damaged ones and the predecessor's, are recognized by their names, and no other file is mistaken for one", () => {
  const digest = "0123456789abcdef";
  const kept = [keptPath("trades-1-2.parquet", digest), damagedPath("trades.parquet", 0, () => false)];
  assert.deepEqual(kept, [
    "trades-1-2.parquet.~0123456789abcdef.predecessor",
    "trades.parquet.damaged-19700101T000000Z",
  ]);
  assert.deepEqual(kept.map(digestOfKept), [digest, null]);
  const taken = new Set<string>();
  for (const expected of ["Z", "Z-2", "Z-3"]) {
    const path = damagedPath("trades.parquet", 999, (path) => taken.has(path));
    assert.equal(path, `trades.parquet.damaged-19700101T000000${expected}`);
    assert.ok(isKept(path));
    taken.add(path);
  }
  assert.deepEqual([...kept, ...kept.map(hiddenPath)].map(isKept), [true, true, true, true]);
  for (const name of ["trades.parquet", "trades.parquet.damaged-me", "trades-1-2.parquet", "x.predecessor"]) {
    assert.ok(!isKept(name), name);
  }
});

Deno.test("Layout keeps state beside the data, one file per venue, and one quota for all", () => {
  const state = "/srv/trades/.xetra-parqed";
  assert.equal(layout.writeLock("DETR"), `${state}/write-DETR.lock`);
  assert.equal(layout.pendingRecord("DETR"), `${state}/pending-DETR.json`);
  assert.equal(layout.runs("DETR"), `${state}/runs-DETR`);
  assert.equal(layout.quotaFile(), `${state}/quota.json`);
});

Deno.test("Layout recognizes a venue's files by their names, so that no venue tidies up those of another", () => {
  const own = [layout.writeLock, layout.daemonLock, layout.pendingRecord, layout.status, layout.metrics];
  for (const path of own.map((of) => of.call(layout, "DETR"))) {
    assert.ok(path.includes(layout.ownPart("DETR")), path);
    assert.ok(!path.includes(layout.ownPart("DEUR")), path);
  }
  assert.ok(!layout.quotaFile().includes(layout.ownPart("DETR")));
});

Deno.test("Layout stays below a relative working directory", () => {
  assert.equal(new Layout(".").quotaFile(), ".xetra-parqed/quota.json");
  assert.ok(
    new Layout("a/b").partition(TRADES_BY_DAY, "DETR", "2026-09-01").startsWith("a/b/data/de/xetra/"),
  );
});

Deno.test("a partition's path tells its venue and period, whatever folder the working directory lies in", () => {
  for (const root of ["/srv/trades", ".", "/srv/venue=OLD/year=2020/x"]) {
    const layout = new Layout(root);
    for (
      const [dataset, period] of [
        [TRADES_BY_DAY, "2026-09-01"],
        [TRADES_BY_MONTH, "2026-09"],
        [QUOTES_BY_HOUR, "2026-09-01T08"],
        [BARS_1D, "2026-09"],
      ] as const
    ) {
      const path = layout.partition(dataset, "DETR", period);
      assert.deepEqual(placeOf(path), { venue: "DETR", period });
      assert.deepEqual(placeOf(layout.aside(path)), { venue: "DETR", period });
    }
  }
  for (const path of ["/path", "/srv/venue=DETR/trades.parquet"]) assert.equal(placeOf(path), null);
});
