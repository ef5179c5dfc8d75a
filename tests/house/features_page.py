"""Write docs/absent.md: `python -m tests.house.features_page > docs/absent.md`, from the root."""

from __future__ import annotations

from collections.abc import Iterator

from tests.house.executor_features import TABLES
from tests.house.features import ABSENT, FEATURES, Feature

OPENING = """\
# What there is, and what is absent

What people have in make, ninja, redo, doit, snakemake, Bazel, Shake, tup, just or DVC and would miss, with the tests
that show it here; and before that, what this version does not have, and why. This page is written by
`python -m tests.house.features_page > docs/absent.md`.
"""


def page() -> str:
    """The whole text of docs/absent.md."""
    return OPENING + "".join(f"\n{section}" for section in (absent(), *present()))


def absent() -> str:
    """The section of what is deliberately absent."""
    rows = "".join(f"| {each.name} | {each.reason} |\n" for each in ABSENT)
    return f"## Deliberately absent\n\n| feature | why |\n|---|---|\n{rows}"


def present() -> Iterator[str]:
    """A section for each group of features that there are."""
    for title, features in (FEATURES | TABLES).items():
        rows = "".join(f"| {each.name} | {each.here} | {shown(each)} |\n" for each in features)
        yield f"## {title}\n\n| feature | here | shown by |\n|---|---|---|\n{rows}"


def shown(feature: Feature) -> str:
    """Links to the tests of `feature`, called by their names."""
    return ", ".join(link(*test.split("::")) for test in feature.tests)


def link(path: str, name: str) -> str:
    """A link from docs to the test `name` of the file `path`."""
    shown = name.removeprefix("test_").replace("_", " ").removeprefix("Test")
    return f"[{shown}](../tests/{path})"


if __name__ == "__main__":
    print(page(), end="")
