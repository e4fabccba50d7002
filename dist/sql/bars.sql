-- Bars and closes, as they are stored: `xetra-parqed bars` and the daemon keep them.

-- Bars of a minute: [start, start + 1 min), UTC. Rows are pruned by venue and by trading day.
CREATE OR REPLACE TEMP VIEW bars_1m AS
SELECT venue, trading_day, * EXCLUDE (venue, trading_day, year, month, day) FROM {bars_1m};

-- Bars of a trading day, with its official close.
CREATE OR REPLACE TEMP VIEW bars_1d AS
SELECT venue, * EXCLUDE (venue, year, month) FROM {bars_1d};

-- The official close of a trading day, and what else is asked of a day.
CREATE OR REPLACE TEMP VIEW closes AS
SELECT venue, isin, price_currency, contract_date, option_category, strike_price, trading_day, official_close,
  official_close_kind, official_close_time, open, high, low, close, volume, previous_close
FROM bars_1d;

-- Bars of any length: bars('DE0007164600', '15m'). Those of less than a day are made of bars of a minute, begin at
-- multiples of their length, UTC, and are cut where a trading day ends; others are made of bars of a day.
CREATE OR REPLACE TEMP MACRO bars(instrument, length) AS TABLE
WITH pieces AS NOT MATERIALIZED (
  SELECT venue, trading_day, isin, price_currency, contract_date, option_category, strike_price,
    start AS piece, open, high, low, close, volume, turnover, vwap, trades, fixings, auction_volume,
    off_book_volume, off_book_trades
  FROM bars_1m WHERE isin = instrument AND length::INTERVAL < INTERVAL 1 DAY
  UNION ALL
  SELECT venue, time_bucket(length::INTERVAL, trading_day)::DATE, isin, price_currency, contract_date,
    option_category, strike_price, trading_day::TIMESTAMP, open, high, low, close, volume, turnover, vwap, trades,
    fixings, auction_volume, off_book_volume, off_book_trades
  FROM bars_1d WHERE isin = instrument AND length::INTERVAL >= INTERVAL 1 DAY
)
SELECT venue, trading_day, isin, price_currency, contract_date, option_category, strike_price,
  time_bucket(length::INTERVAL, piece) AS start,
  arg_min(open, piece) FILTER (open IS NOT NULL) AS open,
  max(high) AS high,
  min(low) AS low,
  arg_max(close, piece) FILTER (close IS NOT NULL) AS close,
  sum(volume ORDER BY piece) AS volume,
  sum(turnover ORDER BY piece) AS turnover,
  CASE
    WHEN count(*) = 1 THEN any_value(vwap)
    ELSE sum(vwap * volume ORDER BY piece) / nullif(sum(volume ORDER BY piece), 0)
  END AS vwap,
  sum(trades)::INTEGER AS trades,
  sum(fixings)::INTEGER AS fixings,
  sum(auction_volume ORDER BY piece) AS auction_volume,
  sum(off_book_volume ORDER BY piece) AS off_book_volume,
  sum(off_book_trades)::INTEGER AS off_book_trades
FROM pieces
GROUP BY venue, trading_day, isin, price_currency, contract_date, option_category, strike_price,
  time_bucket(length::INTERVAL, piece)
ORDER BY venue, price_currency, contract_date, option_category, strike_price, start;
