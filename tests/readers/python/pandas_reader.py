"""Prints, as JSON, what pandas reads of each path."""

import json
import sys
from glob import glob

import pandas as pd


def figures(path):
    # pandas takes a folder or a list of files, but no glob.
    trades = pd.read_parquet(sorted(glob(path)) if "*" in path else path)
    return {
        "rows": len(trades),
        "quantity": float(trades["quantity"].sum()),
        "turnover": float((trades["price"] * trades["quantity"]).sum()),
        "trading_date_time": times(trades["trading_date_time"]),
        "distribution_time": times(trades["distribution_time"]),
        "values": {name: int(count) for name, count in trades.count().items()},
        "partitions": partitions(trades),
    }


def times(column):
    assert column.dtype == "datetime64[ns]", column.dtype
    nanos = column.dropna().astype("int64")
    return {"first": str(nanos.min()), "last": str(nanos.max()), "nanos": int((nanos % 1_000_000_000).sum())}


def partitions(trades):
    sizes = trades.groupby(["venue", "year", "month", "day"], observed=True).size()
    return {f"{venue} {year}-{month}-{day}": int(size) for (venue, year, month, day), size in sizes.items()}


print(json.dumps([figures(path) for path in sys.argv[1:]]))
