"""A graph in the language of Graphviz."""

from __future__ import annotations

from redo_py.query.graph import ACTION, CHECK, CONTENT, DISCOVERED, FILE, GROUP, RULE, SOURCE, TASK, VALUE
from redo_py.query.naming import printable, subtitle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.query.graph import Graph, Node

SHAPES = {
    SOURCE: 'shape=note style=filled fillcolor="#f4f1e8"',
    FILE: 'shape=note style=filled fillcolor="#ffffff"',
    RULE: 'shape=box style="rounded,filled" fillcolor="#dfeaf7"',
    CHECK: 'shape=hexagon style=filled fillcolor="#e2f3e2"',
    ACTION: 'shape=cds style=filled fillcolor="#f9e4d4"',
    VALUE: 'shape=ellipse style=filled fillcolor="#ece4f5"',
    TASK: 'shape=component style=filled fillcolor="#ece4f5"',
    GROUP: "shape=folder",
}
LINES = {CONTENT: "", DISCOVERED: " [style=dashed]", "order": " [style=dotted arrowhead=empty]"}


def as_dot(graph: Graph) -> Iterator[str]:
    """The lines of a `digraph`. Content is a full line, what was discovered a dashed one, order alone a dotted one."""
    yield "digraph redun {\n"
    yield "  rankdir=LR;\n"
    yield '  node [fontname="sans-serif" fontsize=11 margin="0.12,0.06"];\n'
    yield '  edge [color="#667788"];\n'
    for number, node in enumerate(graph.nodes):
        yield f"  n{number} [label={quoted(label(node))} {SHAPES[node.kind]}];\n"
    for (used, user), kind in graph.edges.items():
        yield f"  n{used} -> n{user}{LINES[kind]};\n"
    yield "}\n"


def label(node: Node) -> str:
    """What stands in a node: its name and, of a step, what made it."""
    below = subtitle(node)
    return f"{node.name}\n{below}" if below else node.name


def quoted(text: str) -> str:
    """`text` as a string of the language; lines are centred."""
    lines = (printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
