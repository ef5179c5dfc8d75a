"""What users of redun have, asked for and ran into is shown by tests that exist, row by row."""

from __future__ import annotations

from tests.house.redun_asks import ALL_ASKS, ALL_BUGS, ASKED, ASKS, BUGS, WRONG
from tests.house.redun_features import FEATURES
from tests.house.redun_page import page
from tests.house.sources import ROOT
from tests.house.test_features import is_test

ALL = [*(each for features in FEATURES.values() for each in features), *ASKS.values(), *BUGS.values()]


def test_every_row_is_shown_by_tests_that_exist():
    assert [each.name for each in ALL if not each.tests] == []
    assert [test for each in ALL for test in each.tests if not is_test(*test.split("::"))] == []


def test_every_row_is_there_once_and_says_something():
    names = [each.name for each in ALL]
    assert sorted(names) == sorted(set(names))
    assert [each.name for each in ALL if not each.here] == []


def test_every_ask_and_every_bug_has_a_test_of_its_own():
    assert (tuple(ASKS), tuple(BUGS)) == (ALL_ASKS, ALL_BUGS)
    for table, beginning in ((ASKS, ASKED), (BUGS, WRONG)):
        assert [number for number, row in table.items() if not row.tests[0].startswith(f"{beginning}{number}_")] == []


def test_the_page_is_up_to_date():
    assert (ROOT / "docs/redun-features.md").read_text() == page(), "see the top of tests/house/redun_page.py"
