import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { checkPartial } from "../../src/collect/monitor/partial_days.ts";
import { cleanUp } from "../../src/collect/maintain/cleanup.ts";
import { Inventory } from "../../src/collect/inventory.ts";
import { repairDay } from "../../src/collect/verify/repair.ts";
import { reprocessDay } from "../../src/collect/verify/reprocess_day.ts";
import { verifyDay } from "../../src/collect/verify/verify_day.ts";
import { minuteFile } from "../../src/feed/file_names.ts";
import { treeOf } from "../e2e/evidence.ts";
import { lines, Venue } from "./daily_files.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATE = "2026-09-01";
const NOW = Date.UTC(2026, 8, 8);

/**
 * A stored minute, its raw file, and beside it what another service may leave there: complete files of two services,
 * a file that is not gzip, half a file, and a folder with such a name.
 */
async function withQuotes(): Promise<{ venue: Venue; quotes: string[] }> {
  const venue = new Venue();
  const trades = await venue.spoolMinute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 3));
  await venue.publish(trades);
  const folder = dirname(trades.path);
  const nameOf = (minute: number, service: string) => minuteFile("DETR", DATE, minute, service).name;
  const quotes = [
    nameOf(540, "pretrade"),
    nameOf(541, "pretradeOthers"),
    `rejected/${nameOf(542, "pretrade")}`,
    `.unfinished-${nameOf(543, "pretrade")}-1`,
    `${nameOf(544, "pretrade")}/keep`,
  ].map((name) => join(folder, name));
  for (const path of quotes) {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.copyFileSync(trades.path, path);
  }
  return { venue, quotes };
}

Deno.test("files of other services in the raw folders are not listed, counted, read or reported", async () => {
  const { venue: { layout, publisher, spool }, venue } = await withQuotes();
  using _venue = venue;
  const before = treeOf(layout.venues(TRADES_BY_DAY));
  const { spooled, waiting } = await new Inventory(layout, "DETR").of(DATE);
  assert.deepEqual([spooled.length, waiting.length, spool.rejected(DATE)], [1, 0, []]);
  const nextDay = layout.rawDay("DETR", "2026-09-02");
  Deno.mkdirSync(nextDay);
  Deno.writeTextFileSync(join(nextDay, minuteFile("DETR", "2026-09-02", 540, "pretrade").name), "");
  assert.deepEqual(await checkPartial("DETR", layout, Date.now()), {
    venue: "DETR",
    dates: 1,
    days: [],
    strays: [],
  });
  const { rawFiles, issues } = await verifyDay(layout, "DETR", DATE, publisher.pace);
  assert.deepEqual({ rawFiles, issues }, { rawFiles: 1, issues: [] });
  assert.equal((await reprocessDay(publisher, DATE, true)).files, 1);
  assert.deepEqual(await venue.ids(DATE), [0, 1, 2]);
  assert.deepEqual(Object.keys(before), Object.keys(treeOf(layout.venues(TRADES_BY_DAY))));
});

Deno.test("files of other services in the raw folders are never moved or deleted", async () => {
  const { venue: { layout, publisher, spool }, venue, quotes } = await withQuotes();
  using _venue = venue;
  const bytes = quotes.map((path) => Deno.readFileSync(path));
  await spool.tidy(DATE);
  Deno.truncateSync(layout.partition(TRADES_BY_DAY, "DETR", DATE), 100);
  const { repairs } = await repairDay(publisher, DATE, NOW);
  assert.deepEqual(repairs.map(({ kind }) => kind), ["rebuilt"]);
  const cleanup = await cleanUp("DETR", {
    layout,
    pace: publisher.pace,
    now: NOW,
    keepDays: 0,
    dryRun: false,
  });
  assert.deepEqual([cleanup.files, cleanup.kept], [1, []]);
  assert.deepEqual(quotes.map((path) => Deno.readFileSync(path)), bytes);
});
