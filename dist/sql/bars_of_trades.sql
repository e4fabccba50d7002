-- The rules of the bars once more, in SQL: bars made of all trades that are stored, by which the program's own are tested.
-- They take their time; those that are stored are views of their own.

-- Bars of a minute: [start, start + 1 min), UTC.
CREATE OR REPLACE TEMP VIEW bars_1m_of_trades AS
SELECT venue, trading_day, isin, price_currency, contract_date, option_category, strike_price,
  date_trunc('minute', traded_at::TIMESTAMP) AS start,
  arg_min(price, place) FILTER (NOT off_book) AS open,
  max(price) FILTER (NOT off_book) AS high,
  min(price) FILTER (NOT off_book) AS low,
  arg_max(price, place) FILTER (NOT off_book) AS close,
  coalesce(sum(quantity ORDER BY place) FILTER (trade), 0) AS volume,
  CASE WHEN max(venue) <> 'DEUR' THEN coalesce(sum(money ORDER BY place) FILTER (trade), 0) END AS turnover,
  sum(amount ORDER BY place) FILTER (trade) / nullif(sum(quantity ORDER BY place) FILTER (trade), 0) AS vwap,
  count(*) FILTER (trade)::INTEGER AS trades,
  count(*) FILTER (fixing)::INTEGER AS fixings,
  coalesce(sum(quantity ORDER BY place) FILTER (trade AND trading_mode IN ('O', 'K', 'I', 'U')), 0) AS auction_volume,
  coalesce(sum(quantity ORDER BY place) FILTER (off_book), 0) AS off_book_volume,
  count(*) FILTER (off_book)::INTEGER AS off_book_trades
FROM trades_judged
WHERE traded_at IS NOT NULL
GROUP BY ALL;

-- What a trade may be to the official close of its day: the last of the highest rank is it.
CREATE OR REPLACE TEMP VIEW trades_of_days AS
SELECT *,
  NOT off_book AND trading_mode IS DISTINCT FROM '4' AS main_session,
  CASE
    WHEN NOT off_book AND last_trade_indicator = 'C' THEN 5
    WHEN NOT off_book AND trading_mode = 'K' THEN 4
    WHEN main_session THEN 3
    WHEN NOT off_book THEN 2
    WHEN price IS NOT NULL THEN 1
  END AS closing
FROM trades_judged
WHERE traded_at IS NOT NULL;

-- Bars of a trading day.
CREATE OR REPLACE TEMP VIEW bars_1d_of_trades AS
WITH days AS NOT MATERIALIZED (
  SELECT venue, isin, price_currency, contract_date, option_category, strike_price, trading_day,
    arg_min(price, place) FILTER (main_session) AS open,
    max(price) FILTER (main_session) AS high,
    min(price) FILTER (main_session) AS low,
    arg_max(price, place) FILTER (main_session) AS close,
    coalesce(sum(quantity ORDER BY place) FILTER (trade), 0) AS volume,
    CASE WHEN max(venue) <> 'DEUR' THEN coalesce(sum(money ORDER BY place) FILTER (trade), 0) END AS turnover,
    sum(amount ORDER BY place) FILTER (trade) / nullif(sum(quantity ORDER BY place) FILTER (trade), 0) AS vwap,
    count(*) FILTER (trade)::INTEGER AS trades,
    count(*) FILTER (fixing)::INTEGER AS fixings,
    coalesce(sum(quantity ORDER BY place) FILTER (trade AND trading_mode IN ('O', 'K', 'I', 'U')), 0)
      AS auction_volume,
    coalesce(sum(quantity ORDER BY place) FILTER (off_book), 0) AS off_book_volume,
    count(*) FILTER (off_book)::INTEGER AS off_book_trades,
    arg_max(price, (closing, place)) FILTER (closing IS NOT NULL) AS official_close,
    CASE WHEN max(closing) >= 4 THEN 'auction' WHEN max(closing) >= 2 THEN 'last' WHEN max(closing) = 1 THEN 'off_book'
    END AS official_close_kind,
    arg_max(traded_at, (closing, place)) FILTER (closing IS NOT NULL)::TIMESTAMP AS official_close_time
  FROM trades_of_days
  GROUP BY ALL
)
SELECT *,
  last_value(official_close IGNORE NULLS) OVER (
    PARTITION BY venue, isin, price_currency, contract_date, option_category, strike_price
    ORDER BY trading_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS previous_close
FROM days;
