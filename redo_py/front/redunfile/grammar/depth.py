"""A bound on nesting, so that everybody after the parser may walk a tree by recursion."""

from __future__ import annotations

from redo_py.front.redunfile.grammar.refusal import refuse
from redo_py.front.redunfile.grammar.syntax import Node

MOST_LEVELS = 200  # of nodes inside nodes; a chain of 150 operators or of 190 `elif` is fine


def check_depth(statement: Node) -> None:
    """Refuse a statement whose nodes are nested deeper than MOST_LEVELS, at a node that is too deep."""
    level = [statement]
    for _ in range(MOST_LEVELS):
        level = [child for node in level for child in children_of(node)]
        if not level:
            return
    refuse("too-deep", level[0], most=MOST_LEVELS)


def children_of(node: Node) -> list[Node]:
    """The nodes directly in the fields of `node`."""
    found: list[Node] = []
    for name in node.fields:
        value = getattr(node, name)
        if isinstance(value, tuple):
            found += [item for item in value if isinstance(item, Node)]
        elif isinstance(value, Node):
            found.append(value)
    return found
