"""What Spark finds in a lake, by its folder and by the Iceberg tables that PyIceberg has made of it."""

import os
import shutil
import sys
from glob import glob

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lake_rows import columns_of

STORED, TABLE, OWN = "stored_trades", "lake.xetra.trades", "own.xetra.trades"


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
        f"{own}.warehouse": f"file://{warehouse}-of-spark",
    }


def answer(spark, stored, before, lake):
    """Times of the stored trades are read as BIGINT, nanoseconds: `spark.sql.legacy.parquet.nanosAsLong` is set."""
    spark.read.option("basePath", stored.split("/*")[0]).parquet(stored).drop("day").createOrReplaceTempView(STORED)
    spark.read.parquet(f"{lake}/trades").createOrReplaceTempView("folder")
    add_files(spark, lake)
    snapshots = spark.sql(f"SELECT snapshot_id FROM {TABLE}.snapshots ORDER BY committed_at").collect()
    return {
        "differences": differences(spark, ("folder", TABLE, OWN)),
        "snapshots": [held(spark, f"{TABLE} VERSION AS OF {of}") for (of,) in snapshots],
        "bars": spark.table("lake.xetra.bars_1m").count(),
        "exportedMeanwhile": exported_meanwhile(spark, before, lake),
    }


def add_files(spark, lake):
    """As dist/doc/lake.md has it."""
    fields = spark.read.parquet(f"{lake}/trades").schema.fields
    columns = ", ".join(f"{field.name} {iceberg_type(field)}" for field in fields)
    spark.sql(f"CREATE TABLE {OWN} ({columns}) USING iceberg PARTITIONED BY (venue, year, month)")
    call = f"CALL own.system.add_files(table => 'xetra.trades', source_table => '`parquet`.`{lake}/trades`'"
    spark.sql(f"{call})")
    spark.sql(f"DELETE FROM {OWN} WHERE venue = 'DETR' AND year = 2026 AND month = 9")
    spark.sql(f"{call}, partition_filter => map('venue', 'DETR', 'year', '2026', 'month', '9'))")


def exported_meanwhile(spark, before, lake):
    """How many trades a query counts whose files are replaced by those of `lake` after it was planned; None if it fails."""
    trades = spark.read.parquet(f"{before}/trades")
    for path in glob(f"{lake}/trades/*/*/*/*.parquet"):
        target = before + path.removeprefix(lake)
        shutil.copyfile(path, f"{target}.new")
        os.replace(f"{target}.new", target)
    try:
        return trades.count()
    except Exception:
        return None


def iceberg_type(field):
    """Iceberg has no SMALLINT."""
    name = field.dataType.simpleString()
    return "int" if name == "smallint" else name


def differences(spark, sources):
    """Of each source how many trades it has and the stored ones have not, or the other way round; in one query for all."""
    columns = ", ".join(sorted(spark.table(STORED).columns))
    all_rows = [f"SELECT {columns}, {copies_in(0, sources)} FROM {STORED}"]
    for place, source in enumerate(sources, 1):
        values = columns_of(spark.table(source).columns, "unix_micros(CAST({} AS TIMESTAMP))")
        all_rows.append(f"SELECT {values}, {copies_in(place, sources)} FROM {source}")
    places = range(len(sources) + 1)
    sums = ", ".join(f"sum(copies_{place}) AS copies_{place}" for place in places)
    distinct = f"SELECT {sums} FROM ({' UNION ALL '.join(all_rows)}) GROUP BY {columns}"
    found = ", ".join(f"sum(abs(copies_{place} - copies_0))" for place in places[1:])
    return dict(zip(sources, spark.sql(f"SELECT {found} FROM ({distinct})").first()))


def copies_in(place, sources):
    """Columns that count where a row comes from: the stored trades are at 0, the sources behind them."""
    return ", ".join(f"{int(at == place)} AS copies_{at}" for at in range(len(sources) + 1))


def held(spark, table):
    row = spark.sql(f"SELECT count(*) AS rows, sum(trading_nanos) AS nanos FROM {table}").first()
    return row.asDict()
