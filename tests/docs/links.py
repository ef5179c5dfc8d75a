"""Where the links of a Markdown text lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCED = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"^[a-z]+:")


def broken_links(document: Path) -> list[str]:
    """The relative links of `document` that lead to no file, or to no heading of one."""
    text = FENCED.sub("", document.read_text())
    return [target for target in (found["target"] for found in LINK.finditer(text)) if is_broken(document, target)]


def is_broken(document: Path, target: str) -> bool:
    """Does `target`, written in `document`, lead nowhere?"""
    if ELSEWHERE.match(target):
        return False
    path, _, anchor = target.partition("#")
    page = document.parent / path if path else document
    return not page.exists() or (bool(anchor) and anchor not in anchors(page.read_text()))


def anchors(text: str) -> Iterator[str]:
    """The anchors of all headings of `text`, spelled as code hosts spell them."""
    for line in FENCED.sub("", text).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip().lower()
            yield re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
