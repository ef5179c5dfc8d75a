"""The names that a statement of a module takes from outside of itself, by Python's scope rules.

Built-in names get the one spelling that the language has: `b.rule` after `from redo_py import build as b` becomes
`rule`. What is taken from an imported module, as in `helpers.clean`, becomes one name with a dot in it.
"""

from __future__ import annotations

from redo_py.front.embedded.names import OURS, is_standard
from redo_py.front.redunfile.grammar import syntax
from redo_py.front.redunfile.grammar.freenames import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redo_py.front.embedded.names import Names
    from redo_py.front.redunfile.grammar.syntax import Node

    Local = frozenset[str]
    Report = Callable[..., None]  # (code, node, **words)


class Mentions:
    """Reads statements that the parser has made, and rewrites their names in place."""

    def __init__(self, names: Names, report: Report) -> None:
        self.names = names
        self.report = report
        self.free: dict[str, syntax.Name] = {}  # every free name that is no built-in one -> where it is used first
        self.members: dict[str, tuple[str, str]] = {}  # of them those with a dot -> (module, name)

    def read(self, node: Any, local: Local = frozenset()) -> Any:
        """`node` with its names rewritten; `local` are those that are bound around it, but not by the module."""
        if isinstance(node, (syntax.Name, syntax.Attribute)):
            return self._chain(node, local)
        reader = _READERS.get(type(node))
        if reader is None:
            self._fields(node, local, node.fields)
        else:
            reader(self, node, local)
        return node

    def _fields(self, node: Any, local: Local, fields: tuple[str, ...]) -> None:
        for field in fields:
            value = getattr(node, field)
            if isinstance(value, syntax.Node):
                setattr(node, field, self.read(value, local))
            elif isinstance(value, tuple):
                read = tuple(self.read(each, local) if isinstance(each, syntax.Node) else each for each in value)
                setattr(node, field, read)

    # ---- names

    def _chain(self, node: Any, local: Local) -> Node:
        """`a.b.c`, or what follows upon another expression."""
        attributes: list[syntax.Attribute] = []  # outermost first
        first = node
        while isinstance(first, syntax.Attribute):
            attributes.append(first)
            first = first.value
        if not isinstance(first, syntax.Name):
            attributes[-1].value = self.read(first, local)
            result: Node = node
            return result
        if first.id in local:
            return node  # type: ignore[no-any-return]
        chain = (first.id, *(each.name for each in reversed(attributes)))
        name, used = self.names.builtin(chain)
        if name:
            self._check_builtin(first, name, chain[:used], local)
        else:
            name, used = self._taken(first, chain)
        spelled = syntax.Name(first.line, first.column, name)
        if used > len(attributes):
            return spelled
        attributes[-used].value = spelled
        return node  # type: ignore[no-any-return]

    def _check_builtin(self, place: Node, name: str, chain: tuple[str, ...], local: Local) -> None:
        if name not in OURS:
            self.report("no-builtin", place, name=name, hint="")
        elif name in local:
            self.report("builtin-hidden", place, shown=".".join(chain), name=name)

    def _taken(self, first: syntax.Name, chain: tuple[str, ...]) -> tuple[str, int]:
        """(spelling, number of parts) of a free name that is no built-in one."""
        module, name, used = self.names.member(chain)
        spelling = ".".join(chain[:used]) if name and not is_standard(module) else first.id
        if spelling != first.id:
            self.members[spelling] = (module, name)
        self.free.setdefault(spelling, first)
        return (spelling, used if spelling != first.id else 1)

    # ---- scopes

    def _assign(self, node: syntax.Assign, local: Local) -> None:
        self._fields(node, local, ("value",))

    def _parameter(self, node: syntax.Parameter, local: Local) -> None:
        self._fields(node, local, ("default",))

    def _def(self, node: syntax.Def, local: Local) -> None:
        self._fields(node, local, ("decorators", "parameters"))
        inner = local | {parameter.name for parameter in node.parameters} | bound_in(node.body)
        self._fields(node, inner, ("body",))

    def _for(self, node: syntax.For, local: Local) -> None:
        self._fields(node, local, ("iterable",))
        self._fields(node, local | set(node.targets) | bound_in(node.body), ("body",))

    def _comprehension(self, node: Any, local: Local) -> None:
        for clause in node.clauses:
            self._fields(clause, local, ("iterable",))
            local = local | set(clause.targets)
            self._fields(clause, local, ("conditions",))
        self._fields(node, local, tuple(field for field in node.fields if field != "clauses"))


_READERS: dict[type, Callable[[Mentions, Any, Local], None]] = {
    syntax.Assign: Mentions._assign,
    syntax.Parameter: Mentions._parameter,
    syntax.Def: Mentions._def,
    syntax.For: Mentions._for,
    syntax.ListComprehension: Mentions._comprehension,
    syntax.DictComprehension: Mentions._comprehension,
}


def bound_in(body: tuple[Any, ...]) -> frozenset[str]:
    """The names that `body` binds, loops and inner functions included, comprehensions left aside."""
    found: set[str] = set()
    for node in walk(body):
        if isinstance(node, syntax.Assign):
            found.update(target.id for target in node.targets)
        elif isinstance(node, syntax.For):
            found.update(node.targets)
        elif isinstance(node, syntax.Def):
            found.add(node.name)
    return frozenset(found)
