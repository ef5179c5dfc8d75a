"""Two front doors, one engine: a redunfile and a Python module that make the same calls share evaluations, call nodes
and cache entries, whichever came first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py import File, command
from redo_py.app.build import Build
from redo_py.app.care.recover import JOURNAL
from redo_py.app.project import Project
from redo_py.app.request import Request
from redo_py.engine.execution import Execution
from redo_py.engine.job import JobState
from redo_py.engine.loop import run
from redo_py.executors.inbox import SelectInbox
from redo_py.executors.processes.journal import Journal
from redo_py.ir.expression import SchedulerExpression
from redo_py.records import CALL, TRACE
from redo_py.values.file import Output, Tool

REDUNFILE = """\
from pipeline import count


@rule("{name}.copy")
def copied(out, name):
    sh(f"cp {need(name + '.txt')} {out}")


total = count(need("a.copy"), unit="words")
"""
PIPELINE = """\
from redo_py import task

redun_namespace = "demo"


@task
def count(file, unit="words", scale=1):
    with open(file) as stream:
        return len(stream.read().split()) * scale
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "redunfile.py").write_text(REDUNFILE)
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    (tmp_path / "a.txt").write_text("one two\n")
    before = os.getcwd()
    yield tmp_path
    os.chdir(before)


def evaluated(root: Path, calls: Any) -> tuple[Any, Execution, dict[str, int]]:
    """Evaluate what `calls(build)` gives in the project: (value, execution, rows of the store by table)."""
    project = Project(str(root), "", os.environ)
    try:
        project.make_state()
        build = Build(project, Request(["total"]), lambda text: None, "")
        build.plan()
        value, execution = evaluate(build, calls(build))
        store = project.store(print)
        return value, execution, {table.name: len(list(store.rows(table))) for table in (CALL, TRACE)}
    finally:
        project.close()


def evaluate(build: Build, expression: Any) -> tuple[Any, Execution]:
    """One execution, wired as `redun build` wires it."""
    inbox = SelectInbox(build.project.clock)
    journal = Journal(JOURNAL)
    sharing = build._sharing(inbox)
    executors = build._executors(inbox, journal, sharing)
    execution = build.execution(inbox, executors, dry=False, sharing=sharing)
    try:
        cell = run(execution, expression)
    finally:
        executors.stop()
        inbox.close()
        journal.close()
    assert cell.state == JobState.DONE, cell.error
    return cell.value, execution


def from_redunfile(build: Build) -> Any:
    return tuple(build.expressions)


def from_python(build: Build) -> Any:
    """The same calls, made by a module: by position or by name, with or without defaults."""
    count = build.project.modules().member("pipeline", "count")
    system = f"{os.uname().sysname} {os.uname().machine}"
    copy = command(
        (("cp a.txt a.copy", "", "", ""),),
        (File("a.txt"),),
        (Output("a.copy"),),
        {},
        tools=(Tool("cp"),),
        system=system,
    )
    return (count(SchedulerExpression("product", (copy, "a.copy")), scale=1),)


def evaluations(execution: Execution) -> dict[str, tuple[bytes, bytes]]:
    """Task -> (evaluation, call node)."""
    return {job.task.fullname: (job.eval_hash, job.call_hash) for job in execution.frontier.jobs}


@pytest.mark.parametrize("doors", [(from_redunfile, from_python), (from_python, from_redunfile)], ids=["rf", "py"])
def test_the_second_door_finds_everything_done(root: Path, doors: Any) -> None:
    first, second = doors
    value, execution, rows = evaluated(root, first)
    assert value == (2,)
    assert {job.outcome for job in execution.frontier.jobs} == {"ran"}
    again, through_other, rows_after = evaluated(root, second)
    assert again == (2,)
    assert {job.outcome for job in through_other.frontier.jobs} == {"cached"}
    assert evaluations(through_other) == evaluations(execution)
    assert rows_after == rows == {"call": 2, "trace": 2}
