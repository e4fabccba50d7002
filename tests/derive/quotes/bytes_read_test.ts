import assert from "node:assert/strict";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { byInstrument } from "../../../src/derive/by_instrument.ts";
import { type HourGroup, openHours } from "../../../src/derive/quotes/hour_groups.ts";
import { hoursOf } from "../../../src/derive/quotes/quote_hours.ts";
import { quotesAt } from "../../../src/derive/quotes/quotes_at.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { publishQuotes, readDay } from "./quote_stores.ts";
import { bytesRead } from "../bytes_read.ts";

const [VENUE, DAY] = ["DGAT", "2026-09-01"];
const HOURS = ["2026-09-01T06", "2026-09-01T07", "2026-09-01T08"];
const isinAt = (i: number) => `DE${String(i).padStart(10, "0")}`;

/** What tells lines apart. */
const KEY = [
  "contract_date",
  "contract_type",
  "isin",
  "option_category",
  "price_currency",
  "strike_price",
];
/** What a quote consists of. */
const TOLD = ["ask", "ask_quantity", "bid", "bid_quantity", "phase", "price_notation", "time"];

/** Makes files as large as those of real prices. */
const scattered = (i: number) => Math.imul(i, 2_654_435_761) >>> 7;

/** Each of so many instruments changes 400 times in an hour. */
function rowsOf(hour: string, instruments: number) {
  const start = Temporal.Instant.from(`${hour}:00:00Z`).epochNanoseconds;
  return Array.from({ length: 400 * instruments }, (_, i) => {
    const time = new Temporal.Instant(start + BigInt(i) * 1_000_000n + BigInt(i % 7)).toString();
    const bid = 100 + scattered(i) % 9973 / 100;
    return {
      hour,
      row: {
        isin: isinAt(i % instruments),
        time,
        distribution_time: time,
        bid,
        bid_quantity: 1 + scattered(i) % 89,
        ask: bid + 1,
        ask_quantity: 1 + scattered(i) % 83,
        price_currency: "EUR",
        phase: 203,
        price_notation: 1,
      },
    };
  });
}

Deno.test("for an instrument at a time one row group of each hour is read, and of the hours before the last only who and where", async () => {
  using dir = temporaryDirectory();
  for (const hour of HOURS) await publishQuotes(dir.path, VENUE, rowsOf(hour, 100));
  const hours = hoursOf(new Layout(dir.path), VENUE, DAY);
  const size = hours.reduce((sum, { path }) => sum + Deno.statSync(path).size, 0);
  const time = Temporal.Instant.from("2026-09-01T08:59:00Z").epochNanoseconds;
  const isins = new Set([isinAt(90)]); // in the second row group, of 7,232 rows; the first has 32,768
  const bytes = await bytesRead(async () => {
    assert.equal((await readDay(dir.path, VENUE, DAY, (files) => quotesAt(files, time), isins)).length, 1);
  });
  assert.ok(bytes < size / 8, `${bytes} of ${size}`);

  using open = await openHours(hours, isins, () => Promise.resolve());
  const asked: Set<string>[] = [];
  const files = open.all.map((groups) =>
    [...groups].map((group): HourGroup => {
      const columns = new Set<string>();
      asked.push(columns);
      return watched(group, columns);
    })
  );
  for (const { files: ofIsin } of byInstrument(files, isins)) quotesAt(ofIsin, time);
  assert.deepEqual(asked.map(sorted), [KEY, KEY, [...KEY, ...TOLD].sort()]);
});

Deno.test("of an instrument that fills several row groups of an hour, only the one of the time is read, and from when the others are", async () => {
  using dir = temporaryDirectory();
  await publishQuotes(dir.path, VENUE, HOURS.slice(0, 2).flatMap((hour) => rowsOf(hour, 1)));
  const hours = hoursOf(new Layout(dir.path), VENUE, DAY);
  using open = await openHours(hours, null, () => Promise.resolve());
  const asked: Set<string>[] = [];
  // As if each 100 of the 400 rows of an hour were a row group.
  const files = open.all.map((groups) =>
    [...groups].flatMap((group) =>
      [0, 100, 200, 300].map((from) => {
        const columns = new Set<string>();
        asked.push(columns);
        return { group: watched(group, columns), from, to: from + 100 };
      })
    )
  );
  const time = Temporal.Instant.from("2026-09-01T07:00:00.250Z").epochNanoseconds;
  assert.equal(quotesAt(files, time).length, 1);
  const lines = KEY.filter((name) => name !== "isin");
  const [ofTime, all] = [["time"], [...lines, ...TOLD].sort()];
  assert.deepEqual(asked.map(sorted), [lines, lines, lines, lines, lines, lines, all, ofTime]);
});

Deno.test("rows that cannot be read are damage of their hour's file, and no fault of the program", async () => {
  using dir = temporaryDirectory();
  await publishQuotes(dir.path, VENUE, rowsOf(HOURS[0], 1));
  const hours = hoursOf(new Layout(dir.path), VENUE, DAY);
  const bytes = Deno.readFileSync(hours[0].path);
  for (let at = 0; at < 200; at++) bytes[at] ^= 0xff; // the ISINs are at the beginning
  Deno.writeFileSync(hours[0].path, bytes);
  const ofHours = readDay(dir.path, VENUE, DAY, (files) => quotesAt(files, hours[0].end), null);
  await assert.rejects(ofHours, (error) => error instanceof DamagedPartition && error.path === hours[0].path);
});

/** A group that adds to `columns` the name of each column that is requested. */
function watched(group: HourGroup, columns: Set<string>): HourGroup {
  const column: HourGroup["column"] = (place) => {
    columns.add(QUOTES.columns[place].name);
    return group.column(place);
  };
  return { ...group, column };
}

function sorted(columns: ReadonlySet<string>): string[] {
  return [...columns].sort();
}
