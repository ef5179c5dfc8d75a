"""Executors of one run that want the same Spark share its driver, and nothing else: not what is printed, not who is
ended, not how long somebody waits, runs or stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redo_py.executors.api import Failed
from redo_py.ground.clock import Clock
from redo_py.tasks.declaration.session import SESSION
from redo_py.testing import Driver
from redo_py.testing.holds import until
from tests.unit.executors.spark.spark_project import Sparks, call, spec

CLOCK = Clock()
LONG = 600.0  # seconds that nothing here takes


@pytest.fixture
def one(sparks: Sparks) -> Driver:
    return sparks()


@pytest.fixture
def two(sparks: Sparks, one: Driver) -> Driver:
    """Another executor of the same run, with the same options."""
    return sparks.beside(one)


def pid_of(executor: Driver, **rest: Any) -> int:
    """The driver of an executor."""
    pid: int = executor.success(spec(call("pid"), seq=99, **rest)).value
    return pid


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def wait_until_there(executor: Driver, place: Path) -> None:
    """Let the jobs of a run go on until one has written a file."""

    def look() -> bool:
        outcomes = executor.inbox.wait(0.02)
        assert not outcomes, outcomes
        return place.exists()

    until(look, LONG, f"nothing is at {place}")


def test_one_driver_for_both(one: Driver, two: Driver, tmp_path: Path):
    first, second = one.success(spec(call("pid"))), two.success(spec(call("pid"), seq=2))
    assert first.value == second.value
    assert first.tags == second.tags
    assert [path.name for path in (tmp_path / "sent").glob("*.zip")] == [f"{first.value}.zip"]


def test_another_spark_or_other_code_is_another_driver(sparks: Sparks, one: Driver):
    others: list[dict[str, Any]] = [
        {"conf": {"spark.sql.shuffle.partitions": 4}},
        {"master": "local[3]"},
        {"code_excludes": ["*_test.py"]},
        {"code_package": False},
        {"python": "/other/python"},
    ]
    made = [one, *(sparks.beside(one, **options) for options in [*others, *others])]
    for seq, executor in enumerate(made):
        executor.executor.submit([spec(call("pid"), seq=seq)])
    pids = [outcome.value for outcome in one.outcomes(len(made))]  # type: ignore[union-attr]
    assert len(set(pids)) == 1 + len(others)
    assert pids[1 : 1 + len(others)] == pids[1 + len(others) :]


def test_settings_of_a_task_are_joined_to_those_of_its_executor(sparks: Sparks, tmp_path: Path):
    one = sparks(conf={"spark.sql.shuffle.partitions": 4})
    two = sparks.beside(one, conf={"spark.sql.shuffle.partitions": 4, "spark.more": "1"})
    more = {"conf": {"spark.more": 1}}
    assert pid_of(one, options=more) == pid_of(two) != pid_of(one)
    assert one.success(spec(call("settings", SESSION), options=more)).value == "4"


def test_what_belongs_to_each_is_its_own(sparks: Sparks, one: Driver, tmp_path: Path):
    two = sparks.beside(one, scratch=str(tmp_path / "two"), max_workers=1, idle=7, start_timeout=50)
    assert pid_of(one) == pid_of(two)
    dataset = one.success(spec(call("table", "x", SESSION))).value["tables"][0]
    other = two.success(spec(call("table", "x", SESSION))).value["tables"][0]
    assert dataset.path.startswith(".redun/datasets/")
    assert other.path == f"{tmp_path}/two/{dataset.path.removeprefix('.redun/')}"
    one.executor.submit([spec(call("show", "of one"), seq=1)])
    two.executor.submit([spec(call("show", "of two"), seq=2)])
    assert [outcome.output for outcome in one.outcomes(2)] == [b"of one\n", b"of two\n"]


def test_how_many_run_at_a_time_each_says_for_itself(sparks: Sparks, tmp_path: Path):
    one = sparks(max_workers=1)
    two = sparks.beside(one, max_workers=1)
    go = str(tmp_path / "go")
    one.executor.submit([spec(call("await_file", go, str(tmp_path / f"begun{seq}")), seq=seq) for seq in (1, 2)])
    wait_until_there(one, tmp_path / "begun1")
    pid = pid_of(two)
    assert not (tmp_path / "begun2").exists()
    Path(go).touch()
    assert [outcome.value for outcome in one.outcomes(2)] == [pid] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize("timeout", [None, 0.2])
def test_the_end_of_a_job_is_none_of_others(one: Driver, two: Driver, tmp_path: Path, timeout: float | None):
    go = str(tmp_path / "go")
    two.executor.submit([spec(call("await_file", go, str(tmp_path / "begun")), seq=2, timeout=LONG)])
    wait_until_there(two, tmp_path / "begun")
    one.executor.submit([spec(call("linger", SESSION), seq=1, timeout=timeout)])
    if timeout is None:
        two.executor.cancel([1])
        assert one.inbox.wait(0.05) == [], "it is not theirs to cancel"
        one.executor.cancel([1])
    (ended,) = one.outcomes(1)
    assert isinstance(ended, Failed)
    assert ("ended before it was done" if timeout is None else "its timeout of 0.2 seconds") in str(ended.error)
    Path(go).touch()
    (outcome,) = two.outcomes(1)
    assert outcome.seq == 2
    assert not isinstance(outcome, Failed)


def test_it_stays_as_long_as_one_of_them_wants(sparks: Sparks):
    short = sparks(idle=0.05)
    patient = sparks.beside(short, idle=LONG)
    pid = pid_of(patient)
    assert pid_of(short) == pid
    assert short.inbox.wait(0.3) == []
    assert pid_of(short) == pid
    patient.executor.stop()
    assert pid_of(short) == pid, "who stops does not end what another one uses"


def test_the_last_one_ends_it(one: Driver, two: Driver):
    pid = pid_of(one)
    assert pid_of(two) == pid
    one.executor.stop()
    assert is_there(pid)
    assert pid_of(two) == pid
    two.executor.stop()
    assert not is_there(pid)


def test_each_waits_for_spark_as_long_as_it_wants(sparks: Sparks):
    one = sparks(master="spark://slow:7077", start_timeout=0.2)
    two = sparks.beside(one, master="spark://slow:7077", start_timeout=LONG)
    two.executor.submit([spec(call("pid"), seq=2)])
    assert "has not started within 0.2 seconds" in str(one.failure(spec(call("pid"))).error)
    assert two.inbox.wait(0.05) == []
    two.executor.cancel([2])
    assert "ended before it was done" in str(two.outcomes(1)[0].error)  # type: ignore[union-attr]


def test_a_driver_that_is_given_up_is_no_fault_of_its_other_jobs(one: Driver, two: Driver, tmp_path: Path):
    """It happens as often as others do not end; only a driver that dies by itself counts."""
    one.executor.patience = 0.2  # type: ignore[attr-defined]
    go, begun = tmp_path / "go", tmp_path / "begun"
    two.executor.submit([spec(call("await_file", str(go), str(begun)), seq=2)])
    for times in (1, 2, 3):
        until(lambda times=times: one.inbox.wait(0.02) == [] and held(begun) == "x" * times, LONG, "not begun again")  # type: ignore[misc]
        if times < 3:
            still = tmp_path / f"still{times}"
            still.touch()
            one.executor.submit([spec(call("stand_still", str(still)), seq=1)])
            wait_until_there(one, tmp_path / f"still{times} seen")
            one.executor.cancel([1])
            assert "ended before it was done" in str(one.outcomes(1)[0].error)  # type: ignore[union-attr]
    go.touch()
    (outcome,) = two.outcomes(1)
    assert not isinstance(outcome, Failed)
    assert outcome.tags[:2] == [("spark_begun_again", "another task of the Spark driver could not be ended")] * 2


def held(place: Path) -> str:
    return place.read_text() if place.exists() else ""


def test_what_a_function_begins_after_its_end_is_ended_too(one: Driver, tmp_path: Path):
    """It handles the error of what it has waited for, and asks Spark for the next thing."""
    begun = tmp_path / "begun"
    one.executor.submit([spec(call("defiant", SESSION, str(begun)), seq=1)])
    wait_until_there(one, begun)
    one.executor.cancel([1])
    assert "ended before it was done" in str(one.outcomes(1)[0].error)  # type: ignore[union-attr]
    until(lambda: held(begun) == "xxxx", LONG, "it waits for what Spark does, which goes on")


def test_code_that_changes_between_what_spark_has_and_what_is_loaded(
    sparks: Sparks, one: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Spark's executors were sent a module that the driver loads later, and otherwise: such a driver is of no use."""
    from redo_py.executors.api import CallStep
    from redo_py.tasks.task import Task
    from tests.unit.executors.spark.spark_project import load

    late = tmp_path / "project/late.py"
    late.write_text("import os\ndef where():\n    return 'before', os.getpid()\n")
    before = pid_of(one)
    late.write_text("import os\ndef where():\n    return 'after', os.getpid()\n")
    where = load("late", tmp_path / "project", monkeypatch).where
    said, after = one.success(spec(CallStep(where, (), {}, Task(where, "where", "", {})))).value
    assert said == "after"
    assert after != before
    assert pid_of(one) == after


def test_arguments_of_classes_of_the_project(one: Driver, monkeypatch: pytest.MonkeyPatch):
    import sys

    point = sys.modules["work_there"].Point(7)
    assert one.success(spec(call("x_of", point))).value == 7


def test_a_job_that_cannot_be_read_there_changes_nothing_for_others(one: Driver, monkeypatch: pytest.MonkeyPatch):
    import sys
    from types import ModuleType

    from redo_py.executors.api import CommandStep

    only_here = ModuleType("only_here")
    exec("class Odd:\n    pass\n", vars(only_here))
    monkeypatch.setitem(sys.modules, "only_here", only_here)
    env = {"PATH": "/usr/bin:/bin", "SAID": "hello"}
    odd = spec(call("show", only_here.Odd()))
    odd.env = env
    outcome = one.failure(odd)
    assert "only_here" in str(outcome.error)
    told = spec(CommandStep('echo "$SAID"'), seq=2)
    told.env = env
    assert one.success(told).output == b"hello\n"
