"""Prints, as JSON, what DuckDB reads of each path."""

import json
import sys

import duckdb


def figures(path):
    duckdb.sql(f"CREATE OR REPLACE VIEW trades AS FROM read_parquet('{path}', hive_partitioning = true)")
    rows, quantity, turnover = row("count(*), sum(quantity), sum(price * quantity)")
    return {
        "rows": rows,
        "quantity": quantity,
        "turnover": turnover,
        "trading_date_time": times("trading_date_time"),
        "distribution_time": times("distribution_time"),
        "values": dict(zip(duckdb.sql("FROM trades").columns, row("count(COLUMNS(*))"))),
        "partitions": partitions(),
    }


def times(column):
    nanos = f"epoch_ns({column})"
    first, last, below = row(f"min({nanos}), max({nanos}), sum({nanos} % 1000000000)")
    return {"first": str(first), "last": str(last), "nanos": int(below)}


def partitions():
    sizes = duckdb.sql("SELECT venue, year, month, day, count(*) FROM trades GROUP BY ALL").fetchall()
    return {f"{venue} {int(year)}-{int(month)}-{int(day)}": size for venue, year, month, day, size in sizes}


def row(expressions):
    [found] = duckdb.sql(f"SELECT {expressions} FROM trades").fetchall()
    return found


print(json.dumps([figures(path) for path in sys.argv[1:]]))
