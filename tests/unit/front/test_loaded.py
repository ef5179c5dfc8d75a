"""Code outside of the root, and modules whose files were edited after they had been imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from redo_py.front.modules import Project
from redo_py.ground.errors import UsageError
from redo_py.tasks.code.identify import code_parts
from redo_py.tasks.task import Task


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder beside the root from which Python imports."""
    folder = tmp_path / "elsewhere"
    (folder / "away").mkdir(parents=True)
    (folder / "away/__init__.py").write_text("")
    (folder / "away/flow.py").write_text("from away.steps import step\n\n\ndef f(x):\n    return step(x)\n")
    (folder / "away/steps.py").write_text(
        "def step(x):\n    return x + 1\n\n\nclass K:\n    def m(self):\n        return 1\n"
    )
    (tmp_path / "root").mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "away"]:
        del sys.modules[name]
    importlib.invalidate_caches()


def project(tmp_path: Path, wide: bool = True) -> Project:
    return Project(str(tmp_path / "root"), lambda value: isinstance(value, Task), takes_in=wide)


def parts(found: Project, name: str = "f") -> Any:
    return code_parts(getattr(importlib.import_module("away.flow"), name), found)


def test_code_that_is_not_installed_counts_wherever_it_is(tmp_path: Path, elsewhere: Path):
    with project(tmp_path) as found:
        assert set(parts(found)) == {"away.flow.f", "away.flow.step (name)", "away.steps.step"}
        assert found.territory.module_at(str(elsewhere / "away/steps.py")) == "away.steps"
        assert found.territory.shown(str(elsewhere / "away/steps.py")) == str(elsewhere / "away/steps.py")
        assert not found.territory.owns(importlib.__file__)
        assert not found.territory.owns(pytest.__file__)


def test_the_code_of_a_build_is_that_below_the_root(tmp_path: Path, elsewhere: Path):
    with project(tmp_path, wide=False) as found, pytest.raises(UsageError) as caught:
        parts(found)
    assert "it belongs to away.flow, which has no version" in str(caught.value)


def test_what_was_imported_before_is_counted_by_its_file(tmp_path: Path, elsewhere: Path):
    import_before = importlib.import_module("away.flow")
    with project(tmp_path) as found:
        assert set(code_parts(import_before.f, found)) == {"away.flow.f", "away.flow.step (name)", "away.steps.step"}


@pytest.mark.parametrize(
    ("file", "new"),
    [
        ("flow.py", "from away.steps import step\n\n\ndef f(x):\n    return step(x) + 1\n"),
        ("steps.py", "def step(x):\n    return x + 2\n\n\nclass K:\n    def m(self):\n        return 1\n"),
        ("steps.py", "def step(x):\n    return x + 1\n\n\nclass K:\n    def m(self):\n        return 2\n"),
    ],
)
def test_what_was_edited_since_it_was_imported_is_refused(tmp_path: Path, elsewhere: Path, file: str, new: str):
    module = importlib.import_module("away.flow")
    old = (elsewhere / "away" / file).read_text()
    (elsewhere / "away" / file).write_text(new)
    with project(tmp_path) as found, pytest.raises(UsageError) as caught:
        code_parts(module.f, found)
    assert f"away/{file} no longer holds the `" in str(caught.value)
    (elsewhere / "away" / file).write_text(old)
    with project(tmp_path) as found:
        assert set(code_parts(module.f, found)) == {"away.flow.f", "away.flow.step (name)", "away.steps.step"}


PROXY = "class Proxy:\n    def __getattr__(self, name):\n        raise RuntimeError(name)\n\n\nrequest = Proxy()\n"


def test_objects_that_raise_whatever_they_are_asked_for(tmp_path: Path, elsewhere: Path):
    """As those that stand for a request, or for the session of Spark."""
    steps, flow = elsewhere / "away/steps.py", elsewhere / "away/flow.py"
    steps.write_text(PROXY)
    flow.write_text(
        "from away.steps import request\n\nexec('late = request')\n\n\ndef f():\n    return request, late\n"
    )
    module = importlib.import_module("away.flow")
    with project(tmp_path) as found:
        before = code_parts(module.f, found)
    assert {"away.flow.f", "away.steps.Proxy", "away.steps.request"} <= set(before)
    steps.write_text(PROXY.replace("(name)", "('gone')"))
    with project(tmp_path) as found, pytest.raises(UsageError, match=r"no longer holds the `Proxy\.__getattr__`"):
        code_parts(module.f, found)


def test_what_an_earlier_project_has_imported_is_compared_too(tmp_path: Path, elsewhere: Path):
    first = project(tmp_path).open()
    module = first.load("away.flow")
    assert set(code_parts(module.f, first)) == {"away.flow.f", "away.flow.step (name)", "away.steps.step"}
    first.leave()
    (elsewhere / "away/steps.py").write_text("def step(x):\n    return x + 3\n")
    with project(tmp_path) as second, pytest.raises(UsageError) as caught:
        code_parts(module.f, second)
    assert "away/steps.py no longer holds the `step` that was imported from it" in str(caught.value)


def test_the_hash_of_a_task_outside_of_a_run(tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    from redo_py import get_task_registry, task

    monkeypatch.chdir(tmp_path / "root")
    module = importlib.import_module("away.flow")
    made = task(namespace="away")(module.f)
    assert made.hash == made.get_hash() == made.options(memory=1).hash
    assert made.options(version="1").hash != made.hash
    assert made.source == "def f(x):\n    return step(x)\n"
    assert task(namespace="away", name="g", source="text")(module.f).source == "text"
    assert get_task_registry().get(hash=made.hash) is made
    assert get_task_registry().get("away.f", made.hash) is made
    assert get_task_registry().get("away.f", "0") is None
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("def made_up(): return 1", names)
    unseen = task(namespace="away")(names["made_up"])
    with pytest.raises(UsageError) as caught:
        _ = unseen.hash
    assert caught.value.headline.startswith("the code of `made_up` cannot be seen: <string> is no file")
    assert unseen.options(version="1").hash
