"""Prints, as JSON, how many rows each view has for the DuckDB of PyPI, whose SQL is that of the file."""

import json
import sys

import duckdb

VIEWS = ["trades", "trades_corrected", "bars_1m", "bars_1d", "closes", "bars_1m_of_trades", "bars_1d_of_trades"]

con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
with open(sys.argv[1]) as file:
    con.execute(file.read())


def value(query):
    return con.execute(query).fetchall()[0][0]


isin = value("SELECT min(isin) FROM closes WHERE official_close IS NOT NULL")
asked = VIEWS + [f"bars('{isin}', '1h')", f"asof('{isin}', '2026-10-20 12:00')"]
print(json.dumps({name: value(f"SELECT count(*) FROM {name}") for name in asked}))
