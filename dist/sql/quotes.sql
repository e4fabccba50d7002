-- Quotes, in SQL for DuckDB (1.5 and 2.0 are tried). `xetra-parqed connect` puts what is stored in the place of the word in braces.
-- These are the rules of the commands `quotes` and `marks` written once more: the two are tested against each other.

-- All changes of quotes as they were published. `published_hour` is the hour of their partition, UTC, and `trading_day` the date
-- on which it begins in Frankfurt: rows are pruned by these and by venue.
CREATE OR REPLACE TEMP VIEW quotes AS
SELECT * EXCLUDE (year, month, day, hour) FROM {quotes};

-- What is known of a line of an ISIN once a row has taken effect, at `time`: each side as it was last published on the trading
-- day. `place` numbers the rows of a line in the order in which they take effect.
CREATE OR REPLACE TEMP VIEW quotes_filled AS
WITH placed AS NOT MATERIALIZED (
  SELECT *,
    coalesce(time, distribution_time) AS told_at,
    -- clocks err: not earlier than an hour before the hour of publication, and not later than its end
    least(
      greatest(told_at, CAST(published_hour - INTERVAL 1 HOUR AS TIMESTAMP_NS)),
      CAST(published_hour + INTERVAL 1 HOUR AS TIMESTAMP_NS)
    ) AS moment
  FROM quotes
  WHERE coalesce(time, distribution_time) IS NOT NULL
),
carried AS NOT MATERIALIZED (
  SELECT venue, trading_day, isin, price_currency, contract_date, contract_type, option_category, strike_price, moment,
    row_number() OVER line AS place,
    -- a side is spoken of where its price is there
    last_value(CASE WHEN bid IS NOT NULL THEN { 'price': bid, 'quantity': bid_quantity, 'time': told_at } END IGNORE NULLS)
      OVER line AS b,
    last_value(CASE WHEN ask IS NOT NULL THEN { 'price': ask, 'quantity': ask_quantity, 'time': told_at } END IGNORE NULLS)
      OVER line AS a,
    last_value(phase IGNORE NULLS) OVER line AS phase,
    last_value(price_notation IGNORE NULLS) OVER line AS price_notation
  FROM placed
  WINDOW line AS (
    PARTITION BY venue, trading_day, isin, price_currency, contract_date, contract_type, option_category, strike_price
    ORDER BY moment, published_hour, time NULLS LAST, distribution_time NULLS LAST, bid NULLS LAST,
      bid_quantity NULLS LAST, ask NULLS LAST, ask_quantity NULLS LAST, execution_venue NULLS LAST,
      trading_system NULLS LAST, phase NULLS LAST, price_notation NULLS LAST, message_id NULLS LAST,
      schema_version NULLS LAST, extra NULLS LAST
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
)
SELECT venue, trading_day, isin, price_currency, contract_date, contract_type, option_category, strike_price,
  moment AS time,
  nullif(b.price, 0) AS bid,
  CASE WHEN b.price <> 0 THEN b.quantity END AS bid_quantity,
  CASE WHEN b.price = 0 THEN 'withdrawn' WHEN b.quantity = 0 THEN 'indicative' WHEN b.price <> 0 THEN 'quoted' END AS bid_kind,
  b.time AS bid_time,
  (epoch_ns(moment) - epoch_ns(b.time)) / 1e9 AS bid_age,
  nullif(a.price, 0) AS ask,
  CASE WHEN a.price <> 0 THEN a.quantity END AS ask_quantity,
  CASE WHEN a.price = 0 THEN 'withdrawn' WHEN a.quantity = 0 THEN 'indicative' WHEN a.price <> 0 THEN 'quoted' END AS ask_kind,
  a.time AS ask_time,
  (epoch_ns(moment) - epoch_ns(a.time)) / 1e9 AS ask_age,
  round(ask - bid, 9) AS spread,
  phase,
  price_notation,
  place
FROM carried;

-- The last quote of each line on each trading day that had a price on both sides, at the time when it came about.
CREATE OR REPLACE TEMP VIEW marks AS
SELECT * EXCLUDE (place)
FROM quotes_filled
WHERE bid IS NOT NULL AND ask IS NOT NULL
QUALIFY row_number() OVER (
  PARTITION BY venue, trading_day, isin, price_currency, contract_date, contract_type, option_category, strike_price
  ORDER BY place DESC
) = 1;

-- Every line as it was at a time, UTC: FROM marks_at('2026-09-01 15:30:00').
CREATE OR REPLACE TEMP MACRO marks_at(asked) AS TABLE
SELECT * EXCLUDE (place) REPLACE (
    asked::TIMESTAMP_NS AS time,
    (epoch_ns(asked::TIMESTAMP_NS) - epoch_ns(bid_time)) / 1e9 AS bid_age,
    (epoch_ns(asked::TIMESTAMP_NS) - epoch_ns(ask_time)) / 1e9 AS ask_age
  )
FROM quotes_filled
WHERE time <= asked::TIMESTAMP_NS
  AND trading_day = CAST(timezone('Europe/Berlin', timezone('UTC', asked::TIMESTAMP)) AS DATE)
QUALIFY row_number() OVER (
  PARTITION BY venue, trading_day, isin, price_currency, contract_date, contract_type, option_category, strike_price
  ORDER BY place DESC
) = 1;
