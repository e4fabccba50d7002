/** Made-up quotes over few times, lines and figures, so that much of it meets; clocks err, and some rows lack their times. */
import fc from "fast-check";
import type { PlacedQuote, QuoteInput } from "./quote_stores.ts";

/** The trading day that they are of, but for those of the first and the last of the hours. */
export const DAY = "2026-09-01";
/** In Frankfurt 23:00 the day before, 00:00, 08:00, 09:00, 15:00, and 00:00 the day after. */
export const HOURS = [
  "2026-08-31T21",
  "2026-08-31T22",
  "2026-09-01T06",
  "2026-09-01T07",
  "2026-09-01T13",
  "2026-09-01T22",
];

/** Usual ones, the ends of hours, hours before and after that of the publication, and nonsense. */
const TIMES = [
  "2026-09-01T06:00:00Z",
  "2026-09-01T06:34:00.000000001Z",
  "2026-09-01T06:34:00.000000002Z",
  "2026-09-01T06:59:59.999999999Z",
  "2026-09-01T07:00:00Z",
  "2026-09-01T07:20:00Z",
  "2026-09-01T13:20:00.5Z",
  "2026-08-31T21:59:59Z",
  "2026-08-31T22:00:00Z",
  "2030-01-01T00:00:00Z",
  "1999-12-31T00:00:00Z",
];
const PUBLISHED = ["2026-09-01T06:34:00Z", "2026-09-01T06:34:01Z", "2026-09-01T07:00:01Z"];

const COLUMNS = {
  time: fc.constantFrom(...TIMES),
  distribution_time: fc.constantFrom(...PUBLISHED),
  bid: fc.constantFrom(0, 99.9, 99.8, -1),
  bid_quantity: fc.constantFrom(0, 100, 200.5),
  ask: fc.constantFrom(0, 100.1, 100.2),
  ask_quantity: fc.constantFrom(0, 100, 300),
  price_currency: fc.constantFrom("EUR", "EUR", "USD"),
  phase: fc.constantFrom(202, 203),
  price_notation: fc.constantFrom(1, 2),
  execution_venue: fc.constantFrom("FRAA", "FRAB"),
  trading_system: fc.constantFrom("7", "9"),
  message_id: fc.constantFrom("pretrade"),
  extra: fc.constantFrom('{"a":1}', '{"b":2}'),
};
/** What tells the contracts of Eurex apart. */
const CONTRACT = {
  contract_date: fc.constantFrom("2026-12-18", "2027-03-19"),
  contract_type: fc.constantFrom("S", "M"),
  option_category: fc.constantFrom("C", "P"),
  strike_price: fc.constantFrom(100, 200),
};

const ROW: fc.Arbitrary<QuoteInput> = fc.oneof(
  { weight: 4, arbitrary: fc.record(COLUMNS, { requiredKeys: ["time", "price_currency"] }) },
  { weight: 1, arbitrary: fc.record(COLUMNS, { requiredKeys: [] }) },
  { weight: 1, arbitrary: fc.record({ ...COLUMNS, ...CONTRACT }, { requiredKeys: ["time"] }) },
);

/** The rows of one instrument. */
export function instrumentQuotes(isin: string): fc.Arbitrary<PlacedQuote[]> {
  const placed = fc.record({ hour: fc.constantFrom(...HOURS), row: ROW });
  return fc.array(placed, { minLength: 1, maxLength: 14 }).map((rows) =>
    rows.map(({ hour, row }) => ({ hour, row: { isin, ...row } }))
  );
}
