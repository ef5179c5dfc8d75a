"""What modules of the project change of each other, and of themselves, when they are imported.

A registry that decorators of other modules fill, a list that is appended to, `settings.LEVEL = 2`, a method that is
put in the place of another one: the name is bound in one module and changed by statements of another. What `bindings`
tells of one module by itself, this tells of all that are imported: name -> the statements that change it, with the
functions that they call, over as many modules as it takes, and under whatever name they have it. In doubt a statement
changes what it names: what it hands over to a call, but for builtins that only read, and what it goes through in a
`for` or enters by a `with`. A module that is handed over may be changed in all of its names.
"""

from __future__ import annotations

import _ast

from redo_py.ground.errors import UsageError
from redo_py.tasks.reading.aliases import Inside, given_by
from redo_py.tasks.reading.bindings import at_import, import_time
from redo_py.tasks.reading.leads import taken_from
from redo_py.tasks.reading.scopes import all_below, chain_of
from redo_py.tasks.reading.touches import (
    DEEP,
    DEFINITIONS,
    arguments_of,
    called_by,
    entered,
    functions_of,
    handed_over,
    owner_of,
    parents_of,
    stored,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.aliases import Below
    from redo_py.tasks.reading.bindings import Definition
    from redo_py.tasks.reading.scopes import Chain, Import
    from redo_py.tasks.reading.sources import Source

    Place = tuple[str, str]  # module, name at its top level
    Statements = list[tuple[Source, _ast.stmt]]
    Lead = tuple[Source, Below, Inside]  # a chain, where it is written, and what is bound around it

_HOPS = 100  # re-exports followed before a circle is assumed
_EVERY = "*"  # in place of a name: any of the module
_NOTHING = Inside()


def changed_elsewhere(project: CodeOfProject, source: Source, name: str) -> Statements:
    """The statements that change the name, by file and line, but for those that the module's bindings tell. Only what
    is imported by now counts: what is not has changed nothing."""
    imported = project.imported()
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
        self.same: dict[tuple[Place, bool], set[Place]] = {}  # what a name may stand for; or hold, too
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
        nodes = [*at_import(statement)]
        lambdas = [node.body for node in nodes if isinstance(node, _ast.Lambda)]  # they may be called where they stand
        nodes += all_below(*lambdas)
        inside = Inside(nodes)
        for node in nodes:
            self._look(source, node, inside, changed, called)
            if isinstance(node, _ast.ClassDef):
                changed |= self._told_of_subclasses(source, node)
            through = self._places(source, entered(node), inside)
            changed |= {place for place in through if place[0] != source.module}
        return changed | self._effects(called)

    def _look(self, source: Source, node: _ast.AST, inside: Inside, changed: set[Place], called: set[Place]) -> None:
        """Put what `node` by itself changes and calls to the two sets."""
        chains = [*stored(node), *handed_over(node)]
        for function in functions_of(node):
            is_itself = self._is_definition(source, chain_of(function), inside)  # which its call does not change
            chains += [] if is_itself else [(chain, steps + 1) for chain, steps in owner_of(function)]
        changed |= self._places(source, chains, inside)
        for place, _ in self._follow([(source, (chain, 1), inside) for chain in called_by(node)], set()):
            called |= {place} if self._definition_at(place) else self._same_as(place, is_deep=False)
        if isinstance(node, _ast.Call):  # `sorted(names, key=first)` calls what it gets
            called |= {
                place for place in self._places(source, arguments_of(node), inside) if self._definition_at(place)
            }

    # ---- what may stand behind a name

    def _places(self, source: Source, chains: Iterable[Below], inside: Inside) -> set[Place]:
        """What changes with what is below these chains, under whatever name: `m.b` with `a` after `a = m.b`."""
        found: set[Place] = set()
        for place, steps in self._follow([(source, chain, inside) for chain in chains], found):
            found |= self._same_as(place, steps > 1) if steps else {place}
        return found

    def _same_as(self, start: Place, is_deep: bool) -> set[Place]:
        """`start`, and all that its module, or one behind that, may mean by it, or with `is_deep` may hold there."""
        known = self.same.get((start, is_deep))
        if known is None:
            known = self.same[start, is_deep] = {start}
            seen = {(start, is_deep)}
            waiting = self._behind(start, is_deep)
            while waiting:
                new = {(place, steps > 1) for place, steps in self._follow(waiting, known)} - seen
                seen |= new
                known |= {place for place, _ in new}
                waiting = [lead for place, deep in new for lead in self._behind(place, deep)]
        return known

    def _follow(self, waiting: list[Lead], passed: set[Place]) -> set[tuple[Place, int]]:
        """Where these lead, by what is bound around them, too, with the steps from there. The names of imports on the
        way are put to `passed`."""
        found: set[tuple[Place, int]] = set()
        seen: set[tuple[str, Below, int]] = set()
        while waiting:
            source, (chain, steps), inside = waiting.pop()
            if (key := (source.path, (chain, steps), id(inside))) in seen:
                continue
            seen.add(key)
            waiting += [(source, (other, min(far, DEEP)), inside) for other, far in inside.behind(chain, steps)]
            place, rest = self._home(source, chain, inside.imports, passed)
            if place is not None:
                found.add((place, len(rest) + steps))
        return found

    def _behind(self, place: Place, is_deep: bool) -> list[Lead]:
        """What is written for a name where it is bound."""
        found: list[Lead] = []
        source = self.project.source_of(place[0])
        for binding in source.bindings.names.get(place[1], ()) if source is not None else ():
            assert source is not None
            statement = binding.statement
            inside, steps = Inside(all_below(statement)), 2 if is_deep else 1
            if isinstance(statement, DEFINITIONS) and statement.name == place[1]:
                chains = given_by(statement, inside, steps)
            else:
                chains = inside.behind((place[1],), steps)
            found += [(source, chain, inside) for chain in chains]
        return found

    def _is_definition(self, source: Source, chain: Chain, inside: Inside) -> bool:
        place, rest = self._home(source, chain, inside.imports, set()) if chain else (None, ())
        return place is not None and not rest and self._definition_at(place)

    def _definition_at(self, place: Place) -> bool:
        source = self.project.source_of(place[0])
        bindings = source.bindings.names.get(place[1], ()) if source is not None else ()
        return any(isinstance(each.statement, DEFINITIONS) and each.statement.name == place[1] for each in bindings)

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
        inside = Inside(nodes)
        for node in nodes:
            self._look(source, node, inside, changed, called)
            if isinstance(node, _ast.Global):
                changed |= {(source.module, name) for name in node.names}
            if not isinstance(statement, DEFINITIONS) and isinstance(node, _ast.Name):
                made_of = self._places(source, [((node.id,), 1)], inside)
                changed |= made_of
                called |= made_of

    # ---- classes that are told of their subclasses

    def _told_of_subclasses(self, source: Source, definition: _ast.ClassDef) -> set[Place]:
        """The classes above `definition` that hear of it."""
        told: set[Place] = set()
        seen: set[Place] = set()
        waiting = list(self._places(source, [(parent, 1) for parent in parents_of(definition)], _NOTHING))
        while waiting:
            place = waiting.pop()
            above = self._class_at(place)
            if place in seen or above is None:
                continue
            seen.add(place)
            if self.asks or _hears(above[1]):
                told.add(place)
            waiting.extend(self._places(above[0], [(parent, 1) for parent in parents_of(above[1])], _NOTHING))
        return told

    def _class_at(self, place: Place) -> tuple[Source, _ast.ClassDef] | None:
        source = self.project.source_of(place[0])
        found: Definition | None = None
        for binding in source.bindings.names.get(place[1], ()) if source is not None else ():
            if isinstance(binding.statement, _ast.ClassDef) and binding.statement.name == place[1]:
                found = binding.statement
        return (source, found) if source is not None and isinstance(found, _ast.ClassDef) else None

    # ---- where a chain leads

    def _home(
        self, source: Source, chain: Chain, inside: dict[str, Import], passed: set[Place]
    ) -> tuple[Place | None, Chain]:
        """(the name of the project that `chain` leads to, what is taken from there); (None, ()) if it leads to none.
        Imports of the very name that it goes through are put to `passed`: to store there is to change those."""
        for hop in range(_HOPS):
            if hop and len(chain) == 1:
                passed.add((source.module, chain[0]))
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


def _hears(definition: _ast.ClassDef) -> bool:
    """Whether a class is told of its subclasses."""
    return any(keyword.arg == "metaclass" for keyword in definition.keywords) or any(
        isinstance(member, (_ast.FunctionDef, _ast.AsyncFunctionDef)) and member.name == "__init_subclass__"
        for member in definition.body
    )
