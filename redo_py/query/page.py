"""A graph as one page for a browser: the picture, what is known of each node, and the script that shows it. The page
asks nothing of any network."""

from __future__ import annotations

import os
from html import escape
from json import dumps

from redo_py.query.graph import GENERATOR, STATES
from redo_py.query.naming import printable
from redo_py.query.objects import object_of
from redo_py.query.reducing import folded, stacked
from redo_py.query.svg import Picture, as_svg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.query.graph import Graph

FEW = 120  # boxes that are drawn one by one; of more, those that are alike become stacks
MEMBERS = 2_000  # names of a stack that the page holds
TOLD = {  # state -> (word of the legend, what it means)
    "failed": ("failed", "failed in the last build"),
    "ran": ("ran", "ran in the last build"),
    "restored": ("from the cache", "put back from the cache by the last build"),
    "cached": ("up to date", "was up to date in the last build"),
    "earlier": ("built earlier", "not part of the last build, but built before"),
    "new": ("never built", "never built here"),
}


def boxes(graph: Graph) -> Graph:
    """`graph` as a page draws it: files are folded into what makes them; of many boxes those alike are stacks."""
    shown = folded(graph)
    return stacked(shown) if len(shown.nodes) > FEW else shown


def as_page(shown: Graph, title: str, targets: str) -> Iterator[str]:
    """The pieces of the page for what `boxes` gave. `title` names the project, `targets` what was asked for, "" for the
    defaults."""
    heading = escape(printable(f"{title}: {targets}" if targets else title))
    yield f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{GENERATOR.decode()}\n'
    yield f"<title>{heading}</title>\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<style>\n{_file('page.css')}</style>\n</head>\n<body>\n"
    yield from _bar(heading, shown)
    yield '<main>\n<div id="view">\n'
    yield from as_svg(Picture(shown))
    yield '</div>\n<aside id="panel" aria-live="polite" hidden></aside>\n</main>\n'
    yield f'<script type="application/json" id="facts">{_facts(shown)}</script>\n'
    yield f"<script>\n{_file('page.js')}</script>\n</body>\n</html>\n"


def _bar(heading: str, graph: Graph) -> Iterator[str]:
    """What stands above the picture: title, legend, search."""
    yield f'<header>\n<h1>{heading}</h1>\n<ul id="legend">\n'
    counts = _counts(graph)
    for state in STATES:
        if counts.get(state):
            word, meaning = TOLD[state]
            yield f'<li><button data-state="{state}" title="{meaning}">'
            yield f'<i class="{state}"></i>{word} <b>{counts[state]:,}</b></button></li>\n'
    yield "</ul>\n"
    yield '<input id="search" type="search" placeholder="search  /" aria-label="Search names, rules and commands">\n'
    yield '<span id="found"></span>\n'
    yield '<button id="fit" title="Show everything (f)">fit</button>\n</header>\n'


def _counts(graph: Graph) -> dict[str, int]:
    """How many steps there are in each state."""
    counts: dict[str, int] = {}
    for node in graph.nodes:
        for each in node.members or (node,):
            counts[each.state] = counts.get(each.state, 0) + 1
    return counts


def _facts(graph: Graph) -> str:
    """What the script tells of each node, as JSON that may stand in a page."""
    facts = [_texts(object_of(node)) for node in graph.nodes]
    for each in facts:
        each["members"] = each.get("members", [])[:MEMBERS]
    return dumps(facts, separators=(",", ":")).replace("<", "\\u003c")


def _texts(fact: Any) -> Any:
    """`fact` with every text in it made fit to be shown."""
    if isinstance(fact, str):
        return "\n".join(map(printable, fact.split("\n")))
    if isinstance(fact, dict):
        return {key: _texts(value) for key, value in fact.items()}
    return [_texts(each) for each in fact] if isinstance(fact, list) else fact


def _file(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as stream:
        return stream.read()
