import assert from "node:assert/strict";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { byInstrument } from "../../../src/derive/by_instrument.ts";
import { type HourGroup, openHours } from "../../../src/derive/quotes/hour_groups.ts";
import { hoursOf } from "../../../src/derive/quotes/quote_hours.ts";
import { quotesAt } from "../../../src/derive/quotes/quotes_at.ts";
import { Layout } from "../../../src/store/layout.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { publishQuotes, readDay } from "./quote_stores.ts";
import { bytesRead } from "../bytes_read.ts";

const [VENUE, DAY] = ["DGAT", "2026-09-01"];
const HOURS = ["2026-09-01T06", "2026-09-01T07", "2026-09-01T08"];
const isinAt = (i: number) => `DE${String(i).padStart(10, "0")}`;

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
      const column: HourGroup["column"] = (place) => {
        columns.add(QUOTES.columns[place].name);
        return group.column(place);
      };
      return { ...group, column };
    })
  );
  for (const { files: ofIsin } of byInstrument(files, isins)) quotesAt(ofIsin, time);
  const key = [
    "contract_date",
    "contract_type",
    "isin",
    "option_category",
    "price_currency",
    "strike_price",
  ];
  const told = ["ask", "ask_quantity", "bid", "bid_quantity", "phase", "price_notation", "time"];
  assert.deepEqual(asked.map((columns) => [...columns].sort()), [key, key, [...key, ...told].sort()]);
});
