"""The windows of a redunfile, opened on the real world; what was seen through them is kept for the snapshot."""

from __future__ import annotations

import os
from errno import ENOENT
from stat import S_IFBLK, S_IFCHR, S_IFIFO, S_IFMT, S_IFSOCK

from redo_py.config.root import SETTINGS, is_declared_root
from redo_py.files.globbing import glob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

    from redo_py.app.tasks import NamedTask, ProjectTasks
    from redo_py.app.trees import Trees
    from redo_py.config.layers import Layer, Values
    from redo_py.config.settings import Settings
    from redo_py.files.api import Stamp
    from redo_py.files.local import LocalFiles
    from redo_py.front.literals import Found
    from redo_py.front.modules import Project
    from redo_py.front.redunfile.grammar.syntax import Module
    from redo_py.ground.spans import Span
    from redo_py.tasks.reading.sources import Source

EXECUTORS = ("command", "thread", "process")  # what `executor=` can name, beside those of the settings
ODDITIES = {S_IFIFO: "a named pipe", S_IFSOCK: "a socket", S_IFCHR: "a device", S_IFBLK: "a device"}


class ProjectHost:
    """The Host of the redunfile language for the project at `root`."""

    def __init__(
        self,
        root: str,
        files: LocalFiles,
        settings: Settings,
        layers: Sequence[Layer],
        environ: Mapping[str, str],
        overrides: Mapping[str, str],
        tasks: ProjectTasks,
        open_project: Callable[[], Project],
        trees: Trees,
    ) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._files = files
        self._settings = settings
        self._layers = layers  # that the settings come from
        self._environ = environ
        self._tasks = tasks
        self._open_project = open_project
        self._trees = trees
        self.overrides = overrides
        self.system = f"{os.uname().sysname} {os.uname().machine}"
        self.tools = settings.tools
        self.executors = (*EXECUTORS, *(name for name in settings.executors if name not in EXECUTORS))
        self.limits = settings.limits
        self.passed = {name: environ[name] for name in settings.pass_env if name in environ}
        self.stamps: list[Stamp] = []  # of files whose content decided something
        self._borrowed: set[str] = set()  # modules of which a redunfile has taken a constant
        self.no_files: list[str] = []  # paths that were asked for and are no regular files

    def executor_options(self, name: str) -> Collection[str]:
        """The options that jobs may give the executor `name` of the settings."""
        if not self._settings.executors:
            return ()
        from redo_py.app.plugins import options_of_jobs

        return options_of_jobs(name, self._settings.executors, self._load)

    def _load(self, module: str) -> Any:
        """The module of the project with the class of an executor."""
        self._borrowed.add(module)
        return self._open_project().load(module)

    def env(self, name: str) -> str | None:
        """The environment variable, None if it is not set."""
        return self._environ.get(name)

    def glob(self, pattern: str, exclude: Sequence[str]) -> list[str]:
        """The existing files that match, sorted bytewise."""
        return glob(self._root, pattern, exclude).paths

    def is_file(self, path: str) -> bool:
        """Is there a regular file at `path`?"""
        if os.path.isfile(os.path.join(self._root, path)):
            return True
        self.no_files.append(path)
        return False

    def real_folder(self, folder: str) -> str:
        """The folder that `folder` is when links are followed; absolute if that is outside of the project."""
        real = os.path.realpath(os.path.join(self._real_root, folder))
        if real == self._real_root:
            return ""
        return real.removeprefix(self._real_root + "/")

    def oddity(self, path: str) -> str:
        """What lies at `path` if it is neither a file nor a folder; else ""."""
        try:
            mode = os.stat(os.path.join(self._root, path)).st_mode
        except OSError:
            return "a link that leads nowhere" if os.path.islink(os.path.join(self._root, path)) else ""
        return ODDITIES.get(S_IFMT(mode), "")

    def read_text(self, path: str) -> str:
        """The text of a source file; raises OSError."""
        stamp, content = self._files.read(path)
        if not stamp.digest:
            raise FileNotFoundError(path)
        self.stamps.append(stamp)
        return content.decode("utf-8", "surrogateescape")

    def redunfile(self, file: str) -> tuple[Module, str]:
        """The syntax tree and the text of another redunfile; raises OSError, and ErrorList for what is wrong."""
        stamp, content = self._files.read(file)
        if not stamp.digest:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT), file)
        self.stamps.append(stamp)
        return self._trees.parsed(file, content), content.decode("utf-8", "surrogateescape")

    def embedded(self, module: str) -> tuple[Module, str, str] | None:
        """The syntax tree of what is redun's in a module, the module's text and file; None if nothing is."""
        source = self._source_of(module)
        if source is None or b"redo_py" not in source.data:
            return None
        from redo_py.front.embedded.names import Names

        if not Names(source).takes_builtins():
            return None
        return self._trees.embedded(source.module, source.shown, source.data), source.text, source.shown

    def _source_of(self, module: str) -> Source | None:
        """The file of a module; raises UsageError if it can never be imported under that name."""
        project = self._open_project()
        source = project.source_of(module)
        if source is None:
            from redo_py.front.import_errors import refuse_shadowed

            refuse_shadowed(project, module)
        return source

    def border(self, folder: str) -> str:
        """What makes `folder`, or one above it below the root, a project of its own; "" if nothing does."""
        while folder:
            found = self._border_of(folder)
            if found:
                return found
            folder = folder.rpartition("/")[0]
        return ""

    def _border_of(self, folder: str) -> str:
        """As `border`, for `folder` alone. What is not there, or says nothing, is kept for the snapshot."""
        repository, settings = f"{folder}/.git", f"{folder}/{SETTINGS}"
        if os.path.lexists(os.path.join(self._root, repository)):
            return repository
        self.no_files.append(repository)
        if not os.path.lexists(os.path.join(self._root, settings)):
            self.no_files.append(settings)
            return ""
        self.stamps.append(self._files.read(settings)[0])
        return settings if is_declared_root(os.path.join(self._root, folder)) else ""

    def setting(self, name: str) -> Any:
        """`name` of `[config]` in redun.toml, None if it is not there."""
        return self._settings.config.get(name)

    def setting_place(self, name: str) -> tuple[Span, str]:
        """Where the last layer that has `name` in `[config]`, which wins, has it, and the text of that line."""
        from redo_py.config.origins import span_in

        saying = [layer for layer in self._layers if layer.file and name in layer.values.get("config", {})]
        return span_in(saying[-1], "config", name)

    def strange_settings(self, known: Callable[[str], bool]) -> list[tuple[str, Span, str]]:
        """What the files of the project have in `[config]` and `known` does not know. The user's own file is for all
        projects."""
        layers = [layer for layer in self._layers if layer.file and not os.path.isabs(layer.file)]
        return [
            (name, *span_of_name(layer, *path, name))
            for layer in layers
            if layer.lines is None and "profile" not in layer.table  # which the file's own layer has, too
            for path, names in configs_of(layer.values)
            for name in names
            if not known(name)
        ]

    def constant(self, module: str, name: str, span: Span) -> Any:
        """The literal that `name` of `module` is bound to; raises UsageError if it is anything else."""
        from redo_py.front.literals import read_constant

        self._borrowed.add(module)
        return read_constant(self._open_project(), module, name, span)

    def borrowed_from(self) -> set[str]:
        """The files of the modules of which a redunfile has taken a constant."""
        return {source.shown for source in map(self._source_of, self._borrowed) if source is not None}

    def function_kind(self, module: str, name: str, span: Span) -> Found | None:
        """What kind of function `name` of `module` is, without importing it; None if it is none."""
        from redo_py.front.literals import kind_of

        self._source_of(module)
        found = kind_of(self._open_project(), module, name)
        return found if found.kind in ("task", "function") else None

    def task(self, module: str, name: str, options: Mapping[str, Any], span: Span) -> NamedTask:
        """The task for `name` of `module`, imported now; a plain function is wrapped with `options`."""
        return self._tasks.use(module, name, options)


def configs_of(values: Values) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Where a settings file has values for `config(...)`, and them: for all, and for each profile."""
    yield ("config",), values.get("config", {})
    for profile, sections in values.get("profile", {}).items():
        yield ("profile", profile, "config"), sections.get("config", {})


def span_of_name(layer: Layer, *path: str) -> tuple[Span, str]:
    """Where the file of `layer` has the setting, and the text of that line."""
    from redo_py.config.complaints import place_of

    return place_of(layer.file, layer.text, [*layer.table, *path], points_at_value=False)
