"""The scopes of a piece of code: what each binds and what it loads.

Each function, lambda, comprehension and class body is a Scope. A load is a chain: `helpers.clean(x)` loads
("helpers", "clean"), so that a module's name leads to the one thing taken from it. task.uses puts scopes together.
"""

from __future__ import annotations

import _ast

from redo_py.tasks.reading.annotations import unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Chain = tuple[str, ...]
    FunctionNode = _ast.FunctionDef | _ast.AsyncFunctionDef | _ast.Lambda
    Passed = Callable[[_ast.AST], bool]

FUNCTION, CLASS, MODULE = range(3)


class Import:
    """One name that an import statement binds: `from ..a import b as c` is (level 2, "a", "b")."""

    __slots__ = ("level", "member", "module")

    def __init__(self, level: int, module: str, member: str) -> None:
        self.level = level  # number of leading dots
        self.module = module  # "" in `from . import x`
        self.member = member  # "" if the module itself is bound

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Import) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int, str, str]:
        return (self.level, self.module, self.member)


class Scope:
    """One scope while its code is read."""

    __slots__ = ("annotations", "bound", "imports", "inner", "kind", "loads", "modules", "passed", "shared")

    def __init__(self, kind: int, passed: Passed) -> None:
        self.kind = kind
        self.passed = passed  # decorators that are passed over as if they were not there
        self.bound: set[str] = set()
        self.shared: set[str] = set()  # declared global or nonlocal
        self.imports: dict[str, list[Import]] = {}  # bound by imports, a part of `bound`
        self.modules: dict[str, list[Import]] = {}  # the same names -> the whole modules that these imports load
        self.loads: dict[Chain, None] = {}
        self.annotations: dict[Chain, None] = {}
        self.inner: list[Scope] = []


def read_scope(nodes: Sequence[_ast.AST], passed: Passed = lambda _: False) -> Scope:
    """`nodes` as the code of a module, with the scopes in it."""
    scope = Scope(MODULE, passed)
    _read(scope, nodes)
    return scope


def _read(scope: Scope, nodes: Sequence[_ast.AST | None]) -> None:
    stack: list[_ast.AST | None] = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node is None:
            continue
        handle = _HANDLERS.get(type(node))
        if handle is not None:
            stack.extend(handle(scope, node))
        else:
            stack.extend(children(node))


def all_below(*nodes: _ast.AST) -> Iterator[_ast.AST]:
    """`nodes` and every node below them, the last ones first. Keeps its own stack."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


def children(node: _ast.AST) -> list[_ast.AST]:
    """The nodes directly below `node`, in order."""
    found: list[_ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, _ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found.extend(element for element in value if isinstance(element, _ast.AST))
    return found


def chain_of(node: _ast.AST) -> Chain:
    """`a.b.c` as ("a", "b", "c"); () if it does not start at a name."""
    attributes: list[str] = []
    while isinstance(node, _ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, _ast.Name) else ()


# ---- reading one scope: each returns what remains to be read in the same scope


def _name(scope: Scope, node: _ast.Name) -> Sequence[_ast.AST]:
    if not isinstance(node.ctx, _ast.Load):
        scope.bound.add(node.id)
    else:
        scope.loads[(node.id,)] = None
    return ()


def _attribute(scope: Scope, node: _ast.Attribute) -> Sequence[_ast.AST]:
    chain = chain_of(node)
    if not chain:
        return (node.value,)
    scope.loads[chain] = None
    return ()


def _augmented(scope: Scope, node: _ast.AugAssign) -> Sequence[_ast.AST]:
    if isinstance(node.target, _ast.Name):
        scope.loads[(node.target.id,)] = None
    return (node.target, node.value)


def _annotated(scope: Scope, node: _ast.AnnAssign) -> Sequence[_ast.AST | None]:
    if scope.kind == CLASS:
        return (node.target, node.annotation, node.value)
    _annotation(scope, node.annotation)
    return (node.target, node.value)


def _annotation(scope: Scope, node: _ast.AST | None) -> None:
    stack = [node]
    while stack:
        part = stack.pop()
        chain = chain_of(part) if part is not None else ()
        if chain:
            scope.annotations[chain] = None
        elif isinstance(part, _ast.Constant):
            stack.append(unquoted(part))
        elif part is not None:
            stack.extend(children(part))


def _function(scope: Scope, node: _ast.FunctionDef) -> Sequence[_ast.AST | None]:
    scope.bound.add(node.name)
    for annotation in (*(p.annotation for p in parameters(node.args)), node.returns):
        _annotation(scope, annotation)
    _enter(scope, FUNCTION, node.body, node)
    decorators = [decorator for decorator in node.decorator_list if not scope.passed(decorator)]
    return (*decorators, *node.args.defaults, *node.args.kw_defaults)


def _lambda(scope: Scope, node: _ast.Lambda) -> Sequence[_ast.AST | None]:
    _enter(scope, FUNCTION, [node.body], node)
    return (*node.args.defaults, *node.args.kw_defaults)


def parameters(arguments: _ast.arguments) -> list[_ast.arg]:
    """All parameters in the order of the call."""
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [*named, *(p for p in (arguments.vararg, arguments.kwarg) if p is not None)]


def _enter(
    outer: Scope, kind: int, body: Sequence[_ast.AST], owner: _ast.FunctionDef | _ast.Lambda | _ast.ClassDef
) -> None:
    scope = Scope(kind, outer.passed)
    outer.inner.append(scope)
    if not isinstance(owner, _ast.ClassDef):
        scope.bound.update(parameter.arg for parameter in parameters(owner.args))
    for parameter in getattr(owner, "type_params", ()):
        scope.bound.add(parameter.name)
    _read(scope, body)


def _class(scope: Scope, node: _ast.ClassDef) -> Sequence[_ast.AST]:
    scope.bound.add(node.name)
    _enter(scope, CLASS, node.body, node)
    return (*node.decorator_list, *node.bases, *node.keywords)


def _comprehension(scope: Scope, node: _ast.ListComp) -> Sequence[_ast.AST]:
    inner = Scope(FUNCTION, scope.passed)
    scope.inner.append(inner)
    results = [getattr(node, field) for field in node._fields if field != "generators"]
    first, *others = node.generators
    _read(inner, [first.target, *first.ifs, *others, *results])
    # `:=` binds in the function around, where the comprehension's own names cannot be seen
    walrus = {n.target.id for n in _walrus(results, node.generators)}
    inner.bound -= walrus
    scope.bound |= walrus
    return (first.iter,)


def _walrus(results: list[_ast.AST], generators: list[_ast.comprehension]) -> list[_ast.NamedExpr]:
    found: list[_ast.NamedExpr] = []
    stack: list[_ast.AST] = [*results, *(test for generator in generators for test in generator.ifs)]
    while stack:
        node = stack.pop()
        if isinstance(node, _ast.NamedExpr):
            found.append(node)
        if not isinstance(node, _ast.Lambda):
            stack.extend(children(node))
    return found


def _import(scope: Scope, node: _ast.Import | _ast.ImportFrom) -> Sequence[_ast.AST]:
    for alias, (bound, target) in zip(node.names, imports_of(node), strict=True):
        scope.bound.add(bound)
        scope.imports.setdefault(bound, []).append(target)
        is_from = isinstance(node, _ast.ImportFrom)
        whole = Import(target.level, target.module, "") if is_from else Import(0, alias.name, "")
        scope.modules.setdefault(bound, []).append(whole)
    return ()


def imports_of(node: _ast.Import | _ast.ImportFrom) -> Iterator[tuple[str, Import]]:
    """The names that an import binds, each with what it stands for."""
    for alias in node.names:
        if isinstance(node, _ast.ImportFrom):
            yield alias.asname or alias.name, Import(node.level, node.module or "", alias.name)
        else:
            yield import_binding(alias)


def import_binding(alias: _ast.alias) -> tuple[str, Import]:
    """`import a.b` binds a to a; `import a.b as c` binds c to a.b."""
    if alias.asname:
        return alias.asname, Import(0, alias.name, "")
    first = alias.name.partition(".")[0]
    return first, Import(0, first, "")


def _shared(scope: Scope, node: _ast.Global) -> Sequence[_ast.AST]:
    scope.shared.update(node.names)
    if isinstance(node, _ast.Global):
        scope.loads.update(dict.fromkeys((name,) for name in node.names))
    return ()


def _named(scope: Scope, node: _ast.ExceptHandler) -> Sequence[_ast.AST]:
    """Nodes that bind by a plain text in `name` or, for a mapping pattern, `rest`."""
    name = getattr(node, "name", None) or getattr(node, "rest", None)
    if name:
        scope.bound.add(name)
    return children(node)


_HANDLERS: dict[type, Callable[..., Sequence[_ast.AST | None]]] = {
    _ast.Name: _name,
    _ast.Attribute: _attribute,
    _ast.AugAssign: _augmented,
    _ast.AnnAssign: _annotated,
    _ast.FunctionDef: _function,
    _ast.AsyncFunctionDef: _function,
    _ast.Lambda: _lambda,
    _ast.ClassDef: _class,
    _ast.ListComp: _comprehension,
    _ast.SetComp: _comprehension,
    _ast.DictComp: _comprehension,
    _ast.GeneratorExp: _comprehension,
    _ast.Import: _import,
    _ast.ImportFrom: _import,
    _ast.Global: _shared,
    _ast.Nonlocal: _shared,
    _ast.ExceptHandler: _named,
    _ast.MatchAs: _named,
    _ast.MatchStar: _named,
    _ast.MatchMapping: _named,
}
