"""Prints, as JSON, what Polars reads of each path."""

import json
import sys

import polars as pl


def figures(path):
    # Of a folder Polars takes the columns in its folders' names as well, of a glob only when it is told to.
    trades = pl.read_parquet(path, hive_partitioning=True)
    return {
        "rows": trades.height,
        "quantity": trades["quantity"].sum(),
        "turnover": (trades["price"] * trades["quantity"]).sum(),
        "trading_date_time": times(trades["trading_date_time"]),
        "distribution_time": times(trades["distribution_time"]),
        "values": trades.count().row(0, named=True),
        "partitions": partitions(trades),
    }


def times(column):
    assert column.dtype == pl.Datetime("ns"), column.dtype
    nanos = column.cast(pl.Int64)
    return {"first": str(nanos.min()), "last": str(nanos.max()), "nanos": (nanos % 1_000_000_000).sum()}


def partitions(trades):
    sizes = trades.group_by("venue", "year", "month", "day").len().rows()
    return {f"{venue} {year}-{month}-{day}": size for venue, year, month, day, size in sizes}


print(json.dumps([figures(path) for path in sys.argv[1:]]))
