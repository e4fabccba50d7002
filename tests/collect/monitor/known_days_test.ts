import assert from "node:assert/strict";
import { dirname } from "node:path";
import { KnownDays } from "../../../src/collect/monitor/known_days.ts";
import { dateAfter } from "../../../src/feed/calendar/dates.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

const DATE = "2026-09-01";
const EVE = "2026-08-31";

function write(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text);
}

/** Looks a day up, and says how often it was looked for so far. */
function lookups(layout: Layout): (date?: string, venue?: string) => Promise<number> {
  const known = new KnownDays<string>(layout);
  let looked = 0;
  return async (date = DATE, venue = "DETR") => {
    const found = await known.of(venue, date, () => {
      looked++;
      return Promise.resolve(`${venue} ${date}`);
    });
    assert.equal(found, `${venue} ${date}`);
    return looked;
  };
}

Deno.test("a day is looked for once, and again when its files or those of the date before are others", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const look = lookups(layout);
  const changes: (() => void)[] = [
    () => write(layout.partition(TRADES_BY_DAY, "DETR", DATE), "one"),
    () => write(layout.partition(TRADES_BY_DAY, "DETR", DATE), "two and more"),
    () => write(layout.partition(TRADES_BY_DAY, "DETR", EVE), "one"),
    () => write(layout.rawFile(minuteFile("DETR", DATE, 60)), "raw"),
    () => write(layout.rawFile(minuteFile("DETR", EVE, 1380)), "raw"),
    () => Deno.removeSync(layout.rawDay("DETR", DATE), { recursive: true }),
    () => Deno.removeSync(layout.partition(TRADES_BY_DAY, "DETR", DATE)),
  ];
  assert.deepEqual([await look(), await look()], [1, 1]);
  for (const [i, change] of changes.entries()) {
    change();
    assert.deepEqual([await look(), await look()], [i + 2, i + 2], String(change));
  }
});

Deno.test("days of other venues, and files of other days, are others", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const look = lookups(layout);
  await look();
  write(layout.partition(TRADES_BY_DAY, "DETR", "2026-09-02"), "one");
  write(layout.partition(TRADES_BY_DAY, "DFRA", DATE), "one");
  assert.equal(await look(), 1);
  assert.equal(await look(DATE, "DFRA"), 2);
});

Deno.test("what could not be found is looked for again", async () => {
  using dir = temporaryDirectory();
  const known = new KnownDays<number>(new Layout(dir.path));
  await assert.rejects(known.of("DETR", DATE, () => Promise.reject(new Error("disk"))), /disk/);
  assert.equal(await known.of("DETR", DATE, () => Promise.resolve(1)), 1);
});

Deno.test("of more than ten thousand days the first one is forgotten", async () => {
  using dir = temporaryDirectory();
  const look = lookups(new Layout(dir.path));
  let date = "2000-01-01";
  for (let i = 0; i < 10_000; i++) {
    await look(date);
    date = dateAfter(date);
  }
  assert.equal(await look("2000-01-01"), 10_000);
  await look(date);
  assert.equal(await look("2000-01-02"), 10_001);
  assert.equal(await look("2000-01-01"), 10_002);
});
