"""Prints, as JSON, how many trades of Iceberg's table and of a DuckLake, both made of a lake, differ from the stored ones."""

import json
import os
import sqlite3
import sys
from glob import glob

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import duckdb
from lake_rows import columns_of, differences

stored, lake, warehouse = sys.argv[1:]
PACKAGES = os.path.dirname(os.path.dirname(duckdb.__file__))


def main():
    for extension in ("avro", "iceberg", "ducklake"):
        [path] = glob(f"{PACKAGES}/duckdb_extension_{extension}/extensions/*/{extension}.duckdb_extension")
        duckdb.sql(f"LOAD '{path}'")
    duckdb.sql(
        "CREATE TABLE stored AS SELECT * EXCLUDE (day) REPLACE (epoch_ns(trading_date_time) AS trading_date_time, "
        "epoch_ns(distribution_time) AS distribution_time, year::INT AS year, month::INT AS month) "
        f"FROM read_parquet('{stored}', hive_partitioning = true)"
    )
    metadata = metadata_of("trades")
    snapshots = value(f"SELECT list(snapshot_id ORDER BY timestamp_ms) FROM iceberg_snapshots('{metadata}')")
    iceberg = f"iceberg_scan('{metadata}')"
    answer = {
        "differences": {
            f"DuckDB {duckdb.__version__}, iceberg_scan": differing(iceberg),
            f"DuckDB {duckdb.__version__}, DuckLake": differing(duck_lake()),
        },
        "snapshots": [held(f"iceberg_scan('{metadata}', snapshot_from_id = {of})") for of in snapshots],
    }
    print(json.dumps(answer))


def metadata_of(table):
    """Where the catalog of register_iceberg.py says that the table is described."""
    query = "SELECT metadata_location FROM iceberg_tables WHERE table_namespace = 'xetra' AND table_name = ?"
    return sqlite3.connect(f"{warehouse}/catalog.db").execute(query, [table]).fetchone()[0]


def duck_lake():
    """As dist/doc/lake.md has it."""
    files = f"{lake}/trades/*/*/*/*.parquet"
    duckdb.sql("ATTACH 'ducklake:trades.ducklake' AS own (DATA_PATH 'own')")
    duckdb.sql(
        f"CREATE TABLE own.trades AS FROM read_parquet('{files}', hive_types = {{'year': INT, 'month': INT}}) LIMIT 0"
    )
    duckdb.sql("ALTER TABLE own.trades SET PARTITIONED BY (venue, year, month)")
    duckdb.sql(f"CALL ducklake_add_data_files('own', 'trades', '{files}', hive_partitioning => true)")
    return "own.trades"


def differing(source):
    names = [name for name, *_ in duckdb.sql(f"DESCRIBE FROM {source}").fetchall()]
    one = f"SELECT {columns_of(names, 'epoch_us({})')} FROM {source}"
    stored_names = [name for name, *_ in duckdb.sql("DESCRIBE stored").fetchall()]
    return value(differences(one, f"SELECT {', '.join(sorted(stored_names))} FROM stored"))


def held(source):
    rows, nanos = duckdb.sql(f"SELECT count(*), sum(trading_nanos)::BIGINT FROM {source}").fetchone()
    return {"rows": rows, "nanos": nanos}


def value(query):
    [(found,)] = duckdb.sql(query).fetchall()
    return found


main()
