import assert from "node:assert/strict";
import { ExpectedFields } from "../../../src/feed/decode/expected_fields.ts";
import { type TradeInput, tradesOf } from "../../store/trades.ts";

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

/** The result for batches of this many rows. */
function watched(...batches: [row: TradeInput, rows: number][]): { carried: string[]; missing: string[] } {
  const keys = new ExpectedFields();
  for (const [row, rows] of batches) keys.watch(tradesOf(Array<TradeInput>(rows).fill(row)));
  return { carried: keys.carried(), missing: keys.missing() };
}

const NOTHING = { carried: [], missing: [] };
const ALL = [
  ...["priceCurrency", "venueOfExecution", "transactionIdentificationCode", "publicationDateAndTime"],
  ...[
    "mmtTradingMode",
    "mmtModificationInd",
    "messageId",
    "tradingSystem",
    "priceNotation",
    "venueOfPublication",
  ],
];

Deno.test("for rows with the usual keys, every key is carried and none is missing", () => {
  assert.deepEqual(watched([MIFID, 100]), { carried: ALL, missing: [] });
});

Deno.test("a key that no row carries is missing, by the exchange's name, whatever its kind", () => {
  const columns = ["transaction_id", "distribution_time", "price_notation", "venue_publication"];
  const names = [
    "transactionIdentificationCode",
    "publicationDateAndTime",
    "priceNotation",
    "venueOfPublication",
  ];
  const { carried, missing } = watched([without(...columns), 100]);
  assert.deepEqual(missing, names);
  assert.deepEqual(carried, ALL.filter((key) => !names.includes(key)));
});

Deno.test("a key that some rows carry and others do not is neither carried nor missing, whatever the batches", () => {
  const columns = ["transaction_id", "distribution_time", "price_notation", "venue_publication"];
  const names = [
    "transactionIdentificationCode",
    "publicationDateAndTime",
    "priceNotation",
    "venueOfPublication",
  ];
  const rest = { carried: ALL.filter((key) => !names.includes(key)), missing: [] };
  assert.deepEqual(watched([without(...columns), 500], [MIFID, 1]), rest);
  assert.deepEqual(watched([MIFID, 500], [without(...columns), 1]), rest);
});

Deno.test("fewer than a hundred rows have no result, and keys of another era do not count as missing", () => {
  assert.deepEqual(watched(), NOTHING);
  assert.deepEqual(watched([MIFID, 0]), NOTHING);
  assert.deepEqual(watched([without("venue_publication"), 99]), NOTHING);
  const twice = watched([without("venue_publication"), 60], [without("venue_publication"), 40]);
  assert.deepEqual(twice.missing, ["venueOfPublication"]);
  const legacy = { ...without("trading_system", "price_notation", "venue_publication") };
  const { missing } = watched([{ ...legacy, schema_version: "2025-legacy" }, 100]);
  assert.deepEqual(missing, ["sourceName", "instrumentId", "tickId", "quotationType"]);
});
