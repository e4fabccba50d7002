import assert from "node:assert/strict";
import { compareDaily } from "../../../src/collect/publish/compare.ts";
import {
  type DayShare,
  publicationMinutes,
  rowsOfDate,
  Shares,
} from "../../../src/collect/publish/shares.ts";
import { publishDay } from "../../../src/collect/publish/publish.ts";
import { columnIndex } from "../../../src/feed/records/record_type.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { dailyFile } from "../../../src/feed/file_names.ts";
import type { IdColumn } from "../../../src/feed/records/batch.ts";
import type { Runs } from "../../../src/store/runs.ts";
import { sortBatch, tradesOf } from "../../store/trades.ts";
import { lines, Venue } from "../daily_files.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATE = "2026-09-01";
const EVE = "2026-08-31";

/** A row with these times only; either may be missing. */
function row(id: number, traded?: string, published?: string) {
  return {
    isin: "DE0007164600",
    transaction_id: `${id}`,
    ...(traded && { trading_date_time: traded }),
    ...(published && { distribution_time: published }),
  };
}

const BATCH = tradesOf([
  row(1, `${DATE}T08:59:59Z`, `${DATE}T09:00:01Z`),
  row(2, `${EVE}T22:30:00Z`),
  row(3),
  row(4),
  row(5, undefined, `${EVE}T22:00:00Z`),
]);

async function idsIn(runs: Runs): Promise<string[]> {
  const ids: string[] = [];
  for (const source of runs.sources()) {
    for await (const { rows, columns } of source) {
      const { starts, lengths, bytes } = columns[columnIndex(TRADES, "transaction_id")] as IdColumn;
      for (let i = 0; i < rows; i++) {
        ids.push(new TextDecoder().decode(bytes.subarray(starts[i], starts[i] + lengths[i])));
      }
    }
  }
  return ids.sort();
}

const factsOf = async ({ date, rows, fetchedRows, fetched, unfetched }: DayShare) => ({
  date,
  rows,
  fetchedRows,
  fetched: await idsIn(fetched),
  unfetched: await idsIn(unfetched),
});

Deno.test("publicationMinutes() uses the publication time, else the trading time; a row without either belongs to no minute and no date", () => {
  const minutes = publicationMinutes(BATCH);
  const at = (time: string) => Date.parse(`${time}:00Z`) / 60_000;
  assert.deepEqual([...minutes], [at(`${DATE}T09:00`), at(`${EVE}T22:30`), NaN, NaN, at(`${EVE}T22:00`)]);
  assert.deepEqual([[...rowsOfDate(BATCH, EVE)], [...rowsOfDate(BATCH, DATE)]], [[1, 4], [0]]);
});

Deno.test("rows of a daily file go to the dates of their times, those without any to the file's trading day, beside the fetched minutes; that day's come last", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 1));
  using shares = new Shares(venue.layout, "DETR", DATE);
  await shares.add(BATCH);
  const facts = await Promise.all(shares.ownLast().map(factsOf));
  assert.deepEqual(facts, [
    { date: EVE, rows: 2, fetchedRows: 0, fetched: [], unfetched: ["2", "5"] },
    { date: DATE, rows: 3, fetchedRows: 1, fetched: ["1"], unfetched: ["3", "4"] },
  ]);
  assert.deepEqual(shares.ownLast().map(({ rowsOfMinute }) => [...rowsOfMinute]), [
    [[1350, 1], [1320, 1]],
    [[540, 1]],
  ]);
});

Deno.test("rows without any time are not compared, neither those of the daily file nor stored ones", async () => {
  using venue = new Venue();
  const timed = Array.from({ length: 40 }, (_, i) => row(i, undefined, `${DATE}T09:00:01Z`));
  const timeless = timed.map((_, i) => row(100 + i));
  async function* stored() {
    yield sortBatch(tradesOf([...timed, ...timeless]));
  }
  const entry = { rows: 80, rejected: 0, digest: "0123456789abcdef" };
  await publishDay(venue.publisher, DATE, [stored()], new Map([["09_00", entry]]));
  using shares = new Shares(venue.layout, "DETR", DATE);
  await shares.add(tradesOf([...timed, row(1), row(2)]));
  const comparison = await compareDaily(venue.publisher, dailyFile("DETR", DATE), shares.ownLast());
  assert.deepEqual(comparison, {
    compared: 40,
    added: 0,
    shortFiles: 0,
    firstShort: null,
    onlyInMinutes: 0,
    minuteRows: 80,
  });
});
