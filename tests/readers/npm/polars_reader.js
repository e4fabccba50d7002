/** Prints, as JSON, what Polars reads of each path. */

// A name that `deno check` of the whole checkout does not follow: the package is in this folder's own lock file.
const POLARS = "nodejs-polars";
const { default: pl } = await import(POLARS);

console.log(JSON.stringify(await Promise.all(Deno.args.map(figures))));

async function figures(path) {
  // Of a folder Polars takes the columns in its folders' names as well, of a glob only when it is told to.
  const trades = await pl.scanParquet(path, { hivePartitioning: true }).collect();
  const [sums] = trades.select(
    pl.col("quantity").sum(),
    pl.col("price").mul(pl.col("quantity")).sum().alias("turnover"),
  ).toRecords();
  return {
    rows: trades.height,
    quantity: sums.quantity,
    turnover: sums.turnover,
    trading_date_time: times(trades, "trading_date_time"),
    distribution_time: times(trades, "distribution_time"),
    values: Object.fromEntries(
      trades.columns.map((name) => [name, trades.height - trades.getColumn(name).nullCount()]),
    ),
    partitions: partitions(trades),
  };
}

/** As text, for Polars hands 64-bit integers over as JavaScript's numbers, rounded. */
function times(trades, column) {
  const nanos = pl.col(column).cast(pl.Int64);
  return trades.select(
    nanos.min().cast(pl.Utf8).alias("first"),
    nanos.max().cast(pl.Utf8).alias("last"),
    nanos.modulo(pl.lit(1_000_000_000).cast(pl.Int64)).sum().alias("nanos"),
  ).toRecords()[0];
}

function partitions(trades) {
  const rows = trades.groupBy(["venue", "year", "month", "day"]).len().toRecords();
  return Object.fromEntries(
    rows.map(({ venue, year, month, day, len }) => [`${venue} ${year}-${month}-${day}`, len]),
  );
}
