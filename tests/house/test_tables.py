"""Tables of the documents: a row that stands in none, as one that a merge has put behind the page's end, is prose."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "grammar/README.md"])
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SEPARATOR = re.compile(r"\|( *:?-+:? *\|)+$")


def strays(text: str) -> list[str]:
    """The first line of each block of rows that has no separator below it, or text glued to its head."""
    lines = FENCED.sub("", text).splitlines()
    found, before = [], ""
    for is_row, group in groupby(lines, key=lambda line: line.startswith("|")):
        block = list(group)
        is_apart = not before.strip() or before.endswith("-->")
        if is_row and not (is_apart and len(block) > 1 and SEPARATOR.match(block[1])):
            found.append(block[0])
        before = block[-1]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_row_stands_in_a_table(page: Path):
    assert strays(page.read_text()) == []


def test_what_is_a_stray():
    table = "| a | b |\n|---|:-:|\n| c | d |\n"
    assert strays(f"Text.\n\n{table}\nText.\n") == []
    assert strays(f"{table}\nThe end.\n| e | f |\n") == ["| e | f |"]
    assert strays("Text.\n\n| e | f |\n| g | h |\n") == ["| e | f |"]
    assert strays("```text\n| e | f |\n```\n") == []
