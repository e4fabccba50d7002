-- Views of what xetra-parqed has stored, for DuckDB 1.1 or later. `{data}` stands for the folder that holds trades/.
-- These are the rules of the bars written once more, in SQL: the program's own bars are tested against them.

-- All trades of all venues, as they were published. Rows are pruned by venue, year, month and day, which are folders.
CREATE OR REPLACE VIEW trades AS
FROM read_parquet(
  '{data}/trades/*/*/*/*/*.parquet',
  hive_partitioning = true, hive_types_autocast = false, union_by_name = true
);

-- Trades after their corrections, each once. `traded_at` is when it was traded, or else published; `trading_day` that
-- date in Frankfurt; `place` the place of a trade among those of its venue and ISIN.
CREATE OR REPLACE VIEW trades_corrected AS
WITH once AS (
  SELECT *,
    coalesce(trading_date_time, distribution_time) AS traded_at,
    CASE modification_flag WHEN 'A' THEN 1 WHEN 'C' THEN 2 ELSE 0 END AS step
  FROM trades
  QUALIFY row_number() OVER (
    PARTITION BY venue, isin, trading_date_time, transaction_id, price, quantity, price_currency, modification_flag,
      contract_date, strike_price, option_category,
      -- without an id, two rows are one trade only if they agree in everything
      CASE WHEN transaction_id IS NULL THEN (
        execution_venue, distribution_time, trading_mode, benchmark_flag, pub_deferral, algo_indicator, message_id,
        source_name, instrument_id, tick_id, quote_type, tick_action, instrument_code, market_mechanism,
        negotiated_flag, trading_system, price_notation, venue_publication, last_trade_indicator, notional_amount,
        notional_currency, transaction_category, contract_type, settlement_method, clearing_flag, pending_price,
        price_forming, deferral_type, generation_number, exercise_style, schema_version, extra
      )::VARCHAR END
    ORDER BY year, month, day
  ) = 1
),
numbered AS ( -- in order of publication within the rows of one id
  SELECT *, row_number() OVER (
    PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id
    ORDER BY distribution_time NULLS LAST, step, trading_date_time NULLS LAST, price NULLS LAST, quantity NULLS LAST,
      price_currency NULLS LAST, modification_flag NULLS LAST
  ) AS n
  FROM once
),
begun AS (
  SELECT *, min(n) FILTER (step = 0) OVER ids AS first_trade FROM numbered
  WINDOW ids AS (PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id)
),
amended AS ( -- the last amendment of a trade takes the place of all before it
  SELECT *, max(n) FILTER (step = 1 AND n > first_trade) OVER ids AS amendment FROM begun
  WINDOW ids AS (PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id)
),
judged AS (
  SELECT *,
    n = amendment OR (step = 0 AND n > coalesce(amendment, 0)) AS may_stand,
    step = 2 AND first_trade IS NOT NULL AND n > coalesce(amendment, 0) AS cancels
  FROM amended
),
compared AS (
  SELECT *,
    count(*) FILTER (cancels) OVER same AS cancelled,
    count(*) FILTER (may_stand) OVER same AS alike,
    count(*) FILTER (may_stand) OVER (
      PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id, price, quantity
      ORDER BY n
    ) AS nth
  FROM judged
  WINDOW same AS (
    PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id, price, quantity
  )
),
swept AS ( -- a cancellation that repeats none of the rows takes all before it
  SELECT *, max(n) FILTER (cancels AND alike = 0) OVER ids AS sweep FROM compared
  WINDOW ids AS (PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id)
)
SELECT * EXCLUDE (step, n, first_trade, amendment, may_stand, cancels, cancelled, alike, nth, sweep),
  CAST(timezone('Europe/Berlin', timezone('UTC', traded_at::TIMESTAMP)) AS DATE) AS trading_day,
  row_number() OVER (
    PARTITION BY venue, isin
    ORDER BY traded_at NULLS LAST, trading_date_time NULLS LAST, transaction_id NULLS LAST, price NULLS LAST,
      quantity NULLS LAST, price_currency NULLS LAST, modification_flag NULLS LAST
  ) AS place
FROM swept
WHERE CASE
  WHEN transaction_id IS NULL THEN step = 0
  ELSE coalesce(may_stand AND nth > cancelled AND n > coalesce(sweep, 0), false)
END;

-- What each trade counts as: off-book rows form no price; a fixing is a price without a turnover.
CREATE OR REPLACE VIEW trades_judged AS
SELECT *,
  (
    price IS NULL OR pending_price IS NOT NULL
    OR coalesce(price_forming IN ('T', 'J', 'N'), false)
    OR coalesce(benchmark_flag IN ('B', 'S'), false)
    OR coalesce(trading_mode IN ('5', '6', '7'), false)
    OR coalesce(negotiated_flag <> '-', false)
    OR coalesce(transaction_category IN ('Z', 'Y'), false)
  ) AS off_book,
  NOT off_book AND coalesce(quantity, 0) = 0 AS fixing,
  NOT off_book AND coalesce(quantity, 0) <> 0 AS trade,
  price * quantity AS amount,
  CASE
    WHEN venue = 'DEUR' THEN NULL -- contract sizes are not published
    WHEN price_notation = 2 THEN price * quantity / 100
    ELSE price * quantity
  END AS money
FROM trades_corrected;

-- Bars of a minute: [start, start + 1 min), UTC.
CREATE OR REPLACE VIEW bars_1m AS
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
