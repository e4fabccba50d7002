"""Prints, as JSON, of how many rows of each file pandas reads another trading time by fastparquet than by pyarrow."""

import json
import sys
import warnings

import pandas as pd


def misread(path):
    by_pyarrow = pd.read_parquet(path, engine="pyarrow", columns=["trading_date_time"])
    by_fastparquet = pd.read_parquet(path, engine="fastparquet", columns=["trading_date_time"])
    differs = by_pyarrow["trading_date_time"] != by_fastparquet["trading_date_time"]
    return {"rows": len(by_pyarrow), "misread": int(differs.sum())}


warnings.simplefilter("ignore")  # pandas 3.1 says that it will drop fastparquet
print(json.dumps([misread(path) for path in sys.argv[1:]]))
