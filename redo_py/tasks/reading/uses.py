"""Which names of its module a piece of code uses, by Python's own scope rules.

Names bound by parameters, assignments, comprehensions, nested functions and so on are not uses. What an inner scope
cannot resolve goes outward; a class body binds nothing for the functions in it. A name that a function imports by
itself is followed like one imported at the top of the module.
"""

from __future__ import annotations

from redo_py.tasks.reading.scopes import CLASS, MODULE, read_scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast
    from collections.abc import Sequence

    from redo_py.tasks.reading.scopes import Chain, Import, Passed, Scope


class Uses:
    """What a piece of code takes from outside of it; dicts serve as ordered sets."""

    __slots__ = ("annotations", "imports", "names", "opens", "reads_docs")

    def __init__(self) -> None:
        self.names: dict[Chain, None] = {}  # chains that start at a name of the module or a builtin
        self.annotations: dict[Chain, None] = {}  # those that only an annotation has
        self.opens = False  # whether it takes from something what a task has beside its name and its calls
        self.reads_docs = False  # whether it reads docstrings, which are no part of the code otherwise
        self.imports: dict[tuple[Import, Chain], None] = {}  # taken from what a function imports by itself


def uses_of(nodes: Sequence[_ast.AST], passed: Passed = lambda _: False) -> Uses:
    """What the code of `nodes` uses outside of itself, without the decorators that are `passed` over."""
    uses = Uses()
    scope = read_scope(nodes, passed)
    loads, annotations = _resolve(scope, uses)
    uses.names.update(loads)
    uses.annotations.update(annotations)
    return uses


def _resolve(scope: Scope, uses: Uses) -> tuple[dict[Chain, None], dict[Chain, None]]:
    """(loads, annotations) that `scope` leaves to the one around it; what it takes from imports goes into `uses`."""
    loads, annotations = dict(scope.loads), dict(scope.annotations)
    for inner in scope.inner:
        inner_loads, inner_annotations = _resolve(inner, uses)
        loads.update(inner_loads)
        annotations.update(inner_annotations)
    if scope.kind == MODULE:
        return loads, annotations
    _load_only(scope, {chain[0] for chain in (*loads, *annotations)}, uses)
    own = scope.bound - scope.shared
    if scope.kind == CLASS:  # its names may be loaded before it binds them, and its functions do not see them
        own = set(scope.imports)
    return _left(loads, own, scope, uses), _left(annotations, own, scope, uses)


def _load_only(scope: Scope, used: set[str], uses: Uses) -> None:
    """What `scope` imports and does not use, it imports for what the modules do when they are loaded: they are used as
    a whole."""
    for name in scope.imports.keys() - used:
        for target in (*scope.imports[name], *scope.modules[name]):
            if target.module or target.member:
                uses.imports[(target, ())] = None


def _left(chains: dict[Chain, None], own: set[str], scope: Scope, uses: Uses) -> dict[Chain, None]:
    left: dict[Chain, None] = {}
    for chain in chains:
        if chain[0] not in own:
            left[chain] = None
        for target in scope.imports.get(chain[0], ()):
            uses.imports[(target, chain[1:])] = None
    return left
