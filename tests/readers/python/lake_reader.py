"""Prints, as JSON, of each reader how many rows of a lake differ from the stored ones, and what the snapshots hold."""

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
from lake_rows import DATASETS, columns_of, differences, figures, files_in, stored_rows
from pyiceberg.catalog import load_catalog

warnings.simplefilter("ignore")
stored, lake, warehouse = sys.argv[1:]
catalog = load_catalog("lake", type="sql", uri=f"sqlite:///{warehouse}/catalog.db", warehouse=f"file://{warehouse}")


def by_duckdb(dataset):
    numbers = ", ".join(f"'{folder}': INT" for folder in DATASETS[dataset]["folders"][2:])
    return duckdb.sql(f"FROM read_parquet('{files_in(lake, dataset)}', hive_types = {{{numbers}}})")


def table_of(dataset):
    return catalog.load_table(f"xetra.{dataset}")


READERS = {
    f"DuckDB {duckdb.__version__}": by_duckdb,
    f"pandas {pd.__version__}": lambda of: pd.read_parquet(f"{lake}/{of}", dtype_backend="pyarrow"),
    f"Polars {pl.__version__}": lambda of: pl.read_parquet(f"{lake}/{of}"),
    f"pyarrow {pa.__version__}": lambda of: ds.dataset(f"{lake}/{of}", partitioning="hive").to_table(),
    f"PyIceberg {pyiceberg.__version__}": lambda of: table_of(of).scan().to_arrow(),
    f"Polars {pl.__version__}, scan_iceberg": lambda of: pl.scan_iceberg(table_of(of)).collect(),
}


def found_by(read, dataset):
    rows = read(dataset)  # DuckDB finds it by its name
    duckdb.sql("CREATE OR REPLACE TABLE found AS FROM rows")
    names = [name for name, *_ in duckdb.sql(f"DESCRIBE stored_{dataset}").fetchall()]
    lake_names = {name for name, *_ in duckdb.sql("DESCRIBE found").fetchall()}
    one = f"SELECT {columns_of(lake_names, dataset, 'epoch_us({})')} FROM found"
    other = f"SELECT {', '.join(sorted(names))} FROM stored_{dataset}"
    return value(differences(one, other))


def value(query):
    [(found,)] = duckdb.sql(query).fetchall()
    return found


def snapshots(dataset):
    table = table_of(dataset)
    return [held(table.scan(snapshot_id=of.snapshot_id).to_arrow(), dataset) for of in table.snapshots()]


def held(rows, dataset):
    [(count, nanos)] = duckdb.sql(f"SELECT {figures(dataset)} FROM rows").fetchall()
    return {"rows": count, "nanos": nanos}


def bars_of(dataset):
    """Bars and the files that they come from, by Iceberg; DuckDB finds as many in the folder."""
    files = f"{lake}/{dataset}/*/*/*/*.parquet"
    bars = table_of(dataset).scan().to_arrow()
    assert bars.num_rows == value(f"SELECT count(*) FROM '{files}'")
    return {"rows": bars.num_rows, "files": len(glob(files))}


for dataset in DATASETS:
    duckdb.sql(f"CREATE TABLE stored_{dataset} AS {stored_rows(stored, dataset)}")
print(json.dumps({
    "differences": {of: {reader: found_by(read, of) for reader, read in READERS.items()} for of in DATASETS},
    "snapshots": {of: snapshots(of) for of in DATASETS},
    "bars": {dataset: bars_of(dataset) for dataset in ("bars_1m", "bars_1d")},
}))
