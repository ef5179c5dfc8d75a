"""Which names of a piece of code may stand for the same thing, for all that its text shows.

`table = core.TABLE`, `for each in (core.A, core.B)`, `self.table = core.TABLE`, a parameter with that default: who
changes the one changes the other. The order of the statements and the conditions that they stand under do not count.
What is computed is another thing: a comparison, a sum, a copy.

How far below a name something changes is counted in steps: 0 if the name gets another thing, as `b` in `a.b = 1`, 1 if
that is changed itself, as by `b[0] = 1`, and more if what it holds is, as by `b[0].c = 1`: only then it matters what
somebody has put there.
"""

from __future__ import annotations

import _ast

from redo_py.tasks.reading.scopes import all_below, chain_of, children, imports_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from redo_py.tasks.reading.bindings import Definition
    from redo_py.tasks.reading.scopes import Chain, Import

    Below = tuple[Chain, int]  # a chain, and the steps below what it leads to

_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_DISPLAYS = (_ast.Tuple, _ast.List, _ast.Set, _ast.Dict)
_COMPUTED = (
    _ast.Compare, _ast.BinOp, _ast.UnaryOp, _ast.JoinedStr, _ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.Starred,
)  # fmt: skip
_COPIES = frozenset(("copy", "deepcopy"))

READERS = frozenset(  # builtins that change nothing of what they get, and make something new
    "abs all any ascii bool bytes callable dict dir float format frozenset hasattr hash id int isinstance issubclass "
    "len list max min print range repr round set sorted str sum tuple type".split()
)


class Inside:
    """What the code of some nodes binds by itself."""

    __slots__ = ("attributes", "holds", "imports", "stands")

    def __init__(self, nodes: Iterable[_ast.AST] = ()) -> None:
        self.imports: dict[str, Import] = {}
        self.stands: dict[str, list[tuple[_ast.AST, int]]] = {}  # name -> what it is taken from, so many steps up
        self.holds: dict[str, list[_ast.AST]] = {}  # name -> what was put into that
        self.attributes: dict[str, list[_ast.AST]] = {}  # attribute -> what it was set to, of whatever it is one
        for node in nodes:
            if isinstance(node, (_ast.Import, _ast.ImportFrom)):
                self.imports.update(imports_of(node))
            elif isinstance(node, _ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value, 0)
            elif isinstance(node, (_ast.AnnAssign, _ast.NamedExpr)):
                self._bind(node.target, node.value, 0)
            elif isinstance(node, (_ast.For, _ast.AsyncFor, _ast.comprehension)):
                self._bind(node.target, node.iter, 1)
            elif isinstance(node, _ast.withitem):
                self._bind(node.optional_vars, node.context_expr, 0)
            elif isinstance(node, _ast.arguments):
                self._bind_defaults(node)

    def _bind(self, target: _ast.AST | None, value: _ast.AST | None, steps: int) -> None:
        waiting = [(target, steps)] if value is not None else []
        while waiting:
            node, steps = waiting.pop()
            if isinstance(node, (_ast.Tuple, _ast.List)):
                waiting += [(each, steps + 1) for each in node.elts]
            elif isinstance(node, _ast.Starred):
                waiting.append((node.value, steps))
            elif isinstance(node, _ast.Name):
                self.stands.setdefault(node.id, []).append((value, steps))  # type: ignore[arg-type]
            elif isinstance(node, _ast.Attribute):
                self.attributes.setdefault(node.attr, []).append(value)  # type: ignore[arg-type]
            elif isinstance(node, _ast.Subscript) and (chain := chain_of(node.value)):
                into = self.holds if len(chain) == 1 else self.attributes
                into.setdefault(chain[-1], []).append(value)  # type: ignore[arg-type]

    def _bind_defaults(self, arguments: _ast.arguments) -> None:
        placed = [*arguments.posonlyargs, *arguments.args]
        pairs: list[tuple[_ast.arg, _ast.AST | None]] = [
            *zip(reversed(placed), reversed(arguments.defaults), strict=False)
        ]
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        for parameter, default in pairs:
            if default is not None:
                self.stands.setdefault(parameter.arg, []).append((default, 0))

    def behind(self, chain: Chain, steps: int) -> list[Below]:
        """What else changes with what is `steps` below `chain`, by what is bound here."""
        below = len(chain) - 1 + steps  # of the first name
        found = [each for value, up in self.stands.get(chain[0], ()) for each in mentioned(value, below + up)]
        if below > 1:
            found += [each for value in self.holds.get(chain[0], ()) for each in mentioned(value, below - 1)]
        for place, attribute in enumerate(chain[1:], start=1):
            left = below - place
            values = [*self.attributes.get(attribute, ()), *(value for value, _ in self.stands.get(attribute, ()))]
            found += [each for value in values if left > 0 for each in mentioned(value, left)]
        return found


def mentioned(value: _ast.AST, steps: int) -> list[Below]:
    """The names that what an expression gives may be or be taken from, or that it holds, with how far below each it is
    what changes `steps` below that."""
    found: list[Below] = []
    waiting = [(value, steps)] if steps > 0 else []
    while waiting:
        node, steps = waiting.pop()
        if isinstance(node, _COMPUTED) or (isinstance(node, _ast.Call) and _makes_new(node.func)):
            continue
        if chain := chain_of(node):
            found.append((chain, steps))
        elif isinstance(node, _ast.Subscript):
            waiting.append((node.value, steps + 1))
        elif not isinstance(node, _DISPLAYS):
            waiting += [(child, steps) for child in children(node)]
        elif steps > 1:
            waiting += [(child, steps - 1) for child in _held(node)]
    return found


def _held(display: _ast.AST) -> list[_ast.AST]:
    if not isinstance(display, _ast.Dict):
        return children(display)
    return [value for key, value in zip(display.keys, display.values, strict=True) if key is not None]


def _makes_new(function: _ast.AST) -> bool:
    if isinstance(function, _ast.Name):
        return function.id in READERS or function.id in _COPIES
    return isinstance(function, _ast.Attribute) and function.attr in _COPIES


def given_by(definition: Definition, inside: Inside, steps: int) -> list[Below]:
    """What changes with what is `steps` below that which a call of it gives; `inside` is what its nodes bind."""
    found: list[Below] = []
    for node in all_below(*definition.body):
        if isinstance(node, (_ast.Return, _ast.Yield, _ast.YieldFrom)) and node.value is not None:
            found += mentioned(node.value, steps)
    if isinstance(definition, _FUNCTIONS):
        return found
    found += [each for base in definition.bases for each in mentioned(base, steps)]
    held = [value for values in inside.attributes.values() for value in values]
    held += [value for values in Inside(definition.body).stands.values() for value, _ in values]
    return found + [each for value in held for each in mentioned(value, steps - 1)]
