import assert from "node:assert/strict";
import { GoneKeys } from "../../src/feed/gone_keys.ts";
import { type TradeInput, tradesOf } from "../store/trades.ts";

const MIFID: TradeInput = {
  isin: "DE0007164600",
  trading_date_time: "2026-09-01T08:34:00Z",
  price: 1,
  quantity: 1,
  price_currency: "EUR",
  execution_venue: "XETA",
  transaction_id: "1",
  distribution_time: "2026-09-01T08:34:01Z",
  trading_mode: "2",
  modification_flag: "-",
  message_id: "posttrade",
  trading_system: "1",
  price_notation: 1,
  venue_publication: "XCEF",
  schema_version: "2026-mifid",
};

function without(...columns: string[]): TradeInput {
  return Object.fromEntries(Object.entries(MIFID).filter(([name]) => !columns.includes(name)));
}

/** What is gone of batches of so many rows. */
function gone(...batches: [row: TradeInput, rows: number][]): string[] {
  const keys = new GoneKeys();
  for (const [row, rows] of batches) keys.watch(tradesOf(Array<TradeInput>(rows).fill(row)));
  return keys.names();
}

Deno.test("nothing is gone of rows that have what all rows used to have, nor of none", () => {
  assert.deepEqual(gone([MIFID, 100]), []);
  assert.deepEqual(gone(), []);
  assert.deepEqual(gone([MIFID, 0]), []);
});

Deno.test("a key that no row carries is gone, by the exchange's name, whatever its kind", () => {
  const columns = ["transaction_id", "distribution_time", "price_notation", "venue_publication"];
  assert.deepEqual(gone([without(...columns), 100]), [
    "transactionIdentificationCode",
    "publicationDateAndTime",
    "priceNotation",
    "venueOfPublication",
  ]);
});

Deno.test("a key that one row of any batch carries is not gone", () => {
  assert.deepEqual(gone([without("venue_publication"), 500], [MIFID, 1]), []);
  assert.deepEqual(gone([MIFID, 1], [without("venue_publication"), 500]), []);
});

Deno.test("of fewer than a hundred rows, and of another era's keys, nothing is said", () => {
  assert.deepEqual(gone([without("venue_publication"), 99]), []);
  assert.deepEqual(gone([without("venue_publication"), 60], [without("venue_publication"), 40]), [
    "venueOfPublication",
  ]);
  const legacy = { ...without("trading_system", "price_notation", "venue_publication") };
  const names = gone([{ ...legacy, schema_version: "2025-legacy" }, 100]);
  assert.deepEqual(names, ["sourceName", "instrumentId", "tickId", "quotationType"]);
});
