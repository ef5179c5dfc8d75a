from __future__ import annotations

from typing import TYPE_CHECKING

from pricing import per_minute

from redo_py import File, ShardedDataset, task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

redun_namespace = "rides"


@task(executor="spark")
def rides(spark: SparkSession, source: File) -> DataFrame:
    """The rides of a file; redun keeps a table that is returned, as a dataset."""
    return spark.read.csv(source.path, header=True, schema="city string, minutes int, fare double")


@task(executor="spark")
def prices(table: ShardedDataset) -> dict[str, float]:
    """The mean price of a minute in each city."""
    from pyspark.sql.functions import udf

    price = udf(per_minute, "double")
    rows = table.load_spark().select("city", price("fare", "minutes").alias("price")).groupBy("city").avg("price")
    return {row[0]: round(row[1], 2) for row in sorted(rows.collect())}


@task
def dearest(prices: dict[str, float]) -> str:
    """Runs here, without Spark."""
    return max(prices, key=prices.__getitem__)


@task
def main(path: str = "rides.csv") -> list:
    found = prices(rides(File(path)))
    return [dearest(found), found]
