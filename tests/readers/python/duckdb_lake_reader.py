"""Prints, as JSON, how many rows of Iceberg's tables and of a DuckLake, both made of a lake, differ from the stored ones."""

import json
import os
import sqlite3
import sys
from glob import glob

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import duckdb
from lake_rows import DATASETS, columns_of, differences, figures, files_in, stored_rows

stored, lake, warehouse = sys.argv[1:]
PACKAGES = os.path.dirname(os.path.dirname(duckdb.__file__))


def main():
    for extension in ("avro", "iceberg", "ducklake"):
        [path] = glob(f"{PACKAGES}/duckdb_extension_{extension}/extensions/*/{extension}.duckdb_extension")
        duckdb.sql(f"LOAD '{path}'")
    duckdb.sql("ATTACH 'ducklake:rows.ducklake' AS own (DATA_PATH 'own')")
    for dataset in DATASETS:
        duckdb.sql(f"CREATE TABLE stored_{dataset} AS {stored_rows(stored, dataset)}")
    print(json.dumps({
        "differences": {dataset: differences_by_reader(dataset) for dataset in DATASETS},
        "snapshots": {dataset: snapshots(dataset) for dataset in DATASETS},
    }))


def differences_by_reader(dataset):
    return {
        f"DuckDB {duckdb.__version__}, iceberg_scan": differing(f"iceberg_scan('{metadata_of(dataset)}')", dataset),
        f"DuckDB {duckdb.__version__}, DuckLake": differing(duck_lake(dataset), dataset),
    }


def metadata_of(table):
    """Where the catalog of register_iceberg.py says that the table is described."""
    query = "SELECT metadata_location FROM iceberg_tables WHERE table_namespace = 'xetra' AND table_name = ?"
    return sqlite3.connect(f"{warehouse}/catalog.db").execute(query, [table]).fetchone()[0]


def duck_lake(dataset):
    """As dist/doc/lake.md has it."""
    files = files_in(lake, dataset)
    folders = DATASETS[dataset]["folders"]
    numbers = ", ".join(f"'{folder}': INT" for folder in folders[1:])
    duckdb.sql(f"CREATE TABLE own.{dataset} AS FROM read_parquet('{files}', hive_types = {{{numbers}}}) LIMIT 0")
    duckdb.sql(f"ALTER TABLE own.{dataset} SET PARTITIONED BY ({', '.join(folders)})")
    duckdb.sql(f"CALL ducklake_add_data_files('own', '{dataset}', '{files}', hive_partitioning => true)")
    return f"own.{dataset}"


def differing(source, dataset):
    names = [name for name, *_ in duckdb.sql(f"DESCRIBE FROM {source}").fetchall()]
    one = f"SELECT {columns_of(names, dataset, 'epoch_us({})')} FROM {source}"
    stored_names = [name for name, *_ in duckdb.sql(f"DESCRIBE stored_{dataset}").fetchall()]
    return value(differences(one, f"SELECT {', '.join(sorted(stored_names))} FROM stored_{dataset}"))


def snapshots(dataset):
    metadata = metadata_of(dataset)
    ids = value(f"SELECT list(snapshot_id ORDER BY timestamp_ms) FROM iceberg_snapshots('{metadata}')")
    return [held(f"iceberg_scan('{metadata}', snapshot_from_id = {of})", dataset) for of in ids]


def held(source, dataset):
    [(rows, nanos)] = duckdb.sql(f"SELECT {figures(dataset)} FROM {source}").fetchall()
    return {"rows": rows, "nanos": nanos}


def value(query):
    [(found,)] = duckdb.sql(query).fetchall()
    return found


main()
