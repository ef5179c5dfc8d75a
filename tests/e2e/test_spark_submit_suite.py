"""What every executor elsewhere must do, by applications of Spark of which each is one job. No cluster is here: one
whose drivers run on this machine stands for it, with a Spark that starts at once, and with the real spark-submit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from redo_py.tasks.declaration.session import SESSION
from redo_py.testing import Bench, RemoteSuite
from tests.parts.spark import WAIT, lay_cluster, spark_home
from tests.unit.executors.spark.small_spark import lay

pytestmark = pytest.mark.slow


class TestSmallSubmit(RemoteSuite):
    """All of it."""

    without_environments = "the driver is begun by Spark, in the Python that the cluster has for it"

    @pytest.fixture
    def setting(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        (tmp_path / "sent").mkdir()
        monkeypatch.setenv("SMALL_SPARK", str(tmp_path / "sent"))
        monkeypatch.setenv("PYTHONPATH", str(lay(tmp_path / "small")))
        return {**lay_cluster(tmp_path / "cluster", sys.executable), "job_monitor_interval": 0.2}

    def limits(self, bench: Bench, options: dict[str, Any]) -> tuple[float, int]:
        """What the driver is to have; executors have what `conf` says."""
        bench.driver.success(bench.command(1, "true", options=options))
        (submitted,) = (bench.folder.parent / "cluster").glob("*.words")
        found = dict(word.split("=") for word in submitted.read_text().split("\n") if word.startswith("spark.driver."))
        return float(found["spark.driver.cores"]), int(found["spark.driver.memory"].removesuffix("b"))

    def test_the_code_goes_to_executors_of_spark(self, bench: Bench, tmp_path: Path) -> None:
        from zipfile import ZipFile

        bench.driver.success(bench.call(1, "shout", "x"))
        (sent,) = (tmp_path / "sent").glob("*.zip")
        assert "parts/inner/words.py" in ZipFile(sent).namelist()


TASKS = """
    from redo_py import task
    from parts.inner.words import loud


    @task
    def table(spark, word):
        from pyspark.sql.functions import udf

        rows = spark.range(2, numPartitions=1)
        return rows.select(udf(lambda number: loud(word) * number)("id").alias("word"))


    @task
    def words(spark, found):
        return sorted(row["word"] for row in found.load_spark().collect())
"""


class TestSubmit:
    """The real one takes seconds for each job: what differs with it."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Any:
        pytest.importorskip("pyspark")
        submit = str(spark_home() / "bin/spark-submit")
        (tmp_path / "project").mkdir()
        local = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
        setting = {
            **lay_cluster(tmp_path / "cluster", submit, "--master", "local[2]", "--deploy-mode", "client"),
            "conf": local, "python": sys.executable, "job_monitor_interval": 0.2,
        }  # fmt: skip
        made = Bench(tmp_path / "project", setting, WAIT)
        yield made
        made.close()

    def test_tables_of_functions_of_the_project(self, bench: Bench) -> None:
        bench.write("parts/tasks.py", TASKS)
        found = bench.driver.success(bench.call(1, "table", SESSION, "hi")).value
        assert found.path.startswith(f"{bench.folder}/.redun/scratch/datasets/")
        assert bench.driver.success(bench.call(2, "words", SESSION, found)).value == ["", "HI!"]

    patience = WAIT
    in_this_process = ""
    shares_processes = False
    shared_path = RemoteSuite.shared_path
    test_a_failure_has_its_traceback = RemoteSuite.test_a_failure_has_its_traceback
    test_a_lost_worker = RemoteSuite.test_a_lost_worker
    test_cancel = RemoteSuite.test_cancel
