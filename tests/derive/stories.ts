/** Made-up trades with their corrections, with few times, ids and values, so that many coincide. */
import fc from "fast-check";
import type { TradeInput } from "../store/trades.ts";

/** A row, and the UTC date of the partition in which it lies. */
export interface PlacedRow {
  readonly date: string;
  readonly row: TradeInput;
}

/** The trading days that rows belong to, and the partitions in which they lie: some are published days later. */
export const TRADING_DAYS = ["2026-09-01", "2026-09-02"];
const PARTITIONS = ["2026-08-31", "2026-09-01", "2026-09-02", "2026-09-04"];

/** In Frankfurt 08:34, the last and the first instant of a minute, and of a day. */
const TIMES = [
  "2026-09-01T06:34:00Z",
  "2026-09-01T06:34:59.999999999Z",
  "2026-09-01T06:35:00.000000001Z",
  "2026-08-31T22:00:00Z",
  "2026-09-01T21:59:59.999999999Z",
  "2026-09-01T22:00:00Z",
  "2026-09-02T07:00:00.5Z",
];
const PUBLISHED = ["2026-09-01T06:36:00Z", "2026-09-01T06:37:00Z", "2026-09-02T07:00:01Z"];

const FIGURES = {
  price: fc.constantFrom(100, 100.1, 0.3, -1, 0),
  quantity: fc.constantFrom(5, 0.1, 0, 7),
};

const COLUMNS = {
  ...FIGURES,
  trading_date_time: fc.constantFrom(...TIMES),
  distribution_time: fc.constantFrom(...PUBLISHED),
  transaction_id: fc.constantFrom("a", "b", "c"),
  price_currency: fc.constantFrom("EUR", "EUR", "USD"),
  price_notation: fc.constantFrom(1, 2),
  modification_flag: fc.constant("-"),
  contract_date: fc.constantFrom("2026-12-18", "2027-03-19"),
  option_category: fc.constantFrom("C", "P"),
  strike_price: fc.constantFrom(100, 200),
  trading_mode: fc.constantFrom("2", "2", "2", "O", "K", "4", "5"),
  benchmark_flag: fc.constantFrom("-", "-", "-", "S"),
  negotiated_flag: fc.constantFrom("-", "-", "-", "1"),
  price_forming: fc.constantFrom("P", "P", "P", "T"),
  transaction_category: fc.constantFrom("-", "-", "-", "Z"),
  last_trade_indicator: fc.constantFrom("C", "R"),
  pending_price: fc.constantFrom("U"),
};

/** The values of a trade, some of which may be missing. */
const USUAL = [
  ...["trading_date_time", "distribution_time", "price", "quantity", "transaction_id", "price_currency"],
  ...["modification_flag", "trading_mode"],
] as (keyof typeof COLUMNS)[];

const TRADE: fc.Arbitrary<TradeInput> = fc.oneof(
  { weight: 4, arbitrary: fc.record(COLUMNS, { requiredKeys: USUAL }) },
  { weight: 1, arbitrary: fc.record(COLUMNS, { requiredKeys: [] }) },
).map((row) => {
  const { pending_price: _, ...priced } = row;
  return row.price === undefined ? row : priced;
});

/** What comes after a trade: a cancellation repeats it, mostly; an amendment changes its time or its figures. */
interface Sequel {
  readonly flag: "A" | "C";
  readonly changes: TradeInput;
}

const SEQUEL: fc.Arbitrary<Sequel> = fc.oneof(
  fc.record({
    flag: fc.constant("C" as const),
    changes: fc.oneof(
      published(),
      fc.record({ ...FIGURES, distribution_time: fc.constantFrom(...PUBLISHED) }),
    ),
  }),
  fc.record({
    flag: fc.constant("A" as const),
    changes: fc.record(
      {
        ...FIGURES,
        trading_date_time: fc.constantFrom(...TIMES),
        distribution_time: fc.constantFrom(...PUBLISHED),
      },
      { requiredKeys: ["distribution_time"] },
    ),
  }),
);

/** A trade and its corrections, or corrections only. */
const STORY: fc.Arbitrary<PlacedRow[]> = fc.tuple(
  TRADE,
  fc.array(SEQUEL, { maxLength: 3 }),
  fc.boolean(),
  fc.array(fc.constantFrom(...PARTITIONS), { minLength: 4, maxLength: 4 }),
).map(([trade, sequels, isLost, dates]) => {
  let last = trade;
  const rows = sequels.map(({ flag, changes }) => {
    const row = { ...last, ...changes, modification_flag: flag };
    if (flag === "A") last = row;
    return row;
  });
  return [...isLost && rows.length > 0 ? [] : [trade], ...rows].map((row, i) => ({ date: dates[i], row }));
});

/** The rows of one instrument: some stories, and some rows that lie in a second partition as well. */
export function instrumentRows(isin: string): fc.Arbitrary<PlacedRow[]> {
  return fc.tuple(fc.array(STORY, { minLength: 1, maxLength: 5 }), fc.constantFrom(...PARTITIONS)).map(
    ([stories, again]) => {
      const rows = stories.flat().map(({ date, row }) => ({ date, row: { isin, ...row } }));
      return [...rows, { date: again, row: rows[0].row }];
    },
  );
}

function published(): fc.Arbitrary<TradeInput> {
  return fc.record({ distribution_time: fc.constantFrom(...PUBLISHED) });
}
