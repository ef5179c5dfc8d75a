"""`redo_py.run`, RedunClient and the fixture for pytest."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import redo_py
from redo_py import get_context, task
from redo_py.app.running.from_python import DryRunResult, Unheard
from redo_py.app.running.options import RunOptions
from redo_py.app.running.run import Run
from redo_py.app.running.workspace import RunWorkspace
from redo_py.cli import RedunClient
from redo_py.config.environment import environment
from redo_py.ground.errors import UsageError
from redo_py.store import claims
from tests.house.sources import ROOT

CALLS: list[int] = []


@task(namespace="tests.from_python", version="1")
def double(number: int) -> int:
    CALLS.append(number)
    return 2 * number


@task(namespace="tests.from_python", version="1")
def doubles(count: int) -> list[int]:
    return [double(number) for number in range(count)]


@task(namespace="tests.from_python", version="1")
def broken() -> int:
    raise KeyError("broken")


@task(namespace="tests.from_python", version="1")
def told_size(size: int = get_context("size", 1)) -> int:
    return size


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, without any records."""
    monkeypatch.chdir(tmp_path)
    CALLS.clear()
    return tmp_path


def test_what_ran_is_remembered(folder: Path):
    assert redo_py.run(doubles(3)) == [0, 2, 4]
    assert redo_py.run({"more": (doubles(4), double(1) + 1)}) == {"more": ([0, 2, 4, 6], 3)}
    assert sorted(CALLS) == [0, 1, 2, 3]
    assert (folder / ".redun/state.db").exists()
    assert redo_py.run(double(1), cache=False) == 2
    assert sorted(CALLS) == [0, 1, 1, 2, 3]


def test_another_folder_for_the_records(folder: Path):
    assert redo_py.run(double(1), config_dir="kept") == 2
    assert (folder / "kept/state.db").exists()
    assert not (folder / ".redun").exists()


def test_a_dry_run():
    with pytest.raises(DryRunResult):
        redo_py.run(double(1), dryrun=True)
    assert CALLS == []
    redo_py.run(double(1))
    assert redo_py.run(double(1), dryrun=True) == 2


def test_errors_are_those_of_the_task():
    with pytest.raises(KeyError, match="broken"):
        redo_py.run([double(1), broken()])
    CALLS.clear()
    assert redo_py.run(double(1)) == 2
    assert CALLS == []


def test_claims_do_not_outlast_a_run_that_ends_badly(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def full(memo: object) -> None:
        """The disk is full."""
        assert str(folder / ".redun/claims") in claims._open
        raise OSError(28, "full")

    workspace = RunWorkspace(environment())
    monkeypatch.setattr(type(workspace.memo), "save", full)
    with pytest.raises(OSError, match="full"):
        Run(workspace, RunOptions(("test",)), Unheard()).evaluate(double(1))
    assert not claims._open
    monkeypatch.undo()
    workspace.close()


def test_an_id_of_choice():
    chosen = "01234567-89ab-4def-8123-456789abcdef"
    redo_py.run(double(1), execution_id=chosen)
    with pytest.raises(UsageError, match="there is an execution"):
        redo_py.run(double(1), execution_id=chosen)


def test_the_context_of_a_run():
    assert [redo_py.run(told_size(), context=each) for each in ({}, {"size": 3}, {"size": 4})] == [1, 3, 4]
    assert redo_py.run(told_size.update_context(size=5)(), context={"size": 3}) == 5


def test_a_logger_hears_what_happens(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "redun")
    redo_py.run(double(5))
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "Job " in told
    assert "tests.from_python.double(number=5) on default" in told
    assert "| JOB STATUS" in told


def test_code_that_is_edited_and_imported_anew_runs_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # Python takes bytecode of the same second and size for true
    text = "from redo_py import task\ndef helper():\n    return {}\n@task()\ndef told():\n    return helper()\n"
    for number in (1, 2):
        (folder / "told_module.py").write_text(text.format(number))
        sys.modules.pop("told_module", None)
        import told_module  # type: ignore[import-not-found]

        assert redo_py.run(told_module.told()) == number
    sys.modules.pop("told_module", None)


def test_a_client_gives_the_value_of_the_task(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "wf.py").write_text(
        dedent(
            """
            from redo_py import task

            @task()
            def main(x: int):
                if x == 0:
                    raise ValueError("zero")
                return [x, x]
            """
        )
    )
    client = RedunClient()
    assert client.execute(["redun", "run", "wf.py", "main", "--x", "3"]) == [3, 3]
    assert capsys.readouterr().out == "[3, 3]\n"
    with pytest.raises(ValueError, match="zero"):
        client.execute(["redun", "run", "wf.py", "main", "--x", "0"])
    with pytest.raises(UsageError, match="needs --x INT"):
        client.execute(["redun", "run", "wf.py", "main"])
    with pytest.raises(SystemExit) as ended:
        client.execute(["redun", "run", "-n", "wf.py", "main", "--x", "7"])
    assert ended.value.code == 1
    assert client.execute(["redun", "--version"]) is None
    with pytest.raises(SystemExit) as ended:
        client.execute(["redun", "build"])
    assert ended.value.code == 2


def test_the_fixture_of_the_plugin(folder: Path):
    (folder / "test_workflow.py").write_text(
        dedent(
            """
            from redo_py import get_current_scheduler, task

            RUNS = []

            @task()
            def add(a, b):
                RUNS.append((a, b))
                return a + b

            def test_one(scheduler):
                assert scheduler.run(add(1, add(2, 3))) == 6
                assert get_current_scheduler() is scheduler
                assert len(RUNS) == 2

            def test_other(scheduler):
                assert scheduler.run(add(2, 3)) == 5
                assert len(RUNS) == 3, "nothing is remembered from one test to the next"
            """
        )
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "redo_py.pytest", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr
