"""Prints, as JSON, what pyarrow.dataset reads of each path."""

import json
import sys
from glob import glob

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds


def figures(path):
    source = sorted(glob(path)) if "*" in path else path
    trades = ds.dataset(source, partitioning="hive").to_table()
    return {
        "rows": trades.num_rows,
        "quantity": pc.sum(trades["quantity"]).as_py(),
        "turnover": pc.sum(pc.multiply(trades["price"], trades["quantity"])).as_py(),
        "trading_date_time": times(trades["trading_date_time"]),
        "distribution_time": times(trades["distribution_time"]),
        "values": {name: trades.num_rows - trades[name].null_count for name in trades.column_names},
        "partitions": partitions(trades),
    }


def times(column):
    assert column.type == pa.timestamp("ns"), column.type
    nanos = column.cast(pa.int64())
    below = pc.subtract(nanos, pc.multiply(pc.divide(nanos, 1_000_000_000), 1_000_000_000))
    first_last = pc.min_max(nanos).as_py()
    return {"first": str(first_last["min"]), "last": str(first_last["max"]), "nanos": pc.sum(below).as_py()}


def partitions(trades):
    sizes = trades.group_by(["venue", "year", "month", "day"]).aggregate([([], "count_all")]).to_pylist()
    return {f"{row['venue']} {row['year']}-{row['month']}-{row['day']}": row["count_all"] for row in sizes}


print(json.dumps([figures(path) for path in sys.argv[1:]]))
