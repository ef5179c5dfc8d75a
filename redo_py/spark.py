"""Spark for tasks that run there: `from redo_py.spark import get_spark_session`. `redun.glue` leads here.

Importing it imports no pyspark: modules with such tasks are imported by redun, too, which needs none.
"""

from __future__ import annotations

from functools import update_wrapper

from redo_py.ground.errors import RunError
from redo_py.remote.api.spark import session_in_use, spark_context, spark_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pyspark import SparkContext
    from pyspark.sql import DataFrame, SparkSession

__all__ = [
    "clean_datacatalog_table",
    "get_glue_context",
    "get_num_workers",
    "get_spark_context",
    "get_spark_session",
    "load_datacatalog_spark_dataset",
    "sql_query",
    "udf",
]


def get_spark_session() -> SparkSession:
    """The session that all tasks of this driver share. In a program that is no run of redun, such as a test that calls
    the function of a task, one is made by Spark itself. Raises RunError in a task that runs elsewhere."""
    session: SparkSession = spark_session()
    return session


def get_spark_context() -> SparkContext:
    """The SparkContext of the session. Raises RunError in a task that runs elsewhere, and behind a Connect server,
    which has none."""
    context: SparkContext = spark_context()
    return context


def get_num_workers() -> int:
    """How many executors the session is set to have, as `spark.executor.instances` says; 1 if it says nothing."""
    return int(get_spark_session().conf.get("spark.executor.instances", "1") or 1)


class Udf:
    """A function of the user's that becomes one of Spark when it is first called with columns."""

    def __init__(self, function: Callable[..., Any], return_type: Any) -> None:
        self._function = function
        self._return_type = return_type
        self._made: Any = None
        update_wrapper(self, function)

    def __call__(self, *args: Any) -> Any:
        """A column, in a driver; anywhere else what the function itself gives."""
        if session_in_use() is None:
            return self._function(*args)
        if self._made is None:
            from pyspark.sql.functions import udf as made_by_spark

            self._made = made_by_spark(self._function, *([] if self._return_type is None else [self._return_type]))
        return self._made(*args)


def udf(wrapped_func: Callable[..., Any] | None = None, return_type: Any = None) -> Any:
    """Make a function one that Spark can apply to columns: `@udf`, or `@udf(return_type="int")`. The function is told
    to Spark when it is first used, so that its module can be imported where no Spark is."""
    if wrapped_func is None:
        return lambda function: Udf(function, return_type)
    return Udf(wrapped_func, return_type)


def sql_query(dataset: DataFrame, query: str, dataset_alias: str = "dataset") -> DataFrame:
    """What `query` finds in the table `dataset`, which it calls `dataset_alias`. Raises ValueError if it does not."""
    if dataset_alias not in query:
        raise ValueError(f"the query does not mention {dataset_alias}: {query}")
    dataset.createOrReplaceTempView(dataset_alias)
    return get_spark_session().sql(query)


def load_datacatalog_spark_dataset(database: str, table_name: str, hashfield: str | None = None) -> DataFrame:
    """The table of a database of the catalog that the session is set up with. `hashfield` is there because Glue has
    it: how the rows are spread is left to Spark."""
    return get_spark_session().table(f"{database}.{table_name}")


def get_glue_context() -> Any:
    """Raises RunError: a GlueContext exists in AWS Glue alone."""
    raise RunError("spark-no-glue", what="a GlueContext")


def clean_datacatalog_table(database: str, table: str, remove_older_than: int = 1) -> None:
    """Raises RunError: purging tables is a service of AWS Glue."""
    raise RunError("spark-no-glue", what=f"purging {database}.{table}")
