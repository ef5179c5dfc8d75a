"""Names tell rooms, files and functions stay readable, and the repository speaks of the project alone."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house import plan
from tests.house.sources import functions, modules, texts

MACHINE_PATHS = re.compile(r"(?<![\w.}*~/])/(?:work|root|home/\w+)/\w")


def test_no_drawers():
    assert [name for name in modules() if plan.DRAWERS & set(name.split("."))] == []


def test_no_function_called_by_a_word_that_says_nothing():
    vague = [
        f"{module.name}:{function.lineno} {name}"
        for module in modules().values()
        for name, function in functions(module)
        if name.rpartition(".")[2].lstrip("_").startswith(plan.DRAWER_PREFIXES)
    ]
    assert vague == []


def test_no_file_is_too_long():
    lengths = {module.name: module.text.count("\n") for module in modules().values()}
    assert too_long(lengths, plan.LONGEST_FILE) == []


def test_no_function_is_too_long():
    lengths = {
        f"{module.name}:{name}": function_length(function)
        for module in modules().values()
        for name, function in functions(module)
    }
    assert too_long(lengths, plan.LONGEST_FUNCTION) == []


def test_every_stated_length_is_needed():
    lengths = {module.name: module.text.count("\n") for module in modules().values()}
    for module in modules().values():
        lengths |= {f"{module.name}:{name}": function_length(function) for name, function in functions(module)}
    limits = {name: plan.LONGEST_FUNCTION if ":" in name else plan.LONGEST_FILE for name in plan.LONG_ON_PURPOSE}
    assert [name for name, limit in limits.items() if lengths.get(name, 0) <= limit] == []


def test_no_path_of_one_machine():
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [("cd /" + "work/x", True), ("~/work/x", False), ("'/" + "home/ann/x'", True), ("s3://root/x", False)],
)
def test_machine_paths(line: str, is_found: bool):
    assert bool(MACHINE_PATHS.search(line)) is is_found


def function_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of `function` from its def to its end, docstring not counted."""
    end = function.end_lineno or function.lineno
    first = function.body[0]
    is_documented = ast.get_docstring(function, clean=False) is not None
    documentation = (first.end_lineno or first.lineno) - first.lineno + 1 if is_documented else 0
    return end - function.lineno + 1 - documentation


def too_long(lengths: dict[str, int], limit: int) -> list[str]:
    """What is longer than `limit`, or than the length that the plan states for it."""
    return [
        f"{name}: {length} lines"
        for name, length in lengths.items()
        if length > plan.LONG_ON_PURPOSE.get(name, (limit, ""))[0]
    ]
