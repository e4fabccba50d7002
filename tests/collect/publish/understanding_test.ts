import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { generateDay } from "../../../scripts/replica/day.ts";
import { ODD } from "../../../scripts/replica/untidy.ts";
import type { Finding } from "../../../src/collect/findings.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { type Publisher, publishMinutes } from "../../../src/collect/publish/publish.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { fileNamed, type SourceFile } from "../../../src/feed/file_names.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { readPartition } from "../../../src/store/stored_partition.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { FakeClock } from "../../feed/fake_clock.ts";
import { line, lines, Venue } from "../daily_files.ts";

const [BEFORE, DATE] = ["2026-08-31", "2026-09-01"];
const KEYS = {
  isin: "instrumentIdentificationCode",
  trading_date_time: "tradingDateAndTime",
  price: "price",
  quantity: "quantity",
};
const MINUTES = { from: 12 * 60, until: 12 * 60 + 4 };

/** The minute files of a venue's day, with all that the exchange leaves out; the texts of at least 20 rows. */
function* minutesOf(venue: string, date: string): Generator<[SourceFile, string]> {
  for (
    const { name, ndjson } of generateDay({ venue, date, trades: 800, minutes: MINUTES, untidiness: ODD })
  ) {
    yield [fileNamed(name)!, new TextDecoder().decode(ndjson)];
  }
}

const renamed = (text: string, keys: readonly string[]) =>
  keys.reduce((text, key) => text.replaceAll(`"${key}":`, `"${key}2":`), text);

async function spoolText(spool: Spool, file: SourceFile, text: string) {
  async function* body() {
    yield Uint8Array.from(gzipSync(text));
  }
  await spool.keep(file, body());
  return spool.files(file.date).find((spooled) => spooled.file.name === file.name)!;
}

for (const venue of ["DETR", "DFRA", "DGAT", "DEUR"]) {
  for (const columns of [...Object.keys(KEYS).map((column) => [column]), Object.keys(KEYS)]) {
    Deno.test(`files of ${venue} in which ${columns.join(", ")} have another key are kept and not stored; the others are`, async () => {
      using dir = temporaryDirectory();
      const spool = new Spool(new Layout(dir.path), venue);
      const pace = new Pace(new FakeClock(), new AbortController().signal, () => {});
      const publisher: Publisher = { spool, createdBy: "a test", pace };
      const publish = async (date: string, change: (text: string, i: number) => string) => {
        const files = [];
        let i = 0;
        for (const [file, text] of minutesOf(venue, date)) {
          files.push(await spoolText(spool, file, change(text, i++)));
        }
        return await publishMinutes(publisher, date, files);
      };
      assert.deepEqual((await publish(BEFORE, (text) => text)).filter(isStrange), []);
      const keys = columns.map((column) => KEYS[column as keyof typeof KEYS]);
      const unrecognized = (await publish(DATE, (text, i) => i % 2 === 0 ? renamed(text, keys) : text))
        .filter(isStrange);
      const [{ paths, lacking, keys: found }, ...more] = unrecognized;
      assert.deepEqual([paths.length, more], [2, []]);
      assert.deepEqual(lacking, columns.includes("isin") ? [] : columns);
      for (const key of keys) assert.ok(found.includes(`${key}2`), found.join(", "));
      const { ledger } = (await readPartition(spool.layout.partition(TRADES_BY_DAY, venue, DATE), TRADES))!;
      assert.deepEqual([...ledger.keys()], ["12_01", "12_03"]);
    });
  }
}

Deno.test("a daily file whose prices have another key is kept and not stored", async () => {
  using venue = new Venue();
  await venue.minute(`${BEFORE}T09:00`, lines(`${BEFORE}T09:00`, 30));
  const other = Array.from(
    { length: 30 },
    (_, i) => line(`${DATE}T09:00`, i, { price: undefined, cost: 100 }),
  );
  const findings = await venue.daily(DATE, other);
  assert.deepEqual(findings.map((finding) => isStrange(finding) && finding.lacking), [["price"]]);
  assert.equal(await readPartition(venue.layout.partition(TRADES_BY_DAY, "DETR", DATE), TRADES), null);
});

Deno.test("few rows without a price, and many without a new key, are stored: the exchange may leave prices out", async () => {
  using venue = new Venue();
  await venue.minute(`${BEFORE}T09:00`, lines(`${BEFORE}T09:00`, 30));
  const without = (count: number, more: Record<string, unknown>) =>
    Array.from({ length: count }, (_, i) => line(`${DATE}T09:00`, i, { price: undefined, ...more }));
  await venue.minute(`${DATE}T09:00`, without(19, { cost: 100 }));
  await venue.minute(`${DATE}T09:01`, without(50, {}));
  assert.deepEqual(await venue.ledger(DATE), { "09_00": "19 0 fetched", "09_01": "50 0 fetched" });
});

Deno.test("a new key of letters stands in for no quantity: fixings without one are stored beside it", async () => {
  using venue = new Venue();
  await venue.minute(`${BEFORE}T09:00`, lines(`${BEFORE}T09:00`, 30));
  const fixings = (time: string, more: Record<string, unknown>) =>
    Array.from({ length: 50 }, (_, i) => line(time, i, { quantity: null, ...more }));
  await venue.minute(`${DATE}T09:00`, fixings(`${DATE}T09:00`, { mmtNewFlag: "-" }));
  await venue.minute(`${DATE}T09:01`, fixings(`${DATE}T09:01`, { mmtNewFlag: "-", size: "n/a" }));
  await venue.minute(`${DATE}T09:02`, [
    ...fixings(`${DATE}T09:02`, { mmtNewFlag: "-", size: "n/a" }),
    line(`${DATE}T09:02`, 50, { quantity: null, size: { value: 1 } }),
  ]);
  assert.deepEqual(Object.keys(await venue.ledger(DATE)), ["09_00", "09_01"]);
});

Deno.test("a column that no row of the venue ever had is not missed; one that the same day's files have is", async () => {
  using venue = new Venue();
  const noQuantity = (time: string) =>
    Array.from({ length: 20 }, (_, i) => line(time, i, { quantity: undefined, size: 1 }));
  await venue.minute(`${DATE}T09:00`, noQuantity(`${DATE}T09:00`));
  await venue.minute(`${DATE}T09:01`, lines(`${DATE}T09:01`, 1));
  await venue.minute(`${DATE}T09:02`, noQuantity(`${DATE}T09:02`));
  assert.deepEqual(await venue.ledger(DATE), { "09_00": "20 0 fetched", "09_01": "1 0 fetched" });
});

function isStrange(finding: Finding): finding is Finding & { kind: "unrecognized" } {
  return finding.kind === "unrecognized";
}
