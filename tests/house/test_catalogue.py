"""Every error has a section in docs/errors.md, is raised somewhere, and is shown by a test."""

from __future__ import annotations

import ast
import functools
import re
from string import Formatter

from redo_py.ground.catalogue import ENTRIES
from tests.house.errors_page import page, parts
from tests.house.sources import ROOT, modules, texts

CODES = sorted(ENTRIES)
AROUND = 500  # characters of a headline before and behind its longest piece, most likely


def test_the_page_knows_every_part_of_the_catalogue():
    assert sorted(code for _, texts in parts() for code in texts) == CODES


def test_the_page_is_up_to_date():
    assert (ROOT / "docs/errors.md").read_text() == page()


def test_every_code_is_raised():
    assert [code for code in CODES if code not in spoken_texts()] == []


def test_every_text_is_shown_by_a_test():
    assert [code for code in CODES if not is_shown(ENTRIES[code][0])] == []


def test_headlines_are_no_sentences():
    def is_plain(headline: str) -> bool:
        return headline == headline.strip() and (not headline.endswith(".") or headline.endswith("..."))

    assert [code for code in CODES if not is_plain(ENTRIES[code][0])] == []


def test_as_pattern():
    assert re.fullmatch(as_pattern("no rule for {path}: {{x}}"), "no rule for out/a.txt: {x}")
    assert not re.search(as_pattern("no rule for {path}!"), "no rule for")


@functools.cache
def spoken_texts() -> frozenset[str]:
    """Every text constant of the package outside the catalogue."""
    return frozenset(
        node.value
        for module in modules().values()
        if not module.name.startswith("redo_py.ground.catalogue")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_shown(headline: str) -> bool:
    """Whether a test says it. Looked for around what is in it for certain first, which is a hundred times as quick."""
    pattern = re.compile(as_pattern(headline))
    certain = max((text for text, *_ in Formatter().parse(headline)), key=len)
    text = shown_texts()
    at = text.find(certain)
    while at >= 0:
        if pattern.search(text[max(0, at - AROUND) : at + len(certain) + AROUND]):
            return True
        at = text.find(certain, at + 1)
    return pattern.search(text) is not None


@functools.cache
def shown_texts() -> str:
    """All that the tests say, documents and golden files included."""
    return "\n".join(
        text
        for path, text in texts()
        if path.startswith(("tests/", "docs/", "grammar/", "examples/")) and path != "docs/errors.md"
    )


def as_pattern(headline: str) -> str:
    """A regular expression for `headline` with anything in place of its words."""
    return "".join(
        re.escape(literal) + (".*?" if field is not None else "")
        for literal, field, _, _ in Formatter().parse(headline)
    )
