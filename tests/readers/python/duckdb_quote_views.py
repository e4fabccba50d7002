"""Prints, as JSON, how many rows each view of quotes has for the DuckDB of PyPI."""

import json
import sys

import duckdb

VIEWS = ["quotes", "quotes_filled", "marks", "marks_at('2026-09-01 10:00')"]

con = duckdb.connect()
con.execute("SET enable_progress_bar = false")
with open(sys.argv[1]) as file:
    con.execute(file.read())
print(json.dumps({name: con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in VIEWS}))
