"""A graph as a Mermaid flowchart, which forges and wikis draw."""

from __future__ import annotations

from redo_py.query.graph import ACTION, CHECK, CONTENT, DISCOVERED, FILE, GROUP, ORDER, RULE, SOURCE, TASK, VALUE
from redo_py.query.naming import printable, subtitle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.query.graph import Graph, Node

SHAPES = {  # what stands around a label
    SOURCE: ("[/", "/]"),
    FILE: ("[", "]"),
    RULE: ("(", ")"),
    CHECK: ("{{", "}}"),
    ACTION: (">", "]"),
    VALUE: ("([", "])"),
    TASK: ("[[", "]]"),
    GROUP: ("((", "))"),
}
ARROWS = {CONTENT: "-->", DISCOVERED: "-.->", ORDER: "-. after .->"}
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./:+=,*×()'@%")


def as_mermaid(graph: Graph) -> Iterator[str]:
    """The lines of the flowchart."""
    yield "flowchart LR\n"
    for number, node in enumerate(graph.nodes):
        before, after = SHAPES[node.kind]
        yield f'  n{number}{before}"{label(node)}"{after}\n'
    for (used, user), kind in graph.edges.items():
        yield f"  n{used} {ARROWS[kind]} n{user}\n"


def label(node: Node) -> str:
    """What stands in a node, with everything that Mermaid, Markdown or HTML might read written as a number."""
    below = subtitle(node)
    return f"{escaped(node.name)}<br>{escaped(below)}" if below else escaped(node.name)


def escaped(text: str) -> str:
    """`text` as Mermaid shows it."""
    return "".join(char if char in LETTERS else f"#{ord(char)};" for char in printable(text))
