"""Write docs/redun-features.md: `python -m tests.house.redun_page > docs/redun-features.md`, from the root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.house.features import Feature
from tests.house.features_page import shown
from tests.house.redun_asks import ASKS, BUGS
from tests.house.redun_features import FEATURES

OPENING = """\
# What redun has, and what is here

What users of redun work with, each with how it is here and the tests that show it; then what they asked for and what
was wrong there. What differs on purpose, and why, is told in [Coming from redun](coming-from-redun.md). This page is
written by `python -m tests.house.redun_page > docs/redun-features.md`.
"""


def page() -> str:
    """The whole text of docs/redun-features.md."""
    return OPENING + "".join(f"\n{section}" for section in sections())


def sections() -> Iterator[str]:
    """A section for each group of features, one for what was asked and one for what was wrong."""
    for title, features in FEATURES.items():
        yield section(title, "redun", features)
    yield section("What was asked for", "there", ASKS.values())
    yield section("What was wrong there", "there", BUGS.values())


def section(title: str, there: str, features: Iterable[Feature]) -> str:
    """One table below its title."""
    rows = "".join(f"| {each.name} | {each.here} | {shown(each)} |\n" for each in features)
    return f"## {title}\n\n| {there} | here | shown by |\n|---|---|---|\n{rows}"


if __name__ == "__main__":
    print(page(), end="")
