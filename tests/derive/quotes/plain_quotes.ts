/** The plainest way to fill quotes forward: all rows sorted, and for each line all of them once more. */
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import type { PlainRow } from "../../../src/derive/plain_rows.ts";
import type { PlacedQuote, QuoteInput } from "./quote_stores.ts";

const HOUR = 3_600_000_000_000n;
const KEY = [
  "isin",
  "price_currency",
  "contract_date",
  "contract_type",
  "option_category",
  "strike_price",
];

/** A row where it takes effect. */
interface Effect {
  readonly moment: bigint;
  readonly hour: string;
  readonly row: QuoteInput;
}

/** What is known after each row of a trading day. */
export function plainChanges(venue: string, rows: readonly PlacedQuote[], day: string): PlainRow[] {
  return lines(rows, day).flatMap((line) =>
    line.map((effect, i) => filled(venue, line.slice(0, i + 1), effect.moment))
  );
}

/** What is known of each line at a time. */
export function plainAt(
  venue: string,
  rows: readonly PlacedQuote[],
  day: string,
  time: bigint,
): PlainRow[] {
  return lines(rows, day).map((line) => line.filter(({ moment }) => moment <= time))
    .filter((line) => line.length > 0).map((line) => filled(venue, line, time));
}

/** The last of each line with a price on both sides. */
export function plainClose(venue: string, rows: readonly PlacedQuote[], day: string): PlainRow[] {
  return lines(rows, day).flatMap((line) =>
    line.map((effect, i) => filled(venue, line.slice(0, i + 1), effect.moment))
      .filter(({ bid, ask }) => bid !== null && ask !== null).slice(-1)
  );
}

/** The rows of each line in order. */
function lines(rows: readonly PlacedQuote[], day: string): Effect[][] {
  const effects = once(rows).filter(({ hour }) => frankfurtDate(startOf(hour)) === day)
    .filter(({ row }) => toldAt(row) !== null)
    .map(({ hour, row }) => ({ hour, row, moment: clip(toldAt(row)!, startOf(hour)) }));
  return [...Map.groupBy(effects, ({ row }) => JSON.stringify(KEY.map((name) => row[name]))).values()]
    .map((line) => line.sort(byEffect));
}

/** Of rows of one partition that agree in everything the first. */
function once(rows: readonly PlacedQuote[]): PlacedQuote[] {
  const keyOf = ({ hour, row }: PlacedQuote) => JSON.stringify([hour, Object.entries(row).sort()]);
  return [...Map.groupBy(rows, keyOf).values()].map(([first]) => first);
}

function clip(time: bigint, hour: bigint): bigint {
  if (time < hour - HOUR) return hour - HOUR;
  return time > hour + HOUR ? hour + HOUR : time;
}

function byEffect(a: Effect, b: Effect): number {
  if (a.moment !== b.moment) return a.moment < b.moment ? -1 : 1;
  if (a.hour !== b.hour) return a.hour < b.hour ? -1 : 1;
  const names = ["time", "distribution_time", ...QUOTES.columns.map(({ name }) => name)];
  for (const name of names) {
    const [value, other] = [comparable(a.row[name]), comparable(b.row[name])];
    if (value === other) continue;
    if (value === undefined || other === undefined) return value === undefined ? 1 : -1;
    return value < other ? -1 : 1;
  }
  return 0;
}

function comparable(value: string | number | undefined): string | number | bigint | undefined {
  return typeof value === "string" && value.endsWith("Z") ? nanosOf(value) : value;
}

function filled(venue: string, line: readonly Effect[], time: bigint): PlainRow {
  const [{ row }] = line;
  const last = (name: string) => line.findLast(({ row }) => row[name] !== undefined)?.row[name] ?? null;
  const [bid, ask] = ["bid", "ask"].map((name) => side(line, name, time));
  const spread = bid[""] === null || ask[""] === null ? null : Number(ask[""]) - Number(bid[""]);
  return {
    venue,
    ...Object.fromEntries(KEY.map((name) => [name, row[name] ?? null])),
    time: textOf(time),
    ...prefixed("bid", bid),
    ...prefixed("ask", ask),
    spread: spread === null ? null : Number(spread.toFixed(9)),
    phase: last("phase"),
    price_notation: last("price_notation"),
  };
}

function side(line: readonly Effect[], name: string, time: bigint): PlainRow {
  const told = line.findLast(({ row }) => row[name] !== undefined)?.row;
  if (told === undefined) return { "": null, quantity: null, kind: null, time: null, age: null };
  const isThere = told[name] !== 0;
  const quantity = told[`${name}_quantity`] ?? null;
  return {
    "": isThere ? told[name] : null,
    quantity: isThere ? quantity : null,
    kind: !isThere ? "withdrawn" : quantity === 0 ? "indicative" : "quoted",
    time: textOf(toldAt(told)!),
    age: Number(time - toldAt(told)!) / 1e9,
  };
}

function prefixed(name: string, row: PlainRow): PlainRow {
  return Object.fromEntries(
    Object.entries(row).map(([part, value]) => [part === "" ? name : `${name}_${part}`, value]),
  );
}

function toldAt(row: QuoteInput): bigint | null {
  const time = row.time ?? row.distribution_time;
  return time === undefined ? null : nanosOf(String(time));
}

function startOf(hour: string): bigint {
  return nanosOf(`${hour}:00:00Z`);
}

function nanosOf(time: string): bigint {
  return Temporal.Instant.from(time).epochNanoseconds;
}

function textOf(nanos: bigint): string {
  return new Temporal.Instant(nanos).toString();
}

function frankfurtDate(nanos: bigint): string {
  return new Temporal.Instant(nanos).toZonedDateTimeISO("Europe/Berlin").toPlainDate().toString();
}
