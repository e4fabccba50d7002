"""Prints, as JSON, how many rows of Delta tables, made of a lake as dist/doc/lake.md has it, differ from the stored ones."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ["RUST_LOG"] = "error"

import deltalake
import duckdb
import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from lake_rows import DATASETS, columns_of, differences, figures, stored_rows

page, stored, *lakes = sys.argv[1:]

READERS = {
    f"delta-rs {deltalake.__version__}": lambda table: pa.table(
        QueryBuilder().register("delta", table).execute("SELECT * FROM delta").read_all()
    ),
    f"pyarrow {pa.__version__} with delta-rs": lambda table: table.to_pyarrow_table(),
}


def main():
    snippet = re.search(r"^```python\n(import json\n.*?)^```", open(page).read(), re.M | re.S).group(1)
    names = {}
    exec(snippet, names)
    for lake in (*lakes, lakes[-1]):  # the last time nothing has changed
        for dataset in DATASETS:
            names["register"](f"{lake}/{dataset}", f"delta/{dataset}")
    for dataset in DATASETS:
        duckdb.sql(f"CREATE TABLE stored_{dataset} AS {stored_rows(stored, dataset)}")
    print(json.dumps({
        "differences": {of: {name: differing(read, of) for name, read in READERS.items()} for of in DATASETS},
        "snapshots": {of: snapshots(of) for of in DATASETS},
    }))


def differing(read, dataset):
    rows = read(DeltaTable(f"delta/{dataset}"))
    duckdb.sql("CREATE OR REPLACE TABLE found AS FROM rows")
    one = f"SELECT {columns_of(rows.column_names, dataset, 'epoch_us({})')} FROM found"
    names = [name for name, *_ in duckdb.sql(f"DESCRIBE stored_{dataset}").fetchall()]
    [(count,)] = duckdb.sql(differences(one, f"SELECT {', '.join(sorted(names))} FROM stored_{dataset}")).fetchall()
    return count


def snapshots(dataset):
    """Of each version but the first, which is the empty table."""
    last = DeltaTable(f"delta/{dataset}").version()
    return [held(DeltaTable(f"delta/{dataset}", version=version), dataset) for version in range(1, last + 1)]


def held(table, dataset):
    rows = table.to_pyarrow_table()
    [(count, nanos)] = duckdb.sql(f"SELECT {figures(dataset)} FROM rows").fetchall()
    return {"rows": count, "nanos": nanos}


main()
