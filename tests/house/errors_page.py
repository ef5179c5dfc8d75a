"""Write docs/errors.md from the catalogue: `python -m tests.house.errors_page > docs/errors.md`, from the root."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from redo_py.ground import catalogue

Texts = dict[str, tuple[str, str]]  # code -> (headline, hint)

OPENING = """\
# Errors

Everything that redun says when something goes wrong, by the code that the Python exceptions carry.
Words in braces are filled in. This page is written by `python -m tests.house.errors_page > docs/errors.md`.
"""


def page() -> str:
    """The whole text of docs/errors.md."""
    return OPENING + "".join(f"\n{section}" for title, texts in parts() for section in sections(title, texts))


def parts() -> list[tuple[str, Texts]]:
    """(title, texts) of every part of the catalogue."""
    names = [part.name for part in pkgutil.iter_modules(catalogue.__path__, f"{catalogue.__name__}.")]
    modules = [importlib.import_module(name) for name in names]
    return [((module.__doc__ or "").strip().rstrip("."), module.ENTRIES) for module in modules]


def sections(title: str, texts: Texts) -> Iterator[str]:
    """The sections of one part of the catalogue: its title, then one for each code."""
    yield f"## {title}\n"
    for code, (headline, hint) in texts.items():
        yield f"### {code}\n\n{as_block(headline)}{advice(hint)}"


def advice(hint: str) -> str:
    """What to do, as the message itself says it."""
    return f"\nWhat to do:\n\n{as_block(hint)}" if hint else ""


def as_block(text: str) -> str:
    """`text` as a block that keeps its lines."""
    return f"```text\n{text}\n```\n"


if __name__ == "__main__":
    print(page(), end="")
