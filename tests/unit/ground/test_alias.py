"""`import redun` gives ours."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from redo_py.ground.alias import finder
from redo_py.ground.alias.names import ELSEWHERE, GONE, INSTEAD, SAME, names_of, place_of, spelled


def uninstall() -> None:
    """Undo `install`."""
    sys.meta_path[:] = [each for each in sys.meta_path if each is not finder._FINDER]
    for name in [name for name, module in sys.modules.items() if isinstance(module, finder.Alias)]:
        del sys.modules[name]


@pytest.fixture
def alias() -> Iterator[list[str]]:
    """With ours installed; what it told."""
    told: list[str] = []
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "redun"}
    for name in kept:
        del sys.modules[name]
    finder.install(told.append)
    yield told
    uninstall()
    sys.modules.update(kept)


@pytest.mark.parametrize("module", SAME)
def test_every_name_leads_somewhere(module: str, alias: list[str]):
    loaded = importlib.import_module(module)
    assert [name for name in names_of(module) if not hasattr(loaded, name)] == []
    assert [name for name in SAME[module].split() if place_of(module, name) is None] == []


def test_no_module_is_here_and_gone():
    assert set(SAME) & set(GONE) == set()
    assert set(ELSEWHERE) <= set(SAME)
    assert all(place_of(module, name) is None for module, names in INSTEAD.items() for name in names)


def test_the_ways_to_import(alias: list[str]):
    program: dict[str, object] = {}
    exec(
        "import redun, redun.task, redun.expression as expressions\n"
        "from redun import File, task\n"
        "from redun.task import Task, task as same\n"
        "from redun.expression import *\n",
        program,
    )
    import redo_py

    assert program["task"] is program["same"] is redo_py.task
    assert program["redun"].task is redo_py.task  # type: ignore[attr-defined]
    assert program["redun"].expression is program["expressions"]  # type: ignore[attr-defined]
    assert program["File"] is redo_py.File
    assert "TaskExpression" in program
    assert alias == []


def test_what_is_not_there_says_what_to_use_instead(alias: list[str]):
    import redun  # type: ignore[import-not-found, unused-ignore]

    assert not hasattr(redun, "nothing")
    with pytest.raises(AttributeError, match=r"redo_py has no `redun\.sphinx`: tasks are documented .*coming-from"):
        _ = redun.sphinx
    from redun.glue import get_spark_session, udf  # type: ignore[import-not-found, unused-ignore]

    import redo_py.spark

    assert (get_spark_session, udf) == (redo_py.spark.get_spark_session, redo_py.spark.udf)
    with pytest.raises(ImportError, match=r"redo_py has no `redun\.backends\.db`: `redun log` and .*coming-from-redun"):
        exec("from redun.backends.db import Execution")
    with pytest.raises(ImportError, match=r"redo_py has no `redun\.task\.File`: `from redun import File`; see docs/"):
        exec("from redun.task import File")
    with pytest.raises(ImportError, match="did you mean `task`"):
        exec("from redun import tsk")
    with pytest.raises(ModuleNotFoundError, match=r"did you mean `redun\.task`"):
        exec("import redun.tsk")


def test_another_redun_is_told_once(alias: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "redun.py").write_text("raise AssertionError\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    exec("import redun")
    assert alias == []
    exec("from redun import task, File")
    [text] = alias
    assert text == (
        f"`import redun` gives redo_py, and not {tmp_path}/redun.py: what runs here has one graph and one cache"
        ' (`[compat] redun = "real"` in redun.toml turns this off)'
    )


def test_a_redun_that_is_imported_already_stays(monkeypatch: pytest.MonkeyPatch):
    import types

    real = types.ModuleType("redun")
    monkeypatch.setitem(sys.modules, "redun", real)
    finder.install()
    uninstall()
    assert sys.modules["redun"] is real


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("redun", "File"), ("redo_py", "File")),
        (("redun.file", "File"), ("redo_py.files.public", "File")),
        (("redun.task", "task"), ("redo_py", "task")),
    ],
)
def test_one_spelling(one: tuple[str, str], other: tuple[str, str]):
    assert spelled(*one) == spelled(*other) == ("redun", one[1])


def test_what_differs_is_spelled_differently():
    assert spelled("redun.file", "copy_file") != spelled("redun.tools", "copy_file")
    assert spelled("redo_py.build", "sh") == ("redo_py.build", "sh")
