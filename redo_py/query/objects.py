"""A graph as JSON, for programs."""

from __future__ import annotations

from json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.query.graph import Graph, Node


def as_json(graph: Graph) -> Iterator[str]:
    """One object with `nodes` and `edges`, one of them on a line."""
    yield '{"nodes": [\n'
    yield from _lines([{"id": number, **object_of(node)} for number, node in enumerate(graph.nodes)])
    yield '], "edges": [\n'
    yield from _lines([{"from": used, "to": user, "kind": kind} for (used, user), kind in graph.edges.items()])
    yield "]}\n"


def _lines(objects: list[dict[str, Any]]) -> Iterator[str]:
    for number, each in enumerate(objects, 1):
        yield dumps(each) + (",\n" if number < len(objects) else "\n")


def object_of(node: Node) -> dict[str, Any]:
    """What is known of a node; what is not known is left out."""
    facts = {
        "rule": node.rule,
        "place": node.place,
        "doc": node.doc,
        "commands": list(node.commands),
        "files": list(node.files),
        "state": node.state,
        "reason": node.reason,
        "members": [each.name for each in node.members],
    }
    known: dict[str, Any] = {"kind": node.kind, "name": node.name, **{key: fact for key, fact in facts.items() if fact}}
    if node.seconds is not None:
        known["seconds"] = round(node.seconds, 6)
    if node.when is not None:
        known["last_run"] = node.when
    return known
