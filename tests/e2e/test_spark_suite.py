"""What every executor elsewhere must do, in Spark: with one that starts at once, and in the real one."""

from __future__ import annotations

import json
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

from redo_py.ground.errors import RunError
from redo_py.testing import Bench, RemoteSuite
from redo_py.testing.run_suite import APART, FLOW
from redo_py.testing.wheels import make_wheel
from tests.parts.spark import WAIT
from tests.unit.executors.small_spark import lay

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


class TestSpark(OverSpark):
    def test_an_environment_without_spark(self, bench: Bench) -> None:
        bench.write("flow.py", APART)
        bench.write("requirements.txt", super().requirements(bench))
        told = bench.redun("run", "flow.py", "inside", status=1)
        (python,) = (bench.folder / ".redun/envs").glob("*/bin/python")
        assert f"the Spark driver cannot be started: {python}, in which it is to run, lacks pyspark\n" in told

    patience = WAIT

    def requirements(self, bench: Bench) -> str:
        """The packages of these tests are all in it, because there is no network to fetch Spark by."""
        path = bench.folder / "wheels/spark_of_tests-1-py3-none-any.whl"
        make_wheel(path.parent, "spark_of_tests", "1", "")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("spark_of_tests.pth", f"{sysconfig.get_path('purelib')}\n")
        return f"{super().requirements(bench)}./wheels/{path.name}\n"

    @pytest.fixture
    def setting(self) -> dict[str, Any]:
        pytest.importorskip("pyspark")
        local = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
        return {"type": "spark", "master": "local[1]", "conf": json.dumps(local)}
