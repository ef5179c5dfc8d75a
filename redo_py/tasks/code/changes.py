"""What modules of the project change of each other when they are imported.

A registry that decorators of other modules fill, a list that is appended to, `settings.LEVEL = 2`, a method that is
put in the place of another one: the name is bound in one module and changed by statements of another. What `bindings`
is for one module, this is for all that are imported: name -> the statements elsewhere that change it, with the
functions that they call, over as many modules as it takes. In doubt a statement changes what it names: what it hands
over to a call, but for builtins that only read, and what it goes through in a `for` or enters by a `with`. A module
that is handed over may be changed in all of its names.
"""

from __future__ import annotations

import _ast

from redo_py.ground.errors import UsageError
from redo_py.tasks.reading.bindings import CHANGERS, at_import, import_time
from redo_py.tasks.reading.leads import taken_from
from redo_py.tasks.reading.scopes import Import, all_below, chain_of, children, imports_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.bindings import Definition
    from redo_py.tasks.reading.scopes import Chain
    from redo_py.tasks.reading.sources import Source

    Place = tuple[str, str]  # module, name at its top level
    Statements = list[tuple[Source, _ast.stmt]]
    Locals = dict[str, Import]  # what imports inside of a function bind

_DEFINITIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)
_HOPS = 100  # re-exports followed before a circle is assumed
_EVERY = "*"  # in place of a name: any of the module
_BY_TEXT = frozenset(("delattr", "getattr", "setattr"))  # builtins that get the name of an attribute as a text
_READERS = frozenset(  # builtins that change nothing of what they get
    "abs all any ascii bool bytes callable dict dir float format frozenset hasattr hash id int isinstance issubclass "
    "len list max min print range repr round set sorted str sum tuple type".split()
)


def changed_elsewhere(project: CodeOfProject, source: Source, name: str) -> Statements:
    """The statements of other modules that change the name, by file and line. Only what is imported by now counts:
    what is not has changed nothing."""
    imported = project.imported()
    if len(imported) < 2:
        return []
    if project.elsewhere is None:
        project.elsewhere = Elsewhere(project)
    own = {id(binding.statement) for binding in source.bindings.names.get(name, ())}
    index = project.elsewhere.index(imported)
    statements = index.get((source.module, name), [])
    if every := index.get((source.module, _EVERY)):
        known = {id(statement) for _, statement in statements}
        statements = statements + [each for each in every if id(each[1]) not in known]
        statements.sort(key=lambda each: (each[0].path, each[1].lineno, each[1].col_offset))
    return [(other, statement) for other, statement in statements if id(statement) not in own]


class Elsewhere:
    """What modules have been found to change, each looked at once."""

    def __init__(self, project: CodeOfProject) -> None:
        self.project = project
        self.asks = False  # whether anybody asks for `__subclasses__`
        self.own: dict[Place, tuple[set[Place], set[Place]]] = {}  # of a callable: what it changes and calls by itself
        self.found: dict[str, list[tuple[Place, _ast.stmt]]] = {}  # by path of the module
        self.indexed: tuple[Sequence[Source], dict[Place, Statements]] = ((), {})

    def index(self, imported: Sequence[Source]) -> dict[Place, Statements]:
        """Name -> the statements that change it in the modules `imported`."""
        if self.indexed[0] is not imported:
            if not self.asks and self.project.asks_for_subclasses():
                self.asks = True
                self.found.clear()
            index: dict[Place, Statements] = {}
            for source in imported:
                for place, statement in self._found_in(source):
                    index.setdefault(place, []).append((source, statement))
            self.indexed = imported, index
        return self.indexed[1]

    def _found_in(self, source: Source) -> list[tuple[Place, _ast.stmt]]:
        known = self.found.get(source.path)
        if known is None:
            try:
                statements = list(import_time(source.tree.body))
            except UsageError:  # it was edited to what is no Python: who reaches it is told
                statements = []
            known = self.found[source.path] = [
                (place, statement) for statement in statements for place in sorted(self._changed_by(source, statement))
            ]
        return known

    def _changed_by(self, source: Source, statement: _ast.stmt) -> set[Place]:
        changed: set[Place] = set()
        called: set[Place] = set()
        for node in at_import(statement):
            self._look(source, node, {}, changed, called)
            if isinstance(node, _ast.ClassDef):
                changed |= self._told_of_subclasses(source, node)
            handed = self._places(source, _handed_over(node), {})
            changed |= {place for place in handed if place[0] != source.module}  # the rest is left to `bindings`
        return changed | self._effects(called)

    def _look(self, source: Source, node: _ast.AST, inside: Locals, changed: set[Place], called: set[Place]) -> None:
        """Put what `node` by itself changes and calls to the two sets."""
        changed |= set(self._places(source, _stored(node), inside))
        for chain in _called(node):
            place, rest = self._home(source, chain, inside)
            if place is not None:
                called.add(place)
                if rest and isinstance(node, _DEFINITIONS):  # `@registry.register`
                    changed.add(place)

    def _places(self, source: Source, chains: Iterable[Chain], inside: Locals) -> Iterator[Place]:
        """Where the chains lead, and those that stand behind another name for the same thing, as in `a = m.b`."""
        waiting = [(source, chain, inside) for chain in chains]
        seen: set[Place] = set()
        while waiting:
            place, _ = self._home(*waiting.pop())
            if place is None or place in seen:
                continue
            seen.add(place)
            yield place
            behind = self.project.source_of(place[0])
            if behind is not None:
                aliases = [_alias_of(binding.statement) for binding in behind.bindings.names.get(place[1], ())]
                waiting += [(behind, alias, {}) for alias in aliases if alias]

    # ---- what a call changes

    def _effects(self, called: set[Place]) -> set[Place]:
        """All that calls of these change, over as many calls as it takes."""
        changed: set[Place] = set()
        waiting, seen = list(called), set(called)
        while waiting:
            found, further = self._of_callable(waiting.pop())
            changed |= found
            waiting.extend(further - seen)
            seen |= further
        return changed

    def _of_callable(self, place: Place) -> tuple[set[Place], set[Place]]:
        known = self.own.get(place)
        if known is None:
            known = self.own[place] = (set(), set())  # a circle ends here
            source = self.project.source_of(place[0])
            for binding in source.bindings.names.get(place[1], ()) if source is not None else ():
                assert source is not None
                self._read_callable(source, binding.statement, *known)
        return known

    def _read_callable(self, source: Source, statement: _ast.stmt, changed: set[Place], called: set[Place]) -> None:
        """What is bound by a statement changes what its body changes; what is no definition, such as a `partial`, what
        it is made of."""
        nodes = list(all_below(statement))
        inside = _local_imports(nodes)
        for node in nodes:
            self._look(source, node, inside, changed, called)
            if isinstance(node, _ast.Global):
                changed |= {(source.module, name) for name in node.names}
            elif isinstance(node, _ast.Expr):
                changed |= set(self._places(source, _handed_over(_awaited(node.value)), inside))
            if not isinstance(statement, _DEFINITIONS) and isinstance(node, _ast.Name):
                made_of = set(self._places(source, [(node.id,)], inside))
                changed |= made_of
                called |= made_of

    # ---- classes that are told of their subclasses

    def _told_of_subclasses(self, source: Source, definition: _ast.ClassDef) -> set[Place]:
        """The classes above `definition` that hear of it."""
        told: set[Place] = set()
        seen: set[Place] = set()
        waiting = list(self._places(source, _parents(definition), {}))
        while waiting:
            place = waiting.pop()
            above = self._class_at(place)
            if place in seen or above is None:
                continue
            seen.add(place)
            if self.asks or _hears(above[1]):
                told.add(place)
            waiting.extend(self._places(above[0], _parents(above[1]), {}))
        return told

    def _class_at(self, place: Place) -> tuple[Source, _ast.ClassDef] | None:
        source = self.project.source_of(place[0])
        found: Definition | None = None
        for binding in source.bindings.names.get(place[1], ()) if source is not None else ():
            if isinstance(binding.statement, _ast.ClassDef) and binding.statement.name == place[1]:
                found = binding.statement
        return (source, found) if source is not None and isinstance(found, _ast.ClassDef) else None

    # ---- where a chain leads

    def _home(self, source: Source, chain: Chain, inside: Locals) -> tuple[Place | None, Chain]:
        """(the name of the project that `chain` leads to, what is taken from there); (None, ()) if it leads to none."""
        for hop in range(_HOPS):
            target = inside.get(chain[0]) or _import_of(source, chain[0])
            inside = {}
            if target is None and _binds(source, chain[0]):
                return (source.module, chain[0]), chain[1:]
            module, rest = self._taken(source, target, chain)
            behind = self._down(module, rest)
            if behind is None:
                return self._unbound(source, chain, module, rest, hop), ()
            source, chain = behind
        return None, ()

    def _unbound(self, source: Source, chain: Chain, module: str, rest: Chain, hop: int) -> Place | None:
        """A whole module of the project, or a name that no statement of a module binds, for all that can be seen."""
        if module:
            inner = ".".join((module, *rest))
            return (inner, _EVERY) if self.project.source_of(inner) is not None else None
        if not hop:  # a builtin
            return None
        return (source.module, _EVERY if chain[0] == "__dict__" else chain[0])

    def _taken(self, source: Source, target: Import | None, chain: Chain) -> tuple[str, Chain]:
        """(module, what is taken from it): by an import, or else by the last star import that has the name."""
        if target is not None:
            for _, module, rest in taken_from(source, target, chain[1:]):
                return module, rest
            return "", ()
        for star in reversed(source.bindings.stars):
            behind = self.project.source_of(source.absolute(star))
            if behind is not None and (_binds(behind, chain[0]) or behind.bindings.stars):
                return behind.module, chain
        return "", ()

    def _down(self, module: str, rest: Chain) -> tuple[Source, Chain] | None:
        """The module of the project that has the name `rest` begins with, going down from packages."""
        while module and rest:
            source = self.project.source_of(module)
            below = f"{module}.{rest[0]}"
            if source is not None and (_binds(source, rest[0]) or self.project.source_of(below) is None):
                return source, rest
            module, rest = below, rest[1:]
        return None


def _binds(source: Source, name: str) -> bool:
    return any(not binding.changes for binding in source.bindings.names.get(name, ()))


def _import_of(source: Source, name: str) -> Import | None:
    targets = [binding.target for binding in source.bindings.names.get(name, ()) if binding.target is not None]
    return targets[-1] if targets else None


def _local_imports(nodes: Iterable[_ast.AST]) -> Locals:
    found: Locals = {}
    for node in nodes:
        if isinstance(node, (_ast.Import, _ast.ImportFrom)):
            found.update(imports_of(node))
    return found


def _stored(node: _ast.AST) -> list[Chain]:
    """What `node` stores into, or changes by a method that is known for it: `a.b[c] = ` stores into a.b."""
    if isinstance(node, (_ast.Attribute, _ast.Subscript)) and not isinstance(node.ctx, _ast.Load):
        return _owner(node)
    if isinstance(node, _ast.AugAssign) and isinstance(node.target, _ast.Name):
        return [(node.target.id,)]
    if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute) and node.func.attr in CHANGERS:
        return _owner(node.func)
    return []


def _owner(node: _ast.AST) -> list[Chain]:
    """The names at the left end of `a.b[c].d`, as far as they stand together."""
    while not chain_of(node):
        if isinstance(node, _ast.Call):
            node = node.func
        elif isinstance(node, (_ast.Attribute, _ast.Subscript, _ast.Starred)):
            node = node.value
        else:
            return []
    return [chain_of(node)]


def _called(node: _ast.AST) -> list[Chain]:
    """What `node` calls: as a function, as a decorator, as the base of a class."""
    if isinstance(node, _ast.Call):
        return _owner(node.func)
    if not isinstance(node, _DEFINITIONS):
        return []
    decorators = [chain for decorator in node.decorator_list for chain in _owner(decorator)]
    return [*decorators, *_parents(node)] if isinstance(node, _ast.ClassDef) else decorators


def _parents(definition: _ast.ClassDef) -> list[Chain]:
    parents = (*definition.bases, *(keyword.value for keyword in definition.keywords))
    return [chain for parent in parents for chain in _owner(parent)]


def _handed_over(node: _ast.AST) -> list[Chain]:
    """What `node` may change by giving it away: the owner of a method that is called and the arguments of a call, what
    a `for` goes through, what a `with` enters."""
    if isinstance(node, (_ast.For, _ast.AsyncFor)):
        through = node.iter
        return _given([through.func, *through.args] if isinstance(through, _ast.Call) else [through])
    if isinstance(node, _ast.withitem):
        return _given([node.context_expr])
    if not isinstance(node, _ast.Call):
        return []
    name = node.func.id if isinstance(node.func, _ast.Name) else ""
    if name in _READERS:
        return []
    if name in _BY_TEXT and len(node.args) > 1:
        return _by_text(*node.args[:2])
    owners = _owner(node.func) if isinstance(node.func, _ast.Attribute) else []  # a module's function is its own
    return [*owners, *_given([*node.args, *(keyword.value for keyword in node.keywords)])]


def _given(values: Iterable[_ast.AST]) -> list[Chain]:
    """The names that these values are or are taken from, those in displays of them included."""
    found: list[Chain] = []
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, (_ast.Tuple, _ast.List, _ast.Set, _ast.Dict, _ast.Starred)):
            waiting.extend(children(value))
        elif not isinstance(value, _ast.Call):  # that hands over its arguments by itself
            found.extend(_owner(value))
    return found


def _by_text(owner: _ast.expr, name: _ast.expr) -> list[Chain]:
    """`setattr(m, "a", ...)` stores into m.a; without a text it may be anything of m."""
    chain = chain_of(owner)
    if chain and isinstance(name, _ast.Constant) and isinstance(name.value, str):
        return [(*chain, name.value)]
    return _owner(owner)


def _awaited(value: _ast.expr) -> _ast.expr:
    return value.value if isinstance(value, _ast.Await) else value


def _alias_of(statement: _ast.stmt) -> Chain:
    """("m", "b") for `a = m.b`, else ()."""
    return chain_of(statement.value) if isinstance(statement, _ast.Assign) else ()


def _hears(definition: _ast.ClassDef) -> bool:
    """Whether a class is told of its subclasses."""
    return any(keyword.arg == "metaclass" for keyword in definition.keywords) or any(
        isinstance(member, (_ast.FunctionDef, _ast.AsyncFunctionDef)) and member.name == "__init_subclass__"
        for member in definition.body
    )
