"""What tasks in Spark import, where no Spark is: in redun itself, and in tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from redo_py.ground.errors import RunError
from redo_py.remote.api.spark import spark_path, use_session
from redo_py.spark import (
    clean_datacatalog_table,
    get_glue_context,
    get_num_workers,
    get_spark_context,
    get_spark_session,
    load_datacatalog_spark_dataset,
    sql_query,
    udf,
)
from redo_py.values.current import CURRENT, Running


class Asked:
    """Says what it was asked for."""

    def __init__(self, name: str = "spark") -> None:
        self.name = name

    def __getattr__(self, name: str) -> Any:
        return Asked(f"{self.name}.{name}")

    def __call__(self, *args: Any) -> Any:
        return f"{self.name}{args}"


class Settings:
    def get(self, name: str, default: str) -> str:
        return "4" if name == "spark.executor.instances" else default


@pytest.fixture
def session() -> Iterator[Asked]:
    made: Any = Asked()
    made.conf = Settings()
    use_session(made)
    yield made
    use_session(None)


@pytest.fixture
def job() -> Iterator[None]:
    """Inside of a task that runs elsewhere."""
    token = CURRENT.set(Running())
    yield
    CURRENT.reset(token)


def test_the_session_of_the_driver(session: Asked):
    assert get_spark_session() is session
    assert get_spark_context().name == "spark.sparkContext"
    assert get_num_workers() == 4
    assert load_datacatalog_spark_dataset("db", "t") == "spark.table('db.t',)"
    table: Any = Asked("table")
    assert sql_query(table, "select * from mine", "mine") == "spark.sql('select * from mine',)"
    with pytest.raises(ValueError, match="the query does not mention dataset: select 1"):
        sql_query(table, "select 1")


def test_a_task_that_runs_elsewhere(job: None):
    for ask in (get_spark_session, get_spark_context):
        with pytest.raises(RunError) as caught:
            ask()
        assert str(caught.value).startswith("redun: the Spark session is wanted where no Spark is\n  hint: let")


def test_behind_a_connect_server():
    kind = type("SparkSession", (), {"__module__": "pyspark.sql.connect.session"})
    use_session(kind())
    try:
        with pytest.raises(RunError) as caught:
            get_spark_context()
    finally:
        use_session(None)
    assert str(caught.value) == (
        "redun: a Connect server gives no SparkContext\n"
        "  hint: use the session: get_spark_session(), or a parameter `spark: SparkSession`"
    )


def test_functions_for_columns_are_functions_elsewhere():
    @udf
    def double(x: int) -> int:
        """Twice as much."""
        return 2 * x

    @udf(return_type="long")
    def triple(x: int) -> int:
        return 3 * x

    assert (double(2), triple(2)) == (4, 6)
    assert (double.__name__, double.__doc__) == ("double", "Twice as much.")


def test_what_only_glue_has():
    with pytest.raises(RunError) as caught:
        get_glue_context()
    assert str(caught.value) == (
        "redun: a GlueContext exists in AWS Glue alone\n  hint: the Spark executor runs plain Spark, wherever it is"
    )
    with pytest.raises(RunError, match=r"purging db.t exists in AWS Glue alone"):
        clean_datacatalog_table("db", "t")


def test_paths_as_spark_spells_them(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert spark_path("a/b c") == f"file://{tmp_path}/a/b c"
    assert spark_path("/a") == "file:///a"
    assert spark_path("s3://bucket/key") == "s3a://bucket/key"
    assert spark_path("gs://bucket/key") == "gs://bucket/key"


def test_importing_it_brings_no_pyspark():
    import subprocess

    code = "import sys, redo_py.spark; from redo_py import ShardedDataset; print('pyspark' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
