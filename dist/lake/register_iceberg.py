#!/usr/bin/env python3
"""Registers the files of a lake in Iceberg tables, one for each dataset, by PyIceberg.

    pip install "pyiceberg[pyarrow,sql-sqlite]"
    register_iceberg.py lake --warehouse warehouse

What `xetra-parqed export` has written is not written again. A file of a lake is replaced in its place when its month, or of
quotes its day, has grown, and a table must not be changed under its readers: so each table gets a hard link to it (on another
disk a copy), which is named for its content and stays. What is new and what takes the place of an older version becomes one
snapshot; the snapshots before it can still be read. Run it after each export; it does nothing when nothing has changed.

The catalog is an SQLite database in the warehouse, or any other one that ~/.pyiceberg.yaml describes, by its --catalog
name; its tables lie in the warehouse as well, which must be a folder of this machine.
"""

import argparse
import os
import shutil
import sys
from itertools import takewhile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError
from pyiceberg.io.pyarrow import (
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.typedef import Record

# The columns that the folders' names hold, and the files do not, with their types: a table is partitioned by those that it
# has. Only files of quotes have a day.
FOLDERS = {"venue": pa.string(), "year": pa.int32(), "month": pa.int32(), "day": pa.int32()}
# Before the path of a file; readers take what follows as it is, without escapes.
SCHEME = "file://"
# What tells one content of a file from another, in its footer.
DIGEST = b"xetra-parqed.digest"
DIGITS = 16


def main():
    options = parse_arguments()
    files_of = files_below(options.lake)
    if not files_of:
        sys.exit(f"{options.lake} holds no month: is it what `xetra-parqed export --to` was given?")
    warehouse = options.warehouse.resolve()
    warehouse.mkdir(parents=True, exist_ok=True)
    catalog = open_catalog(options.catalog, warehouse)
    catalog.create_namespace_if_not_exists(options.namespace)
    for dataset, files in files_of.items():
        name = f"{options.namespace}.{dataset}"
        table = table_for(catalog, name, warehouse, files)
        try:
            print(f"{name}: {register(table, files)}")
        except CommitFailedException as error:
            sys.exit(f"{name}: another process has changed the table meanwhile; run again ({error})")


def parse_arguments():
    parser = argparse.ArgumentParser(description="Registers the files of a lake in Iceberg tables.")
    parser.add_argument("lake", type=Path, help="the folder that xetra-parqed export --to was given")
    parser.add_argument("--warehouse", type=Path, required=True, help="the folder in which the tables lie")
    parser.add_argument("--catalog", help="a catalog of ~/.pyiceberg.yaml (default: SQLite in the warehouse)")
    parser.add_argument("--namespace", default="xetra", help="the tables' namespace (default: xetra)")
    return parser.parse_args()


def open_catalog(name, warehouse):
    if name is not None:
        return load_catalog(name)
    return load_catalog("lake", type="sql", uri=f"sqlite:///{warehouse}/catalog.db", warehouse=f"{SCHEME}{warehouse}")


def files_below(lake):
    """The files of each dataset of a lake; what is being written has a hidden name."""
    files = {}
    for path in sorted(lake.glob("*/venue=*/year=*/month=*/**/*.parquet")):
        files.setdefault(path.relative_to(lake).parts[0], []).append(path)
    return files


def table_for(catalog, name, warehouse, files):
    """The table of a dataset. It is made when there is none, and gets the columns that its newest file has besides."""
    schema = pq.read_schema(files[-1]).remove_metadata()
    folders = folders_of(files[-1])
    for column in folders:
        schema = schema.append(pa.field(column, FOLDERS[column]))
    try:
        table = catalog.load_table(name)
    except NoSuchTableError:
        location = f"{SCHEME}{warehouse / name.replace('.', '/')}"
        with catalog.create_table_transaction(name, schema, location=location) as transaction:
            with transaction.update_spec() as spec:
                for column in folders:
                    spec.add_identity(column)
            # The files have no field ids, so that their columns are found by their names.
            mapping = transaction.table_metadata.schema().name_mapping
            transaction.set_properties({"schema.name-mapping.default": mapping.model_dump_json()})
        table = catalog.load_table(name)
    if set(schema.names) - set(table.schema().column_names):
        with table.update_schema() as update:
            update.union_by_name(schema)
    return table


def register(table, files):
    """Brings a table up to date with the files of its dataset; returns what was done, in words."""
    data = path_of(table.location()) / "data"
    known = {partition_of(path_of(task.file.file_path)): task.file for task in table.scan().plan_files()}
    added, replaced = [], []
    for file in files:
        path = kept_version(file, data)
        before = known.get(partition_of(path))
        if before is not None and path_of(before.file_path) == path:
            continue
        added.append(data_file(table, path))
        if before is not None:
            replaced.append(before)
    if not added:
        return "nothing has changed"
    with table.transaction() as transaction:
        update = transaction.update_snapshot()
        with update.overwrite() if replaced else update.fast_append() as snapshot:
            for file in replaced:
                snapshot.delete_data_file(file)
            for file in added:
                snapshot.append_data_file(file)
    return f"{len(added) - len(replaced)} new, {len(replaced)} replaced, snapshot {table.current_snapshot().snapshot_id}"


def kept_version(file, data):
    """The path at which this content of a file stays. The file may be replaced at any moment: what is linked is looked at."""
    folder = data.joinpath(*file.parts[-1 - len(folders_of(file)) : -1])
    kept = folder / version_name(file, file.stem)
    if kept.exists():
        return kept
    folder.mkdir(parents=True, exist_ok=True)
    linked = folder / f".{file.stem}-{os.getpid()}"
    linked.unlink(missing_ok=True)
    try:
        os.link(file, linked)
    except OSError:  # another disk, or a file that is not ours
        shutil.copyfile(file, linked)
    kept = folder / version_name(linked, file.stem)
    if kept.exists():
        linked.unlink()
    else:
        linked.rename(kept)
    return kept


def version_name(path, stem):
    return f"{stem}-{pq.read_metadata(path).metadata[DIGEST].decode()[:DIGITS]}.parquet"


def data_file(table, path):
    """How a table describes a file: as its `add_files` does, but for the columns that only the folders' names hold."""
    metadata = pq.read_metadata(path)
    statistics = data_file_statistics_from_parquet_metadata(
        parquet_metadata=metadata,
        stats_columns=compute_statistics_plan(table.schema(), table.properties),
        parquet_column_mapping=parquet_path_to_id_mapping(table.schema()),
    )
    return DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=f"{SCHEME}{path}",
        file_format=FileFormat.PARQUET,
        partition=Record(*partition_of(path)),
        file_size_in_bytes=path.stat().st_size,
        sort_order_id=None,
        spec_id=table.spec().spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )


def partition_of(path):
    """`("DETR", 2026, 9)` of the folders' names."""
    return tuple(value if column == "venue" else int(value) for column, value in folders_of(path).items())


def folders_of(path):
    """`{"venue": "DETR", "year": "2026", "month": "09"}` of the names of the folders right above a file."""
    named = takewhile(lambda folder: "=" in folder, reversed(path.parts[:-1]))
    return dict(folder.split("=", 1) for folder in reversed(list(named)))


def path_of(location):
    return Path(location.removeprefix(SCHEME))


if __name__ == "__main__":
    main()
