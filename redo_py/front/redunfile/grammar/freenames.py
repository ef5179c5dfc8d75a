"""The names that a piece of syntax uses, and those that it binds: read off the tree."""

from __future__ import annotations

from redo_py.front.redunfile.grammar import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def free_names(node: syntax.Def) -> tuple[str, ...]:
    """Every name that the body of `node` mentions, its own locals included: the rest is for whoever looks them up."""
    if node.mentioned is None:
        node.mentioned = tuple(
            dict.fromkeys(each.id for part in node.body for each in walk(part) if isinstance(each, syntax.Name))
        )
    return node.mentioned


def walk(node: Any) -> Iterator[Any]:
    """`node` and all nodes below it, in the order of the text as far as fields are."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
        elif isinstance(item, syntax.Node):
            yield item
            stack.extend(getattr(item, name) for name in reversed(item.fields))


def bound_names(statements: tuple[Any, ...]) -> dict[str, Any]:
    """The names that `statements` bind in their own scope -> the node that does, the first one. Bodies of loops are
    scopes of their own."""
    found: dict[str, Any] = {}
    for statement in statements:
        if isinstance(statement, syntax.Assign):
            for target in statement.targets:
                found.setdefault(target.id, target)
        elif isinstance(statement, syntax.Def):
            found.setdefault(statement.name, statement)
        elif isinstance(statement, syntax.Import):
            for imported in statement.names:
                found.setdefault(imported.alias, imported)
        elif isinstance(statement, syntax.If):
            for name, node in {**bound_names(statement.orelse), **bound_names(statement.body)}.items():
                found.setdefault(name, node)
    return found
