"""Every feature that is promised is shown by tests that exist, and what is absent has a reason."""

from __future__ import annotations

import ast
import functools

from tests.house.executor_features import TABLES
from tests.house.features import ABSENT, FEATURES
from tests.house.features_page import page
from tests.house.sources import ROOT

ALL = [each for features in (FEATURES | TABLES).values() for each in features]


def test_every_feature_is_shown_by_tests_that_exist():
    assert [each.name for each in ALL if not each.tests] == []
    assert [test for each in ALL for test in each.tests if not is_test(*test.split("::"))] == []


def test_everything_is_there_once_and_says_something():
    names = [each.name for each in ALL] + [each.name for each in ABSENT]
    assert sorted(names) == sorted(set(names))
    assert [each.name for each in ALL if not each.here] == []
    assert [each.name for each in ABSENT if not each.reason.endswith(".")] == []


def test_the_page_is_up_to_date():
    assert (ROOT / "docs/absent.md").read_text() == page(), "see the top of tests/house/features_page.py"


def test_a_test_that_does_not_exist_is_noticed():
    assert is_test("house/test_features.py", "test_the_page_is_up_to_date")
    assert not is_test("house/test_features.py", "test_the_page")
    assert not is_test("house/test_feature.py", "test_the_page_is_up_to_date")
    assert not is_test("house/test_features.py", "is_test")


def is_test(path: str, name: str) -> bool:
    """Is there a test `name`, or a class of tests, in the file `path` below tests?"""
    return name.startswith(("test_", "Test")) and name in functions_of(path)


@functools.cache
def functions_of(path: str) -> frozenset[str]:
    """The functions and classes at the top level of a file below tests; none if there is no such file."""
    file = ROOT / "tests" / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )
