-- Trades, in SQL for DuckDB (1.5 and 2.0 are tried). `xetra-parqed connect` puts what is stored in the place of the words in braces.
-- Everything is temporary: a database that is open meanwhile stays as it is.

-- All trades as they were published. Rows are pruned by venue, and by the UTC date of their publication.
CREATE OR REPLACE TEMP VIEW trades AS
FROM {trades};

-- Trades after their corrections, each once. `traded_at` is when it was traded, or else published; `trading_day` that
-- date in Frankfurt; `place` the place of a trade among those of its venue and ISIN.
CREATE OR REPLACE TEMP VIEW trades_corrected AS
WITH once AS NOT MATERIALIZED (
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
    ORDER BY date
  ) = 1
),
numbered AS NOT MATERIALIZED ( -- in order of publication within the rows of one id
  SELECT *, row_number() OVER (
    PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id
    ORDER BY distribution_time NULLS LAST, step, trading_date_time NULLS LAST, price NULLS LAST, quantity NULLS LAST,
      price_currency NULLS LAST, modification_flag NULLS LAST
  ) AS n
  FROM once
),
begun AS NOT MATERIALIZED (
  SELECT *, min(n) FILTER (step = 0) OVER ids AS first_trade FROM numbered
  WINDOW ids AS (PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id)
),
amended AS NOT MATERIALIZED ( -- the last amendment of a trade takes the place of all before it
  SELECT *, max(n) FILTER (step = 1 AND n > first_trade) OVER ids AS amendment FROM begun
  WINDOW ids AS (PARTITION BY venue, isin, contract_date, option_category, strike_price, transaction_id)
),
judged AS NOT MATERIALIZED (
  SELECT *,
    n = amendment OR (step = 0 AND n > coalesce(amendment, 0)) AS may_stand,
    step = 2 AND first_trade IS NOT NULL AND n > coalesce(amendment, 0) AS cancels
  FROM amended
),
compared AS NOT MATERIALIZED (
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
swept AS NOT MATERIALIZED ( -- a cancellation that repeats none of the rows takes all before it
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
CREATE OR REPLACE TEMP VIEW trades_judged AS
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

-- The last price of an ISIN at a time, UTC, for each of its lines: asof('DE0007164600', '2026-09-01 10:00:00.5'). Corrections
-- that came later are in it. No off-book trade forms a price.
CREATE OR REPLACE TEMP MACRO "asof"(instrument, moment) AS TABLE
SELECT venue, isin, price_currency, contract_date, option_category, strike_price,
  max(traded_at) AS traded_at, arg_max(price, place) AS price, arg_max(coalesce(quantity, 0), place) AS quantity
FROM trades_judged
WHERE isin = instrument AND traded_at <= moment::TIMESTAMP_NS AND NOT off_book
GROUP BY ALL;
