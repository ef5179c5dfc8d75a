"""Tasks by name: redun's own, a project's, functions that a redunfile uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from redo_py.app.tasks import ProjectTasks
from redo_py.front.modules import Project
from redo_py.ground.errors import UsageError
from redo_py.tasks.task import Task
from redo_py.values.file import File, Output


@pytest.fixture
def modules(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "work.py").write_text(
        "from pathlib import Path\n"
        "from redo_py import task\n"
        "def plain(a: str, b: Path, c=None, *rest: str):\n    return (a, b, c, rest)\n"
        "@task(namespace='demo', version='7')\ndef named(a):\n    return a\n"
        "NUMBER = 3\n"
    )
    with Project(str(tmp_path), lambda value: isinstance(value, Task)) as project:
        yield project


@pytest.fixture
def tasks(modules: Project) -> ProjectTasks:
    return ProjectTasks(lambda: modules)


def test_a_name_that_no_task_has(tasks: ProjectTasks) -> None:
    with pytest.raises(UsageError) as caught:
        tasks.resolve("nobody.knows")
    assert str(caught.value) == (
        "redun: there is no task nobody.knows\n  hint: a task is known once the module that defines it is imported"
    )


def test_what_is_no_function(tasks: ProjectTasks) -> None:
    with pytest.raises(UsageError) as caught:
        tasks.use("work", "NUMBER", {})
    assert str(caught.value) == (
        "redun: `NUMBER` of work is a int, not a function\n"
        "  hint: import a function or a @task, or a constant bound to a literal"
    )


def test_files_arrive_as_annotations_ask(tasks: ProjectTasks) -> None:
    made = tasks.use("work", "plain", {})
    assert made.fullname == "work.plain"
    called = tasks.resolve("work.plain").caller(File("a"), Output("b"), File("c"), File("d"))
    assert called == ("a", Path("b"), File("c"), ("d",))


def test_options_of_the_redunfile_make_another_task_of_the_same_name(tasks: ProjectTasks) -> None:
    plain, versioned, again = (tasks.use("work", "plain", options) for options in ({}, {"version": "2"}, {}))
    assert [each.fullname for each in (plain, versioned, again)] == ["work.plain", "work.plain#2", "work.plain"]
    first, second = tasks.resolve("work.plain"), tasks.resolve("work.plain#2")
    assert tasks.digest(first) != tasks.digest(second)
    assert first.fullname == second.fullname == "work.plain"


def test_the_name_is_part_of_the_identity_of_versions(tasks: ProjectTasks) -> None:
    named = tasks.resolve(tasks.use("work", "named", {}).fullname)
    other = tasks.resolve(tasks.use("work", "plain", {"version": "7"}).fullname)
    assert named.fullname == "demo.named"
    assert tasks.parts(named) == tasks.parts(other)
    assert tasks.digest(named) != tasks.digest(other)


def test_the_text_of_a_task(tasks: ProjectTasks) -> None:
    named = tasks.resolve(tasks.use("work", "named", {}).fullname)
    assert tasks.text(named) == "@task(namespace='demo', version='7')\ndef named(a):\n    return a\n"
    assert tasks.text(tasks.resolve("redun.command")) == ""
