"""What every executor elsewhere must do, in Spark: with one that starts at once, and in the real one."""

from __future__ import annotations

import json
import os
import shutil
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from redo_py.ground.errors import RunError
from redo_py.tasks.declaration.session import SESSION
from redo_py.testing import Bench, RemoteSuite, RunSuite
from redo_py.testing.run_suite import APART, FLOW
from redo_py.testing.wheels import make_wheel
from tests.parts.spark import WAIT, connect_server, standalone
from tests.parts.within_spark import WithinSpark, add_tasks, assert_nothing_runs, state_of
from tests.unit.executors.spark.small_spark import lay

pytestmark = pytest.mark.slow


class OverSpark(RemoteSuite):
    """Files are where they are, so what the engine does around a job is not done here; what child processes print
    belongs to the driver, which ends with its redun."""

    finds_jobs = False
    shares_processes = True
    without_limits = "jobs share a driver, and Spark shares out its executors"

    def test_what_is_printed_comes_back(self, bench: Bench) -> None:
        assert bench.driver.success(bench.call(1, "shout", "x")).output == b"shouting x\n"

    def test_a_command_with_staged_files(self, bench: Bench) -> None:
        (bench.folder / "made").mkdir()
        super().test_a_command_with_staged_files(bench)

    def test_a_command_that_fails(self, bench: Bench) -> None:
        outcome = bench.driver.failure(bench.command(1, "exit 3", outputs=["made.txt"]))
        assert "the command ended with exit status 3" in str(outcome.error)

    def test_a_file_that_a_function_returns(self, bench: Bench) -> None:
        """A driver works in the project itself: what is not there has no content, as for functions in threads."""
        outcome = bench.driver.success(bench.call(1, "by_hand", "made/by/hand.txt", True))
        assert bench.read(outcome.value["made"][0].path) == "by hand"
        outcome = bench.driver.success(bench.call(2, "by_hand", "made/by/nobody.txt", False))
        assert not (bench.folder / outcome.value["made"][0].path).exists()

    def test_a_subrun_apart(self, bench: Bench) -> None:
        """An execution would take all of the driver, which has other jobs, too."""
        bench.write("flow.py", FLOW)
        told = bench.redun("run", "flow.py", "apart", "--word", "ho", status=1)
        assert RunError("spark-subrun").headline in told


class TestSmallSpark(OverSpark):
    @pytest.fixture
    def setting(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        (tmp_path / "sent").mkdir()
        (tmp_path / "java/bin").mkdir(parents=True)
        (tmp_path / "java/bin/java").touch(0o755)
        monkeypatch.setenv("SMALL_SPARK", str(tmp_path / "sent"))
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
        monkeypatch.setenv("PYTHONPATH", str(lay(tmp_path / "small")))
        return {"type": "spark", "master": "local[1]"}


# ---- the real one

LOCAL = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
WITH_COMMANDS = {
    *(name for name in vars(RunSuite) if name.startswith("test_")), "test_a_killed_redun", "test_a_run_within_spark",
    "test_an_environment_without_spark",
}  # fmt: skip
TABLES = """
    import sys

    from redo_py import ShardedDataset, task
    from redo_py.spark import get_spark_session
    from parts.inner.words import loud

    redun_namespace = "tables"


    @task(executor="tried")
    def shouted(spark: "SparkSession", count: int):
        from pyspark.sql.functions import udf

        return spark.range(count, numPartitions=2).select(udf(lambda number: loud("x") * number)("id").alias("word"))


    @task(executor="tried")
    def longest(table: ShardedDataset) -> int:
        assert table.load_spark().sparkSession is get_spark_session()
        return table.load_spark().selectExpr("max(length(word))").first()[0]


    @task
    def main(count: int = 5) -> list:
        return [longest(shouted(count)), "pyspark" in sys.modules]
"""


@pytest.fixture(scope="class")
def lent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The project and the driver that the calls of a class share, while its Spark is there."""
    before = Path.cwd()
    with request.cls.spark(tmp_path_factory) as setting:
        made = Bench(tmp_path_factory.mktemp("lent"), {"type": "spark", **setting}, WAIT)
        add_tasks(made)
        os.chdir(before)
        yield made
        made.close()


class OverRealSpark(WithinSpark, OverSpark):
    """All calls share a project and a driver, which takes seconds to start; runs have their own."""

    patience = WAIT

    @staticmethod
    def spark(folders: pytest.TempPathFactory) -> AbstractContextManager[dict[str, Any]]:
        """What the settings say, while that Spark is there."""
        raise NotImplementedError

    def requirements(self, bench: Bench) -> str:
        """The packages of these tests are all in it, because there is no network to fetch Spark by."""
        path = bench.folder / "wheels/spark_of_tests-1-py3-none-any.whl"
        make_wheel(path.parent, "spark_of_tests", "1", "")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("spark_of_tests.pth", f"{sysconfig.get_path('purelib')}\n")
        return f"{super().requirements(bench)}./wheels/{path.name}\n"

    @pytest.fixture
    def bench(
        self, request: pytest.FixtureRequest, lent: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Bench:
        if request.function.__name__ in WITH_COMMANDS:
            (tmp_path / "project").mkdir()
            return Bench(tmp_path / "project", lent.setting, WAIT)
        monkeypatch.chdir(lent.folder)
        for entry in lent.folder.iterdir():
            if entry.is_dir() and entry.name not in ("parts", ".redun"):
                shutil.rmtree(entry)
        return lent

    def test_stop_ends_and_awaits_what_runs(self, bench: Bench, tmp_path: Path) -> None:
        stopped = bench.driver
        try:
            super().test_stop_ends_and_awaits_what_runs(bench, tmp_path)
        finally:
            stopped.inbox.close()
            bench.again()

    def test_a_run_within_spark(self, bench: Bench) -> None:
        """What it gives holds wherever Spark is."""
        bench.write("tables.py", TABLES)
        assert bench.redun("run", "tables.py", "main").startswith("[8, False]\n")
        elsewhere = Bench(bench.folder, {"type": "spark", "master": "spark://nowhere:7077"}, WAIT)
        second = elsewhere.redun("run", "tables.py", "main")
        assert second.startswith("[8, False]\n")
        assert "Run " not in second


class OverProcessesOfSpark(OverRealSpark):
    """Its executors are not the driver."""

    def test_an_executor_of_spark_that_is_killed(self, bench: Bench, tmp_path: Path) -> None:
        """Spark has another one, and the job goes on in the same driver."""
        pid, _ = state_of(bench)
        bench.driver.success(bench.call(1, "apply", SESSION, "dying", f"{tmp_path}/died"))
        assert (tmp_path / "died").exists()
        assert_nothing_runs(bench, pid)


@pytest.mark.xdist_group("spark-local")
class TestSpark(OverRealSpark):
    @staticmethod
    def spark(folders: pytest.TempPathFactory) -> AbstractContextManager[dict[str, Any]]:
        pytest.importorskip("pyspark")
        return nullcontext({"master": "local[2]", "conf": json.dumps(LOCAL)})

    def test_an_environment_without_spark(self, bench: Bench) -> None:
        bench.write("flow.py", APART)
        bench.write("requirements.txt", RunSuite.requirements(self, bench))
        told = bench.redun("run", "flow.py", "inside", status=1)
        (python,) = (bench.folder / ".redun/envs").glob("*/bin/python")
        assert f"the Spark driver cannot be started: {python}, in which it is to run, lacks pyspark\n" in told


@pytest.mark.xdist_group("spark-cluster")
class TestLocalCluster(OverProcessesOfSpark):
    @staticmethod
    def spark(folders: pytest.TempPathFactory) -> AbstractContextManager[dict[str, Any]]:
        pytest.importorskip("pyspark")
        return nullcontext({"master": "local-cluster[2,1,1024]", "conf": json.dumps(LOCAL)})


@pytest.mark.xdist_group("spark-standalone")
class TestStandalone(OverProcessesOfSpark):
    @staticmethod
    @contextmanager
    def spark(folders: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
        pytest.importorskip("pyspark")
        half = {"spark.cores.max": "2", "spark.executor.memory": "512m"}  # there may be two drivers at a time
        with standalone(folders.mktemp("standalone")) as address:
            yield {"master": address, "conf": json.dumps(LOCAL | half)}


@pytest.mark.xdist_group("spark-connect")
class TestConnect(OverRealSpark):
    @staticmethod
    @contextmanager
    def spark(folders: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
        pytest.importorskip("grpc_status")
        with connect_server(folders.mktemp("connect")) as address:
            yield {"master": address}

    def test_there_is_no_context(self, bench: Bench) -> None:
        error = bench.driver.failure(bench.call(1, "context")).error
        assert "a Connect server gives no SparkContext" in str(error)
