"""Prints, as JSON, what each library reads of the folder of quotes: rows, sums, and times to the nanosecond."""

import json
import sys

import duckdb
import pandas as pd
import polars as pl
import pyarrow.compute as pc
import pyarrow.dataset as ds

FOLDER = sys.argv[1]
TIMES = ["time", "distribution_time"]


def by_polars():
    quotes = pl.read_parquet(FOLDER, hive_partitioning=True)
    nanos = {name: quotes[name].cast(pl.Int64) for name in TIMES}
    return {
        "rows": quotes.height,
        "bid": quotes["bid"].sum(),
        "ask_quantity": quotes["ask_quantity"].sum(),
        "hours": quotes.select("venue", "hour").n_unique(),
        "times": {name: [str(value.min()), str(value.max()), value.count()] for name, value in nanos.items()},
    }


def by_pandas():
    quotes = pd.read_parquet(FOLDER)
    nanos = {name: quotes[name].dropna().astype("int64") for name in TIMES}
    return {
        "rows": len(quotes),
        "bid": float(quotes["bid"].sum()),
        "ask_quantity": float(quotes["ask_quantity"].sum()),
        "hours": len(quotes[["venue", "hour"]].drop_duplicates()),
        "times": {name: [str(value.min()), str(value.max()), len(value)] for name, value in nanos.items()},
    }


def by_pyarrow():
    quotes = ds.dataset(FOLDER, partitioning="hive").to_table()
    nanos = {name: quotes[name].cast("int64") for name in TIMES}
    return {
        "rows": quotes.num_rows,
        "bid": pc.sum(quotes["bid"]).as_py(),
        "ask_quantity": pc.sum(quotes["ask_quantity"]).as_py(),
        "hours": quotes.group_by(["venue", "hour"]).aggregate([]).num_rows,
        "times": {
            name: [str(pc.min(value)), str(pc.max(value)), pc.count(value).as_py()]
            for name, value in nanos.items()
        },
    }


def by_duckdb():
    quotes = duckdb.read_parquet(f"{FOLDER}/*/*/*/*/*/*.parquet", hive_partitioning=True)  # noqa: F841 (named in the SQL)
    rows, bid, ask_quantity, hours, *times = duckdb.sql(
        """SELECT count(*), sum(bid), sum(ask_quantity), count(DISTINCT (venue, hour)),
        min(epoch_ns(time)), max(epoch_ns(time)), count(time),
        min(epoch_ns(distribution_time)), max(epoch_ns(distribution_time)), count(distribution_time) FROM quotes"""
    ).fetchall()[0]
    return {
        "rows": rows,
        "bid": bid,
        "ask_quantity": ask_quantity,
        "hours": hours,
        "times": {
            name: [str(times[3 * i]), str(times[3 * i + 1]), times[3 * i + 2]] for i, name in enumerate(TIMES)
        },
    }


READERS = {"polars": by_polars, "pandas": by_pandas, "pyarrow": by_pyarrow, "duckdb": by_duckdb}
print(json.dumps({name: read() for name, read in READERS.items()}))
