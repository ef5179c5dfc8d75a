"""The user's Python modules: found below the project's root, read once, imported, and told apart by their code.

Every module of the project that is imported while a Project is open goes through its finder (front.finder), wherever
the import is written. Its file is read once; what runs is compiled from those bytes and what is hashed is parsed from
them, so an edit in between is never recorded under the wrong code. No bytecode is read from or written to disk.

A file belongs to the project if it lies below the root and neither in `.redun`, `.git`, a virtual environment nor a
folder of installed packages. The root comes first on sys.path, behind the folder of a script that is run; the standard
library cannot be shadowed from either.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from threading import RLock

from redo_py.front import import_errors
from redo_py.front.finder import Finder
from redo_py.front.territory import Territory
from redo_py.ground.errors import UsageError
from redo_py.ground.hashing import FILE, digest
from redo_py.ground.signatures import signature_of
from redo_py.tasks.reading.sources import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import ModuleType
    from typing import Any

    from redo_py.tasks.code.changes import Elsewhere
    from redo_py.tasks.reading.parts import Parts

_READ_AGAIN = 3  # times a file is read again because it was written meanwhile


class Project:
    """The project's modules in this process. Implements tasks.code.project.CodeOfProject.

    Between `open` and `close` (or as a context manager) the imports of the process see the project first. All methods
    may be called from several threads.
    """

    def __init__(
        self,
        root: str,
        is_task: Callable[[object], bool] = lambda _: False,
        packages: Iterable[str] = (),
        takes_in: bool = False,
    ) -> None:
        """With `takes_in` what surrounds a function of the user's from outside the root belongs to the project, too."""
        self.root = os.path.abspath(root)
        self._takes_in = takes_in
        self.packages = frozenset(packages)
        self.known: dict[Callable[..., Any], Parts] = {}
        self.elsewhere: Elsewhere | None = None
        self.territory = Territory(self.root)
        self._is_task = is_task
        self._sources: dict[str, Source] = {}  # by absolute path
        self._modules: dict[str, Source | None] = {}  # by dotted name
        self._binaries: dict[str, tuple[str, bytes] | None] = {}  # by dotted name
        self._imported: tuple[int, list[Source]] = (0, [])  # how many modules the process had, and which were ours
        self._before: frozenset[str] = frozenset()  # names of the modules that were there when it was opened
        self._lock = RLock()
        self._finder = Finder(self.territory, self.read)

    def open(self) -> Project:
        """Put the root first on sys.path and our finder before all others."""
        self._before = frozenset(sys.modules)
        sys.path.insert(0, self.root)
        sys.meta_path.insert(0, self._finder)
        return self

    def lead(self, folder: str) -> None:
        """Let `folder` come before the root where modules are looked for; needs `open`."""
        sys.path.insert(0, folder)
        self.territory.put_first(folder)

    def leave(self) -> None:
        """Undo `open`; modules imported meanwhile stay those of the process."""
        sys.meta_path.remove(self._finder)
        sys.path.remove(self.root)

    def close(self) -> None:
        """Undo `open`; modules imported meanwhile are forgotten, so that another Project can read them anew."""
        self.leave()
        for name, module in list(sys.modules.items()):
            if name != "__main__" and name not in self._before and self._has_imported(module):
                del sys.modules[name]

    def __enter__(self) -> Project:
        return self.open()

    def __exit__(self, *exception: object) -> None:
        self.close()

    # ---- importing

    def load(self, name: str) -> ModuleType:
        """The module of that dotted name, imported if need be.

        Raises UsageError, with the user's own lines, if there is no such module, if it fails while it is imported, or
        if its name is taken by the standard library or by a module that redun itself has imported.
        """
        with self._lock:
            import_errors.refuse_shadowed(self, name)
            try:
                return import_module(name)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                raise import_errors.told(self, name, error) from None

    def member(self, module: str, name: str) -> Any:
        """What `from module import name` gives; raises UsageError as `load`, and if the module has no such name."""
        loaded = self.load(module)
        try:
            return getattr(loaded, name)
        except AttributeError:
            pass
        if self.source_of(f"{module}.{name}") is not None:
            return self.load(f"{module}.{name}")
        raise import_errors.no_such_name(module, name, vars(loaded))

    @property
    def absent(self) -> set[str]:
        """Paths relative to the root whose appearance would change which file a module is."""
        return self.territory.absent

    def loaded_files(self) -> list[tuple[str, bytes, tuple[int, ...]]]:
        """(path from the root, digest of its bytes, signature as it was read) of every file read, by path."""
        sources = sorted(self._sources.values(), key=lambda source: source.shown)
        return [(source.shown, digest(FILE, source.data), source.signature) for source in sources]

    # ---- the door of tasks.code.project

    def is_task(self, value: object) -> bool:
        """Whether `value` is a Task, by the predicate that was given."""
        return self._is_task(value)

    def source_at(self, path: str) -> Source | None:
        """The file of the project that code was compiled from, read now if it was not imported through us."""
        path = os.path.abspath(path)
        known = self._sources.get(path)
        if known is None and path.endswith(".py"):
            path = path if self.territory.owns(path) else os.path.realpath(path)
            if self._takes_in and not self.territory.owns(path) and self.territory.is_users(path):
                self.territory.add(package_of(path)[0])
            if self.territory.owns(path) and os.path.isfile(path):
                known = self.read(path, self.territory.module_at(path))
        return None if known is None else _checked(known)

    def source_of(self, module: str) -> Source | None:
        """The file of a module of the project; `__main__` is the script that runs, if it is one of the project's."""
        if module not in self._modules:
            self._modules[module] = self._find_source(module)
        return self._modules[module]

    def _find_source(self, module: str) -> Source | None:
        if module == "__main__":
            script = getattr(sys.modules["__main__"], "__file__", None)
            return self.source_at(script) if script else None
        path = self.locate(module)
        return _checked(self.read(path, module)) if path else None

    def module_names(self) -> Iterator[str]:
        """The dotted names of all modules of the project, for suggestions."""
        return self.territory.module_names()

    def namespace_of(self, source: Source) -> Mapping[str, Any]:
        """The names of the module after import; {} if it cannot be imported."""
        main = sys.modules["__main__"]
        script = getattr(main, "__file__", None)
        if script is not None and os.path.realpath(script) == os.path.realpath(source.path):
            return vars(main)
        loaded = sys.modules.get(source.module) or self._loaded_from(source.path)
        if loaded is not None and vars(loaded).get("__file__") == source.path:
            return vars(loaded)
        try:
            module = import_module(source.module)
        except (Exception, SystemExit):
            return {}
        return vars(module) if vars(module).get("__file__") == source.path else {}

    def _loaded_from(self, path: str) -> ModuleType | None:
        """The module that was loaded from the file at `path`, under whatever name; None if there is none."""
        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", {}).get("__file__") == path:
                return module
        return None

    def imported(self) -> list[Source]:
        """The files of the modules of the project that this process has imported, by path."""
        count = len(sys.modules)
        if self._imported[0] != count:
            files = [getattr(module, "__dict__", {}).get("__file__") for module in list(sys.modules.values())]
            paths = sorted({os.path.abspath(file) for file in files if isinstance(file, str) and file.endswith(".py")})
            ours = [path for path in paths if path in self._sources or self._is_ours(path)]
            self._imported = (count, [source for path in ours if (source := self._readable(path)) is not None])
        return self._imported[1]

    def _readable(self, path: str) -> Source | None:
        """The file if it is what this process runs; who reaches another one is told."""
        known = self._sources.get(path)  # as it was when it was imported through us
        try:
            return self.source_at(path) if known is None else known
        except UsageError:
            return None

    def asks_for_subclasses(self) -> bool:
        """Whether one of these files mentions `__subclasses__`."""
        return any(b"__subclasses__" in source.data for source in self.imported())

    def _is_ours(self, path: str) -> bool:
        return self.territory.owns(path) or (self._takes_in and self.territory.is_users(path))

    def binary_of(self, module: str) -> tuple[str, bytes] | None:
        """A compiled extension module of the project."""
        if module not in self._binaries:
            self._binaries[module] = self._find_binary(module)
        return self._binaries[module]

    def has_read(self, path: str) -> bool:
        """Whether the file at that absolute path was imported or looked at before."""
        return path in self._sources

    def _find_binary(self, module: str) -> tuple[str, bytes] | None:
        for folder in self._folders_around(module):
            for ending in _extension_endings():
                path = os.path.join(folder, module.rpartition(".")[2] + ending)
                if self.territory.owns(path) and os.path.isfile(path):
                    return self.territory.shown(path), _read(path)[0]
        return None

    # ---- files

    def read(self, path: str, module: str) -> Source:
        """The file as it is, or as it was when it was first asked for; raises UsageError."""
        with self._lock:
            known = self._sources.get(path)
            if known is None:
                try:
                    data, signature = _read(path)
                except OSError as error:
                    reason = error.strerror
                    raise UsageError("path-unreadable", path=self.territory.shown(path), reason=reason) from None
                known = self._sources[path] = Source(path, self.territory.shown(path), module, data, signature)
            return known

    def locate(self, module: str) -> str | None:
        """The file of a module of the project, without importing anything; None if the project has none."""
        if not module or module.partition(".")[0] in sys.stdlib_module_names:
            return None
        imported = self._imported_from(module)  # that is what runs, whatever would be found now
        return imported or self.territory.locate_in(self._folders_around(module), module.rpartition(".")[2])

    def _imported_from(self, module: str) -> str | None:
        """The file that a module was imported from, if it is the user's and what is outside of the root is taken in."""
        names = getattr(sys.modules.get(module), "__dict__", {})  # a module may have a `__getattr__` of its own
        file = names.get("__file__")
        if not self._takes_in or not isinstance(file, str) or not file.endswith(".py"):
            return None
        path = os.path.abspath(file)
        if not self.territory.is_users(path):
            return None
        self.territory.add(package_of(path)[0])
        return path if self.territory.owns(path) else None

    def _folders_around(self, module: str) -> list[str]:
        """The folders in which the file of `module` is searched."""
        package = module.rpartition(".")[0]
        if not package:
            return self.territory.folders()
        source = self.source_of(package)
        if source is not None:
            return [os.path.dirname(source.path)] if source.is_package else []
        inner = package.rpartition(".")[2]
        return [
            folder for around in self._folders_around(package) if os.path.isdir(folder := os.path.join(around, inner))
        ]

    def _has_imported(self, module: ModuleType) -> bool:
        """Whether it is a module of ours, or a folder of ours without `__init__.py`."""
        names = getattr(module, "__dict__", {})  # not getattr: a module may have a `__getattr__` of its own
        file = names.get("__file__")
        folders = [os.path.abspath(folder) for folder in names.get("__path__", ())]
        return file in self._sources or (
            file is None and bool(folders) and all(self.territory.owns(os.path.join(folder, "x")) for folder in folders)
        )


def package_of(path: str) -> tuple[str, str]:
    """(folder to import from, dotted name) of the module at `path`."""
    folder, file = os.path.split(path)
    parts = [file.removesuffix(".py")]
    while os.path.isfile(f"{folder}/__init__.py"):
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    return folder, ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def named_object(dotted: str) -> Any:
    """What `package.module.name` stands for, importing what has to be. Raises ImportError and AttributeError."""
    module, _, rest = dotted.partition(".")
    found: Any = import_module(module)
    while rest:
        name, _, rest = rest.partition(".")
        module = f"{module}.{name}"
        found = getattr(found, name) if hasattr(found, name) else import_module(module)
    return found


def _checked(source: Source) -> Source:
    """`source`; raises UsageError if this process runs something else than it says."""
    if not source.is_checked:
        from redo_py.front.loaded import refuse_edited

        refuse_edited(source)
        source.is_checked = True
    return source


def _extension_endings() -> list[str]:
    from importlib.machinery import EXTENSION_SUFFIXES

    return EXTENSION_SUFFIXES


def _read(path: str) -> tuple[bytes, tuple[int, ...]]:
    """(bytes, signature) that belong together; raises OSError, UsageError if the file does not hold still."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        for _ in range(_READ_AGAIN):
            before = signature_of(os.fstat(descriptor))
            os.lseek(descriptor, 0, os.SEEK_SET)
            content = b"".join(iter(lambda: os.read(descriptor, 1 << 20), b""))
            if signature_of(os.fstat(descriptor)) == before:
                return content, before
    finally:
        os.close(descriptor)
    raise UsageError("module-changes", path=path)
