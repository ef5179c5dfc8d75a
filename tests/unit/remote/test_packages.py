"""Which packages a project imports, and how those of two sides differ."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from redo_py.remote.api.packages import UsedPackages, differing, imported_in, installed, packages_of, plain, told


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, which is searched first."""
    for path, content in (
        ("site/plain_one/__init__.py", ""), ("site/Plain_One-1.2.dist-info/METADATA", ""),
        ("site/hidden.py", ""), ("site/other_name-3.0+cpu.dist-info/RECORD", "__pycache__/x\nhidden.py,sha,1\n"),
        ("site/old/__init__.py", ""), ("site/Very.Old-0.9-py3.11.egg-info/top_level.txt", "old\n"),
        ("site/unclaimed.py", ""), ("project/own.py", ""),
    ):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path / "project"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


def test_what_a_source_imports():
    source = b"""
import os, numpy as np, yaml.reader  # a comment
from pandas.core import frame
from . import near
from .near import far
from redo_py import (
    task,
)
def f():
    import lazy
fromage = important = 1
"""
    assert imported_in(source) == {"os", "numpy", "yaml", "pandas", "redo_py", "lazy"}
    assert imported_in(b"import \xff, caf\xc3\xa9\n") == {"caf\u00e9"}


def test_names_of_distributions_have_one_spelling():
    assert plain("Very__Old.Name-x") == plain("very-old-name_X") == "very-old-name-x"


def test_what_is_installed(site: Path):
    found = installed()
    assert found["plain-one"][:2] == ("Plain_One", "1.2")
    assert found["very-old"][:2] == ("Very.Old", "0.9")
    assert found["other-name"] == ("other_name", "3.0+cpu", f"{site}/other_name-3.0+cpu.dist-info")
    (site / "second").mkdir()
    (site / "second/Plain_One-9.dist-info").mkdir()
    sys.path.append(str(site / "second"))
    try:
        assert installed()["plain-one"][1] == "1.2", "what comes first is what is imported"
    finally:
        sys.path.pop()


def test_of_which_distribution_a_module_is(site: Path):
    tops = {"plain_one", "hidden", "old", "unclaimed", "own", "os", "no_such_module_anywhere", "redo_py", "redun"}
    assert packages_of(tops) == {
        "hidden": ("other_name", "3.0+cpu"), "old": ("Very.Old", "0.9"), "plain_one": ("Plain_One", "1.2"),
    }  # fmt: skip


def test_what_differs(site: Path):
    used = {
        "plain_one": ["plain-one", "1.2"], "hidden": ["Other.Name", "2.0"], "gone": ["gone", "5"],
        "gone.too": ["gone", "5"], "unclaimed": ["unclaimed", "7"],
    }  # fmt: skip
    found = differing(used)
    assert found["hidden"] == ("Other.Name", "2.0", "3.0+cpu")
    assert found["gone"] == ("gone", "5", "")
    assert not {"plain_one", "unclaimed"} & found.keys(), "one is equal, of the other nobody knows the version"
    assert told(found) == "Other.Name is 3.0+cpu there and 2.0 here, gone is not there and 5 here"
    assert told(found, with_absent=False) == "Other.Name is 3.0+cpu there and 2.0 here"
    assert differing({}) == {}
    assert told({}) == ""


def test_what_the_loaded_modules_of_a_project_import(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    used = UsedPackages(str(tmp_path / "project"))
    assert used.now() == {}
    for name, path, text in (
        ("loaded_one", "project/loaded_one.py", "import plain_one"),
        ("loaded_two", "project/lib/site-packages/loaded_two.py", "import hidden"),
        ("loaded_three", "elsewhere/loaded_three.py", "import old"),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        module = ModuleType(name)
        module.__file__ = str(tmp_path / path)
        monkeypatch.setitem(sys.modules, name, module)
    assert used.now() == {"plain_one": ("Plain_One", "1.2")}
    assert used.now() is used.now()
