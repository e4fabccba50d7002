"""Counts the trades of a mirror's bucket by DuckDB and by PyArrow: ENDPOINT KEY SECRET FOLDER."""

import json
import sys
from importlib.resources import files

import duckdb
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow.fs import S3FileSystem

endpoint, key, secret, folder = sys.argv[1:]
host = endpoint.removeprefix("http://")


def by_duckdb():
    extensions = files("duckdb_extension_httpfs").joinpath("extensions")
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extensions}/v{duckdb.__version__}/httpfs.duckdb_extension'")
    connection.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID '{key}', SECRET '{secret}', ENDPOINT '{host}', URL_STYLE 'path', USE_SSL false)"
    )
    query = f"SELECT count(*), sum(quantity) FROM read_parquet('s3://{folder}/trades/*/*/*/*/*.parquet')"
    return connection.execute(query).fetchone()


def by_pyarrow():
    filesystem = S3FileSystem(
        access_key=key, secret_key=secret, endpoint_override=host, scheme="http", region="us-east-1"
    )
    table = ds.dataset(f"{folder}/trades", filesystem=filesystem, partitioning="hive").to_table(["quantity"])
    return table.num_rows, pc.sum(table["quantity"]).as_py()


print(json.dumps({"duckdb": by_duckdb(), "pyarrow": by_pyarrow()}))
