"""What Spark finds in a lake, by its folder and by the Iceberg tables that PyIceberg has made of it."""

import os
import shutil
import sys
from glob import glob

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lake_rows import DATASETS, columns_of, figures, files_in

# A file of each dataset, that is deleted of Spark's own table and added again.
REMADE = {
    "trades": {"venue": "DETR", "year": "2026", "month": "10"},
    "quotes": {"venue": "DGAT", "year": "2026", "month": "10", "day": "20"},
}


def settings(jars, warehouse):
    """Of a session that knows the catalog of register_iceberg.py as `lake`, and an empty one as `own`."""
    catalog, own = "spark.sql.catalog.lake", "spark.sql.catalog.own"
    spark_catalog = "org.apache.iceberg.spark.SparkCatalog"
    return {
        "spark.jars": jars,
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        catalog: spark_catalog,
        f"{catalog}.type": "jdbc",
        f"{catalog}.uri": f"jdbc:sqlite:{warehouse}/catalog.db",
        f"{catalog}.jdbc.schema-version": "V1",
        f"{catalog}.warehouse": f"file://{warehouse}",
        own: spark_catalog,
        f"{own}.type": "hadoop",
        f"{own}.warehouse": f"file://{os.getcwd()}/own",
    }


def answer(spark, stored, before, lake):
    """Times of the stored rows are read as BIGINT, nanoseconds: `spark.sql.legacy.parquet.nanosAsLong` is set."""
    return {
        "differences": {dataset: differences_by_source(spark, dataset, stored, lake) for dataset in DATASETS},
        "snapshots": {dataset: snapshots(spark, f"lake.xetra.{dataset}", dataset) for dataset in DATASETS},
        "bars": spark.table("lake.xetra.bars_1m").count(),
        "exportedMeanwhile": exported_meanwhile(spark, before, lake),
    }


def differences_by_source(spark, dataset, stored, lake):
    files = spark.read.option("basePath", f"{stored}/{dataset}").parquet(files_in(stored, dataset, finer=1))
    files.drop(DATASETS[dataset]["finest"]).createOrReplaceTempView("stored")
    spark.read.parquet(f"{lake}/{dataset}").createOrReplaceTempView("folder")
    add_files(spark, lake, dataset)
    return differences(spark, dataset, ("folder", f"lake.xetra.{dataset}", f"own.xetra.{dataset}"))


def snapshots(spark, table, dataset):
    ids = spark.sql(f"SELECT snapshot_id FROM {table}.snapshots ORDER BY committed_at").collect()
    return [held(spark, f"{table} VERSION AS OF {of}", dataset) for (of,) in ids]


def add_files(spark, lake, dataset):
    """As dist/doc/lake.md has it."""
    own, folders, remade = f"own.xetra.{dataset}", DATASETS[dataset]["folders"], REMADE[dataset]
    fields = spark.read.parquet(f"{lake}/{dataset}").schema.fields
    columns = ", ".join(f"{field.name} {iceberg_type(field)}" for field in fields)
    spark.sql(f"CREATE TABLE {own} ({columns}) USING iceberg PARTITIONED BY ({', '.join(folders)})")
    call = f"CALL own.system.add_files(table => 'xetra.{dataset}', source_table => '`parquet`.`{lake}/{dataset}`'"
    spark.sql(f"{call})")
    spark.sql(f"DELETE FROM {own} WHERE {' AND '.join(f'{name} = {value!r}' for name, value in remade.items())}")
    filters = ", ".join(f"'{name}', '{value}'" for name, value in remade.items())
    spark.sql(f"{call}, partition_filter => map({filters}))")


def exported_meanwhile(spark, before, lake):
    """The trades that a query counts whose files are replaced by those of `lake` after it was planned; None if it fails."""
    replaced = shutil.copytree(f"{before}/trades", f"{os.getcwd()}/replaced")
    trades = spark.read.parquet(replaced)
    states = [spark.read.parquet(replaced).count()]
    for target in glob(f"{replaced}/*/*/*/*.parquet"):
        shutil.copyfile(f"{lake}/trades{target.removeprefix(replaced)}", f"{target}.new")
        os.replace(f"{target}.new", target)
    try:
        found = trades.count()
    except Exception:
        found = None
    return {"found": found, "states": [*states, spark.read.parquet(replaced).count()]}


def iceberg_type(field):
    """Iceberg has no SMALLINT."""
    name = field.dataType.simpleString()
    return "int" if name == "smallint" else name


def differences(spark, dataset, sources):
    """Of each source how many rows it has and the stored ones have not, or the other way round; in one query for all."""
    columns = ", ".join(sorted(spark.table("stored").columns))
    all_rows = [f"SELECT {columns}, {copies_in(0, sources)} FROM stored"]
    for place, source in enumerate(sources, 1):
        values = columns_of(spark.table(source).columns, dataset, "unix_micros(CAST({} AS TIMESTAMP))")
        all_rows.append(f"SELECT {values}, {copies_in(place, sources)} FROM {source}")
    places = range(len(sources) + 1)
    sums = ", ".join(f"sum(copies_{place}) AS copies_{place}" for place in places)
    distinct = f"SELECT {sums} FROM ({' UNION ALL '.join(all_rows)}) GROUP BY {columns}"
    found = ", ".join(f"sum(abs(copies_{place} - copies_0))" for place in places[1:])
    return dict(zip(sources, spark.sql(f"SELECT {found} FROM ({distinct})").first()))


def copies_in(place, sources):
    """Columns that count where a row comes from: the stored ones are at 0, the sources behind them."""
    return ", ".join(f"{int(at == place)} AS copies_{at}" for at in range(len(sources) + 1))


def held(spark, source, dataset):
    return spark.sql(f"SELECT {figures(dataset)} FROM {source}").first().asDict()
