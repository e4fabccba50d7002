"""Prints, as JSON, of each reader how many trades of a lake differ from the stored ones, and what the snapshots hold."""

import json
import os
import sys
import warnings
from glob import glob

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ["POLARS_ICEBERG_PLANNER"] = "pyiceberg"

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyiceberg
from lake_rows import columns_of, differences
from pyiceberg.catalog import load_catalog

warnings.simplefilter("ignore")
stored, lake, warehouse = sys.argv[1:]
FILES = f"{lake}/trades/*/*/*/*.parquet"

catalog = load_catalog("lake", type="sql", uri=f"sqlite:///{warehouse}/catalog.db", warehouse=f"file://{warehouse}")
table = catalog.load_table("xetra.trades")
READERS = {
    f"DuckDB {duckdb.__version__}": lambda: duckdb.sql(f"FROM read_parquet('{FILES}', hive_types = {{'month': INT}})"),
    f"pandas {pd.__version__}": lambda: pd.read_parquet(f"{lake}/trades", dtype_backend="pyarrow"),
    f"Polars {pl.__version__}": lambda: pl.read_parquet(f"{lake}/trades"),
    f"pyarrow {pa.__version__}": lambda: ds.dataset(f"{lake}/trades", partitioning="hive").to_table(),
    f"PyIceberg {pyiceberg.__version__}": lambda: table.scan().to_arrow(),
    f"Polars {pl.__version__}, scan_iceberg": lambda: pl.scan_iceberg(table).collect(),
}


def found_by(read):
    trades = read()  # DuckDB finds it by its name
    duckdb.sql("CREATE OR REPLACE TABLE found AS FROM trades")
    names = [name for name, *_ in duckdb.sql("DESCRIBE stored").fetchall()]
    lake_names = {name for name, *_ in duckdb.sql("DESCRIBE found").fetchall()}
    one = f"SELECT {columns_of(lake_names, 'epoch_us({})')} FROM found"
    other = f"SELECT {', '.join(sorted(names))} FROM stored"
    return value(differences(one, other))


def value(query):
    [(found,)] = duckdb.sql(query).fetchall()
    return found


def snapshot(of):
    trades = table.scan(snapshot_id=of.snapshot_id).to_arrow()
    nanos = "sum(trading_nanos)::BIGINT"
    rows, sums = duckdb.sql(f"SELECT count(*), {nanos} FROM trades").fetchall()[0]
    return {"rows": rows, "nanos": sums}


duckdb.sql(
    "CREATE TABLE stored AS SELECT * EXCLUDE (day) REPLACE (epoch_ns(trading_date_time) AS trading_date_time, "
    "epoch_ns(distribution_time) AS distribution_time, year::INT AS year, month::INT AS month) "
    f"FROM read_parquet('{stored}', hive_partitioning = true)"
)
def bars_of(dataset):
    """Bars and the files that they come from, by Iceberg; DuckDB finds as many in the folder."""
    files = f"{lake}/{dataset}/*/*/*/*.parquet"
    bars = catalog.load_table(f"xetra.{dataset}").scan().to_arrow()
    assert bars.num_rows == value(f"SELECT count(*) FROM '{files}'")
    return {"rows": bars.num_rows, "files": len(glob(files))}


print(json.dumps({
    "differences": {reader: found_by(read) for reader, read in READERS.items()},
    "snapshots": [snapshot(of) for of in table.snapshots()],
    "bars": {dataset: bars_of(dataset) for dataset in ("bars_1m", "bars_1d")},
}))
