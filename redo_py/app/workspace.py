"""What a command works on: the root of a project with its settings, files, store and modules, wired together."""

from __future__ import annotations

import os
import sys

from redo_py.app.settings import read_settings
from redo_py.files.local import LocalFiles
from redo_py.files.memo import StatMemo
from redo_py.ground.clock import Clock
from redo_py.ground.errors import StoreError, UsageError
from redo_py.store.artifacts import LocalArtifacts
from redo_py.store.packed import PackedArtifacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from redo_py.front.modules import Project as Modules
    from redo_py.ground.spans import Span
    from redo_py.store.api import Reader
    from redo_py.store.postgres.store import PostgresStore
    from redo_py.store.sqlite import SqliteStore

OUR_FILES = (
    "state.db*", "artifacts/", "displaced/", "running", "lock", "claims", "memo", "snapshots/", "settings", "parsed",
    "tables*", "tmp/", "scratch/", "containers/", "datasets/", "spark/", "envs/", "staging/", "args/", "probe", "place",
    ".gitignore",
)  # fmt: skip
IGNORED = "".join(f"/{name}\n" for name in OUR_FILES)


class Workspace:
    """One root for the length of one command. Close it.

    `state` is its state folder, and `folder` the one that relative paths of files are relative to; the first may be
    relative to the current folder.
    """

    only_reads = False  # whether records that cannot be written will do
    takes_in = False  # whether functions of the user's from outside the root belong to the project

    def __init__(
        self, root: str, here: str, state: str, folder: str, environ: Mapping[str, str], profile: str = ""
    ) -> None:
        self.root = root
        self.folder = folder
        self.here = here  # where the user stands, relative to the root
        self.state = state
        self.environ = environ
        self.clock = Clock()
        self.memo = StatMemo(f"{state}/memo")
        files = LocalFiles(root, self.memo, None, self.clock)
        self.settings, self.layers, self.stamps = read_settings(files, state, environ, profile)
        kept = f"{os.path.abspath(state)}/artifacts"
        large = LocalArtifacts(kept, self.settings.max_file, self.settings.max_total)
        self.artifacts = PackedArtifacts(kept, large, self.clock)
        self.values = LocalArtifacts(kept, self.settings.max_value, self.settings.max_total)
        self.files = LocalFiles(folder, self.memo, self.artifacts, self.clock, os.path.abspath(state))
        self._modules: Modules | None = None
        self._store: SqliteStore | None = None
        self._shared: PostgresStore | None = None

    def make_state(self) -> None:
        """Make the state folder and its .gitignore; raises UsageError when that cannot be done."""
        try:
            os.makedirs(f"{self.state}/tmp", exist_ok=True)
            ignore_ours(f"{self.state}/.gitignore")
        except OSError as error:
            raise UsageError("state-unwritable", path=os.path.abspath(self.state), error=error.strerror) from None

    def store(self, notice: Callable[[str], None]) -> SqliteStore:
        """The database; made when it is not there, unless we only read and it cannot be written."""
        if self._store is None:
            from redo_py.store.large_values import LargeValues
            from redo_py.store.sqlite import SqliteStore

            path = f"{self.state}/state.db"
            large = LargeValues(self.values, self.settings.large_value)
            reading = self.only_reads and os.path.exists(path) and not os.access(path, os.W_OK)
            self._store = SqliteStore(path, self.clock, notice, reading=reading, large=large)
        return self._store

    def shared(self, notice: Callable[[str], None], reading: bool = False) -> PostgresStore:
        """The database in Postgres that the settings name for the records of runs. Raises StoreError."""
        if self._shared is not None and self._shared.is_for_reading and not reading:
            self._shared.close()
            self._shared = None
        if self._shared is None:
            from redo_py.app.shared_records import IN_ROWS, marked, place_of, shared_records
            from redo_py.store.large_values import LargeValues

            if not reading:
                self.make_state()
            place = place_of(self.state) if reading else marked(self.state)
            large = LargeValues(self.values, IN_ROWS)
            self._shared = shared_records(self.settings, self.environ, place, self.clock, notice, large, reading)
        return self._shared

    def in_place(self) -> set[bytes]:
        """The contents of all that redun has put into the project, by builds and by runs. Raises StoreError."""
        from redo_py.records import LEDGER

        ledgers: list[Reader] = []
        if self._store is not None or os.path.exists(f"{self.state}/state.db"):
            ledgers.append(self.store(ignore))
        if self.settings.database:
            try:
                ledgers.append(self._shared or self.shared(ignore, reading=True))
            except StoreError as error:
                if error.code != "database-empty":
                    raise
        return {content for ledger in ledgers for (content,) in ledger.rows(LEDGER, columns=["content"])}

    def tell_outsized(self, notice: Callable[[str], None]) -> None:
        """Let `notice` hear if a value is not kept because it is larger than all that is kept may be."""
        if self.values.outsized:
            from redo_py.ground.units import shown_size

            notice(
                f"a value of {shown_size(self.values.outsized)} is made again each time: all that is kept may take "
                f"{shown_size(self.values.max_total)}; raise `artifacts.max_total`"
            )

    def trim(self) -> int:
        """Keep outputs and large values below what all of them may take, but none that is in place; how many go. If it
        cannot be told now what is in place, all stay until the next time."""
        try:
            dropped = self.artifacts.trim(self.in_place)
            return dropped + self.values.trim(self.in_place) if self.values.added else dropped
        except StoreError:
            return 0

    def _trim_at_end(self) -> None:
        """A build that went well has trimmed its outputs."""
        if self.values.added:
            self.trim()

    def modules(self) -> Modules:
        """The project's Python modules."""
        if self._modules is None:
            from redo_py.front.modules import Project as Modules
            from redo_py.tasks.task import Task

            packages, takes_in = self.settings.packages, self.takes_in
            self._lend_packages()
            self._modules = Modules(self.root, lambda value: isinstance(value, Task), packages, takes_in).open()
        return self._modules

    @property
    def python(self) -> str:
        """The path of the interpreter that functions run in; "" if that is ours."""
        return os.path.join(self.root, self.settings.python) if self.settings.python else ""

    def _lend_packages(self) -> None:
        """Let the project's modules be loaded here with the packages of its interpreter, behind our own. Raises
        UsageError."""
        if self.python:
            from redo_py.config.origins import origin_in
            from redo_py.executors.environments.interpreter import packages_of

            layers = [layer for layer in self.layers if "python" in layer.values.get("tasks", {})]
            place = origin_in(layers[-1], "tasks", "python") if layers and layers[-1].file else ""
            sys.path.extend(
                folder for folder in packages_of(self.python, self.environ, place) if folder not in sys.path
            )

    def place_of_executor(self, name: str) -> str:
        """Where the settings say what the executor `name` is; "" if none of their files does."""
        from redo_py.config.origins import origin_in

        layers = [layer for layer in self.layers if layer.file and name in layer.values.get("executors", {})]
        return origin_in(layers[-1], "executors", name) if layers else ""

    def span_of_executor(self, name: str, option: str) -> tuple[Span | None, str | None]:
        """Where the settings say what `option` of the executor `name` is, and the text of that line; or what the
        executor is, if they say nothing of the option; (None, None) if none of their files does."""
        from redo_py.config.origins import span_in

        layers = [layer for layer in self.layers if layer.file and name in layer.values.get("executors", {})]
        saying = [layer for layer in layers if option in layer.values["executors"][name]]
        return span_in((saying or layers)[-1], "executors", name, option) if layers else (None, None)

    def executor_options(self) -> Mapping[str, Mapping[str, Any]]:
        """What the settings of executors say of their jobs. Raises UsageError."""
        if not self.settings.executors:
            return {}
        from redo_py.app.running.named_executors import job_options

        return job_options(self.settings.executors, self.place_of_executor)

    def answer_redun(self, notice: Callable[[str], None] | None) -> None:
        """From now on `import redun` gives ours, unless the settings say otherwise: only in processes that are ours.
        `notice` hears once of a redun that is left aside, and now what redun.ini has that means nothing."""
        if notice is not None:
            for layer in self.layers:
                for text in layer.notices:
                    notice(text)
        if self.settings.redun == "ours":
            from redo_py.ground.alias.finder import install

            install(notice)

    @property
    def opened_modules(self) -> Modules | None:
        """The project's modules, None when nothing has asked for them."""
        return self._modules

    def close(self) -> None:
        """Give everything back; may be called twice."""
        if self._store is not None or self._shared is not None:
            self._trim_at_end()
        self.artifacts.close()
        if self._modules is not None:
            self._leave_modules(self._modules)
            self._modules = None
        if self._store is not None:
            self._store.close()
            self._store = None
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    def _leave_modules(self, modules: Modules) -> None:
        """The project's modules are used no more."""
        modules.close()


def ignore(text: str) -> None:
    """Nobody need know `text`."""


def ignore_ours(path: str) -> None:
    """Let git leave alone what redun keeps: write `path`, unless somebody has written something else into it. One that
    an earlier redun wrote, which kept less, is renewed. Raises OSError."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            there = stream.read()
    except FileNotFoundError:
        there = ""
    if there == IGNORED or not set(there.splitlines()) <= set(IGNORED.splitlines()):
        return
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(IGNORED)
