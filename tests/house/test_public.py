"""The public names: the table in `redo_py/__init__.py` and what type checkers are told agree, and all are there."""

from __future__ import annotations

import ast

import redo_py
from tests.house.sources import ROOT


def declared() -> dict[str, str]:
    """name -> module, as `__init__.pyi` has them."""
    tree = ast.parse((ROOT / "redo_py/__init__.pyi").read_text())
    found = {}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                assert alias.asname == alias.name, f"write `import {alias.name} as {alias.name}`: it is public"
                found[alias.name] = statement.module or ""
    return found


def test_type_checkers_know_the_public_names():
    assert declared() == redo_py._WHERE


def test_every_public_name_is_there():
    assert [name for name in redo_py.__all__ if not hasattr(redo_py, name)] == []


def test_the_table_is_sorted():
    assert list(redo_py._WHERE) == sorted(redo_py._WHERE)
