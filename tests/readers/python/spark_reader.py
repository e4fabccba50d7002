"""Prints, as JSON, what Spark says of the first path as it is, and what it reads of each as nanoseconds.

It is given one JSON document: `paths`, `jars`, and of a lake `stored`, `before`, `lake` and `warehouse`. `latest` is the last trading
time of the first path as a TIMESTAMP, which in Spark has microseconds.
"""

import json
import os
import sys

for name in ("SPARK_HOME", "SPARK_CONF_DIR"):
    os.environ.pop(name, None)  # the Spark that is tried is that of this Python
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
# Java's second compiler and its parallel collectors cost more than they save in a minute.
os.environ["SPARK_SUBMIT_OPTS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import pyspark
import spark_lake
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.session.timeZone": "UTC",
}


def read(spark, path):
    # Of a glob, Spark takes the columns in the folders' names only when it is told where these begin.
    return spark.read.option("basePath", path.split("/*")[0]).parquet(path)


def refusal(spark, path):
    try:
        read(spark, path)
        return None
    except Exception as error:
        return str(error)


def figures(spark, path):
    trades = read(spark, path)
    row = trades.selectExpr(
        "count(*) AS rows",
        "sum(quantity) AS quantity",
        "sum(price * quantity) AS turnover",
        times(trades, "trading_date_time"),
        times(trades, "distribution_time"),
        f"struct({', '.join(f'count({name}) AS {name}' for name in trades.columns)}) AS values",
    ).first()
    return {**row.asDict(recursive=True), "partitions": partitions(trades)}


def times(trades, column):
    assert dict(trades.dtypes)[column] == "bigint", trades.dtypes
    text = [f"string({bound}({column})) AS {name}" for bound, name in (("min", "first"), ("max", "last"))]
    return f"struct({', '.join(text)}, sum(pmod({column}, 1000000000)) AS nanos) AS {column}"


def partitions(trades):
    sizes = trades.groupBy("venue", "year", "month", "day").count().collect()
    return {f"{venue} {year}-{month}-{day}": size for venue, year, month, day, size in sizes}


def latest(spark, path):
    time = "max(timestamp_micros(trading_date_time div 1000))"
    return read(spark, path).selectExpr(f"date_format({time}, 'yyyy-MM-dd HH:mm:ss.SSSSSS')").first()[0]


question = json.loads(sys.argv[1])
paths = question["paths"]
settings = SETTINGS | spark_lake.settings(question["jars"], question["warehouse"])
spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
try:
    spark.sparkContext.setLogLevel("OFF")
    answer = {"version": pyspark.__version__, "refusal": refusal(spark, paths[0])}
    spark.conf.set("spark.sql.legacy.parquet.nanosAsLong", "true")
    answer["latest"] = latest(spark, paths[0])
    answer["figures"] = [figures(spark, path) for path in paths]
    answer["lake"] = spark_lake.answer(spark, *(question[of] for of in ("stored", "before", "lake")))
    print(json.dumps(answer))
finally:
    spark.stop()
