import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { adoptDay, type AdoptedDay } from "../../../src/collect/adopt/adopt_day.ts";
import { deleteOriginals, foreignMonths } from "../../../src/collect/adopt/leftovers.ts";
import { planAdoption } from "../../../src/collect/adopt/survey.ts";
import type { RefusedDay } from "../../../src/collect/refused_day.ts";
import { minuteFile } from "../../../src/feed/file_names.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Predecessor } from "../../../src/store/predecessor.ts";
import { treeOf } from "../../e2e/evidence.ts";
import { type Database, duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { keptOf } from "../../e2e/predecessor.ts";
import { failingReads } from "../../store/failing_reads.ts";
import { storedRows } from "../../store/parquet_files.ts";
import { line, lines, Venue } from "../daily_files.ts";

const DATE = "2026-09-01";

/** A trade as the predecessor keeps it: published in a minute of the date, with its own id unless that is null. */
interface Kept {
  readonly clock: string;
  readonly id: number | null;
  readonly price?: number;
  readonly isin?: null;
}

/** This many trades of one minute, as `lines` makes the exchange's rows. */
function kept(clock: string, count: number, first = 0): Kept[] {
  return Array.from({ length: count }, (_, i) => ({ clock, id: first + i }));
}

/** Writes a file of the predecessor. */
async function write(db: Database, path: string, trades: readonly Kept[]): Promise<void> {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const rows = trades.map(({ clock, id, price = 100, isin = "'DE0007164600'" }) =>
    `(${isin ?? "NULL"}, ${id === null ? "NULL" : `'${id}'`}, ${price}::DOUBLE, 1.0::DOUBLE, 'EUR', ` +
    `TIMESTAMP_NS '${DATE} ${clock}:00.5', 'XETA', TIMESTAMP_NS '${DATE} ${clock}:01', '1', 1, 'XCEF', '2', '-', ` +
    `NULL::VARCHAR, NULL::VARCHAR, false, '2026-mifid')`
  );
  const names =
    "isin, transaction_id, price, quantity, price_currency, trading_date_time, execution_venue, " +
    "distribution_time, trading_system, price_notation, venue_publication, trading_mode, modification_flag, " +
    "benchmark_flag, pub_deferral, algo_indicator, schema_version";
  await db.rows(
    `COPY (FROM (VALUES ${rows.join(", ")}) t(${names})) TO '${path}' (FORMAT parquet, COMPRESSION gzip)`,
  );
}

/** Adopts a date in place, or from another working directory. */
async function adopt(venue: Venue, from: Layout = venue.layout): Promise<AdoptedDay | RefusedDay> {
  return await adoptDay(venue.publisher, new Predecessor(from, "DETR"), DATE);
}

/** The counts of an adoption, without the date and what was found. */
function countsOf(day: AdoptedDay | RefusedDay): Record<string, unknown> {
  assert.equal(day.kind, "adopted", JSON.stringify(day));
  const { kind: _kind, date: _date, findings: _findings, ...counts } = day as AdoptedDay;
  return counts;
}

const NONE = { files: 0, rows: 0, added: 0, duplicates: 0, conflicts: 0, rejected: 0, rawFiles: 0 };

function partitionOf(venue: Venue): string {
  return venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
}

Deno.test("a merged file and those beside it become one partition; a trade in both is there once", async () => {
  using venue = new Venue();
  using db = await duckdb();
  const path = partitionOf(venue);
  const beside = join(dirname(path), "trades-17-1788253260000000000.parquet");
  await write(db, path, [...kept("09:00", 5), ...kept("09:00", 5)]);
  await write(db, beside, [...kept("09:00", 2, 3), ...kept("09:01", 4, 10)]);
  assert.deepEqual(countsOf(await adopt(venue)), { ...NONE, files: 2, rows: 16, added: 9, duplicates: 7 });
  assert.deepEqual(await venue.ids(DATE), [0, 1, 2, 3, 4, 10, 11, 12, 13]);
  const entries = Object.entries(await venue.ledger(DATE));
  assert.deepEqual(entries.map(([key, value]) => [key.slice(0, 8), value]).sort(), [
    ["adopted~", "10 0 fetched"],
    ["adopted~", "6 0 fetched"],
  ]);
  assert.deepEqual([...Deno.readDirSync(dirname(path))].map(({ name }) => name), ["trades.parquet"]);
  assert.deepEqual(await venue.ids(DATE), [0, 1, 2, 3, 4, 10, 11, 12, 13]);
  keptOf(path);
  keptOf(beside);

  const before = treeOf(dirname(path));
  assert.equal(await planAdoption(venue.spool, new Predecessor(venue.layout, "DETR"), DATE), null);
  assert.deepEqual(countsOf(await adopt(venue)), NONE);
  assert.deepEqual(treeOf(dirname(path)), before);
});

Deno.test("files left beside a partition of ours are merged into it, and stored trades stay as they are", async () => {
  using venue = new Venue();
  using db = await duckdb();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 5));
  const path = partitionOf(venue);
  await write(db, join(dirname(path), "trades-1-2.parquet"), [...kept("09:00", 5), ...kept("09:01", 2, 5)]);
  assert.deepEqual(countsOf(await adopt(venue)), { ...NONE, files: 1, rows: 7, added: 2, duplicates: 5 });
  assert.deepEqual(await venue.ids(DATE), [0, 1, 2, 3, 4, 5, 6]);
  const rows = await storedRows(path);
  assert.equal(rows.filter(({ message_id }) => message_id === "posttrade").length, 5);
});

for (const daily of [false, true]) {
  const how = daily ? "is in a daily file" : "was fetched";
  Deno.test(`a row that tells less of a trade whose minute ${how} is that trade: a contract or an id may be missing`, async () => {
    using venue = new Venue();
    using db = await duckdb();
    const contract = (i: number) => ({
      contractDate: "20261218",
      originalStrikePrice: 50 + i,
      optionCategory: "C",
    });
    const rows = [
      ...Array.from({ length: 3 }, (_, i) => line(`${DATE}T09:00`, i, contract(i))),
      line(`${DATE}T09:00`, 0, { transactionIdentificationCode: null, price: 7 }),
    ];
    if (daily) await venue.daily(DATE, rows, [minuteFile("DETR", DATE, 540)]);
    else await venue.minute(`${DATE}T09:00`, rows);
    using other = temporaryDirectory();
    const layout = new Layout(other.path);
    const of = (id: number | null, price = 100): Kept => ({ clock: "09:00", id, price });
    await write(db, layout.partition(TRADES_BY_DAY, "DETR", DATE), [
      ...[of(0), of(1), of(2), of(null, 7)], // the same trades, with fewer columns
      ...[of(3), of(null, 8)], // others
      ...[{ clock: "09:01", id: 0 }], // of a minute that is not stored
    ]);
    assert.deepEqual(countsOf(await adopt(venue, layout)), {
      ...NONE,
      files: 1,
      rows: 7,
      added: 3,
      duplicates: 4,
    });
    assert.equal((await storedRows(partitionOf(venue))).length, 7);
  });
}

Deno.test("raw files that wait in the spool are decoded first, since they hold more", async () => {
  using venue = new Venue();
  using db = await duckdb();
  const path = partitionOf(venue);
  await write(db, path, [...kept("09:00", 4), ...kept("09:01", 2, 5)]);
  await venue.spoolMinute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 5).slice(1));
  assert.deepEqual(countsOf(await adopt(venue)), { ...NONE, files: 1, rows: 6, added: 3, duplicates: 3 });
  assert.deepEqual(await venue.ids(DATE), [0, 1, 2, 3, 4, 5, 6]);
  const told = (await storedRows(path)).filter(({ message_id }) => message_id !== undefined);
  assert.deepEqual(told.map(({ transaction_id }) => transaction_id), ["1", "2", "3", "4"]);
  assert.equal((await venue.ledger(DATE))["09_00"], "4 0 fetched");
});

Deno.test("a file that is replaced while it is read is not adopted", async () => {
  using venue = new Venue();
  using db = await duckdb();
  const path = partitionOf(venue);
  await write(db, path, kept("09:00", 4));
  const newer = `${path}.tmp`;
  await write(db, newer, kept("09:00", 6));
  let breaths = 0;
  const breathe = () => {
    if (++breaths === 5) Deno.renameSync(newer, path);
    return Promise.resolve();
  };
  const publisher = { ...venue.publisher, pace: { breathe } as typeof venue.publisher.pace };
  const day = await adoptDay(publisher, new Predecessor(venue.layout, "DETR"), DATE);
  assert.equal(day.kind, "refused");
  assert.match(
    (day as RefusedDay).message,
    /is left as it is: it changed while it was read: stop the predecessor/,
  );
  assert.deepEqual(countsOf(await adopt(venue)), { ...NONE, files: 1, rows: 6, added: 6 });
});

Deno.test("when one file is refused, the others of its date are not adopted either", async () => {
  using venue = new Venue();
  using db = await duckdb();
  const path = partitionOf(venue);
  await write(db, path, kept("09:00", 4));
  Deno.writeTextFileSync(join(dirname(path), "trades-1-2.parquet"), "PAR1");
  const before = treeOf(dirname(path));
  const day = await adopt(venue);
  assert.match((day as RefusedDay).message, /trades-1-2\.parquet is left as it is: cannot be read/);
  assert.deepEqual(treeOf(dirname(path)), before);
});

Deno.test("originals are deleted only with proof: not when a row was left out, nor when the partition is damaged", async () => {
  using venue = new Venue();
  using db = await duckdb();
  const path = partitionOf(venue);
  const beside = join(dirname(path), "trades-1-2.parquet");
  await write(db, path, kept("09:00", 4));
  await write(db, beside, [...kept("09:01", 2, 4), { clock: "09:01", id: 9, isin: null }]);
  assert.deepEqual(countsOf(await adopt(venue)), { ...NONE, files: 2, rows: 7, added: 6, rejected: 1 });
  const originals = [keptOf(path), keptOf(beside)];
  const from = new Predecessor(venue.layout, "DETR");

  const whole = Deno.readFileSync(path);
  Deno.writeFileSync(path, whole.with(100, whole[100] ^ 1));
  await assert.rejects(deleteOriginals(venue.spool, from, DATE), /do not match their digest/);
  Deno.writeFileSync(path, whole);
  const { bytes, ...deleted } = await deleteOriginals(venue.spool, from, DATE);
  assert.ok(bytes > 500);
  assert.deepEqual(deleted, { files: 1, kept: [originals[1]] });
  assert.throws(() => Deno.statSync(originals[0]), Deno.errors.NotFound);
  Deno.writeTextFileSync(originals[1], "changed");
  assert.equal((await deleteOriginals(venue.spool, from, DATE)).files, 0);
});

Deno.test("month files of the predecessor are named, with how many rows of their days are stored, and left alone", async () => {
  using venue = new Venue();
  using db = await duckdb();
  await write(db, partitionOf(venue), kept("09:00", 4));
  const month = venue.layout.partition(TRADES_BY_MONTH, "DETR", "2026-09");
  await write(db, month, kept("09:00", 6));
  await adopt(venue);
  const bytes = Deno.readFileSync(month);
  const found = await foreignMonths(venue.layout, new Predecessor(venue.layout, "DETR"), [DATE]);
  assert.deepEqual(found, [{ month: "2026-09", path: month, rows: 6, rowsOfDays: 4 }]);
  assert.deepEqual(Deno.readFileSync(month), bytes);
});

Deno.test("raw files are found below the predecessor's own folder names, even those that it never understood", async () => {
  using venue = new Venue();
  using other = temporaryDirectory();
  const layout = new Layout(other.path);
  const name = (clock: string) => `DETR-posttrade-${DATE}T${clock}.json.gz`;
  for (
    const [path, source] of [
      [other.of("data/de/xetra/raw/DETR/year=2026/month=09/day=01", name("09_00")), "09:00"],
      [other.of("data/de/xetra/quarantine/DETR", name("09_01")), "09:01"],
    ]
  ) {
    const spooled = await venue.spoolMinute(`${DATE}T${source}`, lines(`${DATE}T${source}`, 2));
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.renameSync(spooled.path, path);
  }
  Deno.writeTextFileSync(other.of("data/de/xetra/quarantine/DETR", name("09_02")), "<html>");
  const from = new Predecessor(layout, "DETR");
  assert.deepEqual(from.dates(), [DATE]);
  assert.deepEqual(countsOf(await adopt(venue, layout)), { ...NONE, rawFiles: 3 });
  assert.deepEqual(Object.keys(await venue.ledger(DATE)), ["09_00", "09_01"]);
  assert.deepEqual(venue.spool.rejected(DATE), [name("09_02")]);
  assert.equal(await planAdoption(venue.spool, from, DATE), null);
});

Deno.test("an error while reading a month file or a day does not count as a file without Parquet or without trades", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 5, 0));
  const from = new Predecessor(venue.layout, "DETR");
  const [month, day] = [
    venue.layout.partition(TRADES_BY_MONTH, "DETR", "2026-09"),
    venue.layout.partition(TRADES_BY_DAY, "DETR", DATE),
  ];
  Deno.mkdirSync(dirname(month), { recursive: true });
  Deno.writeTextFileSync(month, "no Parquet");
  const found = { month: "2026-09", path: month, rows: 0 };
  assert.deepEqual(await foreignMonths(venue.layout, from, [DATE]), [{ ...found, rowsOfDays: 5 }]);
  const answer = "Input/output error (os error 5)";
  {
    using _failing = failingReads(() => new Error(answer));
    await assert.rejects(from.months(), new Error(`${answer}: ${month}`));
    const known = new (class extends Predecessor {
      override months = () => Promise.resolve([found]);
    })(venue.layout, "DETR");
    await assert.rejects(foreignMonths(venue.layout, known, [DATE]), new Error(`${answer}: ${day}`));
  }
  Deno.writeTextFileSync(day, "damaged");
  assert.deepEqual(await foreignMonths(venue.layout, from, [DATE]), [{ ...found, rowsOfDays: 0 }]);
});
