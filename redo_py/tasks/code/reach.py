"""The walk over everything of the project that a piece of code reaches by name.

Each Reference leads to something that contributes Parts and further References. The walk keeps its own stack and
remembers where it was: cycles are fine.
"""

from __future__ import annotations

from redo_py.ground.hashing import CODE, digest
from redo_py.tasks.code.homes import home_in, home_of
from redo_py.tasks.code.nodes import changes_of, node_of
from redo_py.tasks.reading.leads import code_uses, hinted, imported, origin_in, references_of
from redo_py.tasks.reading.normalise import docstrings, normalise
from redo_py.tasks.reading.parts import DOCUMENTED, HINT, IMPORTED, NAME, OPENED, TAKEN, VIA, digest_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.tasks.code.project import CodeOfProject
    from redo_py.tasks.reading.parts import Home, Parts, Reference
    from redo_py.tasks.reading.scopes import Chain
    from redo_py.tasks.reading.sources import Source
    from redo_py.tasks.task import Task


class Reach:
    """One walk; `parts` is its result."""

    def __init__(self, project: CodeOfProject, alone: bool = False) -> None:
        """With `alone` what other modules change of those that are reached does not count."""
        self.project = project
        self.alone = alone
        self.parts: Parts = {}
        self._waiting: list[Reference] = []
        self._seen: set[Reference] = set()
        self._documented = False  # whether something on the way reads docstrings
        self._sources: dict[str, Source] = {}  # those in which a name was reached, by module
        self._opens = False  # whether something on the way looks into tasks
        self._tasks: dict[str, Task] = {}  # those reached and not looked into, by full name
        self._opened: set[str] = set()
        self._names: dict[tuple[str, str], Source] = {}  # (module, name) that were reached, with the files of these
        self._looked: set[tuple[str, str]] = set()  # those of which is known what changes them
        self._imported: Sequence[Source] = ()  # by which modules

    def add(self, name: str, text: str, file: str = "", line: int = 0) -> None:
        """Count `text` under `name`; a different text of the same name gets a number behind it."""
        part = (digest_text(text), file, line)
        unique, number = name, 1
        while self.parts.setdefault(unique, part)[0] != part[0]:
            number += 1
            unique = f"{name} {number}"

    def need(self, references: Sequence[Reference]) -> None:
        """Let the walk go to `references`."""
        for reference in references:
            if reference not in self._seen:
                self._seen.add(reference)
                self._waiting.append(reference)

    def meet(self, task: Task) -> None:
        """Count a task by its name; and by its code, too, if something on the way looks into tasks."""
        self.parts[f"{task.fullname} (task)"] = (digest_text(task.fullname), "", 0)
        if task.fullname not in self._opened:
            self._tasks.setdefault(task.fullname, task)

    def opened(self) -> Task | None:
        """A task that was reached and is to be looked into, each once; None if there is no more."""
        if not (self._opens and self._tasks):
            return None
        name, task = self._tasks.popitem()
        self._opened.add(name)
        return task

    def walk(self) -> None:
        """Follow everything that is needed, to the end. What changes the names is looked for when they all are known:
        on the way modules are imported."""
        self._follow()
        while not self.alone and (names := self._unlooked()):
            for name in names:
                self._count_changes(self._names[name], name[1])
            self._follow()
        for source in self._sources.values() if self._documented else ():
            text = "\n".join(docstrings(source.tree))
            self.parts[f"{source.module} (docstrings)"] = (digest_text(text), source.shown, 1)

    def _follow(self) -> None:
        while self._waiting:
            kind, module, chain = self._waiting.pop()
            if kind == IMPORTED:
                self._count_home(".".join([module, *chain]), home_in(self.project, module, chain))
            if kind == DOCUMENTED:
                self._documented = True
            elif kind == OPENED:
                self._opens = True
            elif kind in (TAKEN, IMPORTED):
                self._taken(module, chain)
            else:
                self._name(kind, module, chain)

    def _unlooked(self) -> list[tuple[str, str]]:
        """The names that modules may change that were imported since they were looked at."""
        imported = self.project.imported()
        if imported is not self._imported:
            self._imported = imported
            self._looked.clear()
        names = [name for name in self._names if name not in self._looked]
        self._looked.update(names)
        return names

    def _count_changes(self, source: Source, name: str) -> None:
        changes = changes_of(self.project, source, name)
        if changes is not None:
            self.parts.update(changes.parts)
            self.need(changes.references)

    def enter(self, source: Source) -> None:
        """Something in this file is reached."""
        self._sources[source.module] = source

    def _name(self, kind: str, module: str, chain: Chain) -> None:
        source = self.project.source_of(module)
        if source is None:
            return
        self.enter(source)
        if kind == HINT:
            self.need(hinted(source, chain))
            return
        if kind == NAME:
            self._bound(source, chain)
        node = source.nodes.get(chain[0])
        if node is None:
            node = source.nodes[chain[0]] = node_of(self.project, source, chain[0])
        for name, part in node.parts.items():
            if self.parts.setdefault(name, part) is not part and source.bindings.definition(chain[0]) is None:
                self.parts[f"{name} (every statement)"] = part  # the name is that of the task's function, which is more
        if node.task is not None:
            self.meet(node.task)
        self.need(node.references)
        self.need(imported(source, chain))
        self._names[source.module, chain[0]] = source

    def _bound(self, source: Source, chain: Chain) -> None:
        """Count which thing the chain leads to, beside the thing itself."""
        home = source.homes.get(chain)
        if home is None:
            home = source.homes[chain] = home_of(self.project, source, chain)
        self._count_home(".".join([source.module, *chain]), home)

    def _count_home(self, spelled: str, home: Home) -> None:
        """What is taken from the home is not part of its name, neither here nor there."""
        taken = len(home.rest)
        name = spelled.rsplit(".", taken)[0] if taken else spelled
        if home.counts and name != home.text:
            self.parts[f"{name} (name)"] = (digest_text(home.text), "", 0)

    def _taken(self, module: str, rest: Chain) -> None:
        """Go down from package to module as far as the chain does, and to the name it takes there."""
        source = self.project.source_of(module)
        if source is None:
            self._below(module, rest)
        elif not rest:
            self._whole(source)
        elif rest[0] in source.bindings.names or not self._has_module(f"{module}.{rest[0]}"):
            self.need([(VIA, module, rest)])
        else:
            self.need([(TAKEN, f"{module}.{rest[0]}", rest[1:])])

    def _below(self, module: str, rest: Chain) -> None:
        """A folder of the project without `__init__.py`, a compiled module, or something installed."""
        for depth in range(len(rest) + 1):
            inner = ".".join([module, *rest[:depth]])
            if self.project.source_of(inner) is not None:
                self.need([(TAKEN, inner, rest[depth:])])
                return
            if self._is_binary(inner):
                return
        self._outside(module.partition(".")[0])

    def _has_module(self, module: str) -> bool:
        return self.project.source_of(module) is not None or self.project.binary_of(module) is not None

    def _is_binary(self, module: str) -> bool:
        binary = self.project.binary_of(module)
        if binary is not None:
            path, content = binary
            self.parts[f"{module} (compiled)"] = (digest(CODE, content), path, 0)
        return binary is not None

    def _outside(self, top: str) -> None:
        if not self.project.packages:
            return
        from redo_py.tasks.code.installed import counted_version

        version = counted_version(top, self.project.packages)
        if version is not None:
            self.add(f"{top} (installed)", version)

    def _whole(self, source: Source) -> None:
        """A module that is used as a value: anything in it may be taken."""
        statements = source.tree.body
        self.enter(source)
        origin = origin_in(self.project, source)
        self.add(f"{source.module} (module)", normalise(source.tree, origin), source.shown, 1)
        uses = code_uses(self.project, source, statements)
        self.need(references_of(source, uses))
        for name in source.bindings.names:
            self._bound(source, (name,))
            self.need(imported(source, (name,)))
            self._names[source.module, name] = source
        self.need([(TAKEN, source.absolute(star), ()) for star in source.bindings.stars if source.absolute(star)])
