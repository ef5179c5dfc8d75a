"""What is ended in a real Spark has ended: its executors hold no lock any more, while the driver goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import Failed, Finished
from redo_py.tasks.session import SESSION
from redo_py.testing import Bench
from redo_py.testing.holds import Hold, await_begin, await_end, until
from tests.parts.spark import WAIT, connect_server

pytest.importorskip("pyspark")
pytestmark = pytest.mark.slow

TASKS = """
    import fcntl
    import os
    import time

    from redo_py import task


    def holding(path):
        def hold(number):
            with open(path + str(number), "w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write("held")
                file.flush()
                time.sleep(3600)
            return number

        return hold


    def waiting(path):
        def wait(number):
            open(path + "begun", "w").close()
            while not os.path.exists(path + "go"):
                time.sleep(0.05)
            return number

        return wait


    def apply(spark, function, count):
        from pyspark.sql.functions import udf

        return spark.range(count, numPartitions=count).select(udf(function, "long")("id")).collect()


    @task
    def hold(spark, path, count):
        apply(spark, holding(path), count)


    @task
    def hold_on(spark, path):
        for name in ("first", "second"):
            try:
                apply(spark, holding(path + name), 1)
            except Exception:
                pass
        with open(path + "over", "w") as file:
            file.write("over")


    @task
    def wait(spark, path):
        return len(apply(spark, waiting(path), 1))


    @task
    def state(spark):
        is_connect = ".connect." in type(spark).__module__  # which does not tell
        return os.getpid(), [] if is_connect else list(spark.sparkContext.statusTracker().getActiveJobsIds())
"""
LOCAL = {
    "type": "spark",
    "master": "local[2]",
    "conf": {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": False},
}
TIMEOUTS = (5.0, 20.0, 80.0)  # seconds; a first one may be over before Spark has begun


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One driver for all tests, each with files and jobs of its own."""
    with pytest.MonkeyPatch.context() as patch:
        yield from made(tmp_path_factory.mktemp("project"), LOCAL, patch)


def made(folder: Path, setting: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[Bench]:
    patch.chdir(folder)
    bench = Bench(folder, setting, WAIT)
    bench.write("parts/tasks.py", TASKS)
    yield bench
    bench.close()


def holds_at(path: str, count: int) -> list[Hold]:
    return [Hold(Path(f"{path}{number}")) for number in range(count)]


def state_of(bench: Bench) -> tuple[int, list[int]]:
    """(process of the driver, Spark's jobs that are under way)."""
    found: tuple[int, list[int]] = bench.driver.success(bench.call(99, "state", SESSION)).value
    return found


def assert_nothing_runs(bench: Bench, pid: int) -> None:
    """The driver is the same, and its Spark has nothing to do."""

    def look() -> bool:
        now, active = state_of(bench)
        assert now == pid
        return not active

    until(look, WAIT, "Spark has jobs under way")


def check_cancel(bench: Bench, folder: Path) -> None:
    """A job of Spark ends with its task, one of another task goes on."""
    pid, _ = state_of(bench)
    held, other = f"{folder}/held", f"{folder}/other-"
    holds = holds_at(held, 1)
    executor = bench.driver.executor
    executor.submit([bench.call(1, "hold", SESSION, held, 1), bench.call(2, "wait", SESSION, other)])
    await_begin(holds, bench.driver.inbox, WAIT)
    executor.cancel([1])
    (outcome,) = bench.driver.outcomes(1)
    assert isinstance(outcome, Failed)
    assert ": ended before it was done" in str(outcome.error)
    await_end(holds, WAIT)
    Path(f"{other}go").touch()
    (outcome,) = bench.driver.outcomes(1)
    assert isinstance(outcome, Finished)
    assert (outcome.seq, outcome.value) == (2, 1)
    assert_nothing_runs(bench, pid)


def test_behind_a_connect_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the others: of two projects at once only the first can have its modules in this process."""
    pytest.importorskip("grpc_status")
    (tmp_path / "project").mkdir()
    with connect_server(tmp_path) as address:
        for bench in made(tmp_path / "project", {"type": "spark", "master": address}, monkeypatch):
            check_cancel(bench, tmp_path)


def test_cancel(local: Bench, tmp_path: Path) -> None:
    check_cancel(local, tmp_path)


def test_a_timeout(local: Bench, tmp_path: Path) -> None:
    pid, _ = state_of(local)
    for seq, timeout in enumerate(TIMEOUTS):
        path = f"{tmp_path}/held{seq}-"
        holds = holds_at(path, 2)
        outcome = local.driver.failure(local.call(seq, "hold", SESSION, path, 2, timeout=timeout))
        assert f"not done after its timeout of {timeout:g} seconds" in str(outcome.error)
        await_end(holds, WAIT)
        assert_nothing_runs(local, pid)
        if all(hold.has_begun for hold in holds):
            return
    raise AssertionError(f"Spark has not begun within {TIMEOUTS[-1]:g} seconds")


def test_a_task_that_goes_on_in_spite_of_it(local: Bench, tmp_path: Path) -> None:
    """What it asks of Spark after its end is ended, too, so that it comes to its own end."""
    pid, _ = state_of(local)
    path = f"{tmp_path}/held-"
    first, second = (Hold(Path(f"{path}{name}0")) for name in ("first", "second"))
    local.driver.executor.submit([local.call(1, "hold_on", SESSION, path)])
    await_begin([first], local.driver.inbox, WAIT)
    local.driver.executor.cancel([1])
    assert isinstance(local.driver.outcomes(1)[0], Failed)
    until(lambda: Path(f"{path}over").exists(), WAIT, "the second thing that it has asked for goes on")
    await_end([first, second], WAIT)
    assert_nothing_runs(local, pid)
