"""What a person may be about to type: targets, options of actions, names and values for -D. A project in disorder
offers what its records know."""

from __future__ import annotations

from redo_py.app.machine import ProjectMachine
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.request import defines
from redo_py.app.telling.records import records_of
from redo_py.app.views.targets import first_line
from redo_py.front.redunfile.names.labels import folder_of, plain_name, upward
from redo_py.front.redunfile.names.paths import relative
from redo_py.front.redunfile.planning.requests import named
from redo_py.ground.errors import ErrorList, RedunError
from redo_py.records import EXECUTION, FIRST_WRITTEN, LATEST, LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.front.redunfile.evaluation.declared import Config

    Offer = tuple[str, str]  # what to write, what that is


NEWEST = 20  # executions that are offered
ROOT = "//"  # what begins a path from the root


class Offers:
    """Answers for one place in one project."""

    def __init__(self, request: Request, environ: Mapping[str, str]) -> None:
        """Raises UsageError where there is no project."""
        self._project = Project(request.directory, request.file, environ, request.profile)
        self._here = self._project.here
        self._opened: OpenRedunfile | None = None
        try:
            self._opened = OpenRedunfile(self._project, defines(request.defines))
        except (RedunError, ErrorList):
            try:
                self._opened = OpenRedunfile(self._project, {})  # a -D that is not finished, or wrong
            except (RedunError, ErrorList):
                self._opened = None

    def targets(self, typed: str) -> list[Offer]:
        """Names and paths, each with what it is: as they are written here, or from the root if `typed` begins so."""
        is_from_root = typed.startswith(ROOT)
        found: dict[str, str] = {}
        for name, told, is_path in [*self._declared(), *((path, "file", True) for path in self._made())]:
            for spelled in self._spelled_path(name, is_from_root) if is_path else self._spelled(name):
                found.setdefault(spelled, told)
        return list(found.items())

    def _declared(self) -> Iterator[tuple[str, str, bool]]:
        """What the redunfiles declare: a label or a path, what it is, and whether it is a path."""
        for target in self._opened.planner.targets() if self._opened is not None else ():
            told = first_line(target.doc) or target.kind
            if target.kind != "pattern":
                yield target.name, told, target.kind == "rule"
            for path in target.instances:
                yield path, told, True

    def _spelled_path(self, path: str, is_from_root: bool) -> list[str]:
        """How a path is written here."""
        return [ROOT + path if is_from_root else relative(path, self._here)]

    def _spelled(self, label: str) -> list[str]:
        """How a name is written here: plain if it is that of the redunfile here or above; from afar as a label."""
        folder = folder_of(label)
        known_here = [each for each in upward(self._here) if each == folder]
        return [plain_name(label)] if known_here else [label]

    def _made(self) -> Iterator[str]:
        """What was made before: outputs of patterns, or all if there is nobody else to ask."""
        store = records_of(self._project)
        if store is None:
            return
        for row in store.rows(LEDGER):
            yield row[LEDGER.positions["path"]]
        if self._opened is None:
            yield from (row[LATEST.positions["origin"]] for row in store.rows(LATEST, {"number": 1}))

    def configs(self, name: str) -> list[Offer]:
        """Names for -D with `=` behind them, or the values for `name` once that is written."""
        configs = self._opened.redunfile.configs if self._opened is not None else {}
        if name:
            return [(f"{name}={value}", "") for value in values_of(configs[name])] if name in configs else []
        return [(f"{each.name}=", f"now {each.value}") for each in configs.values()]

    def parameters(self, target: str) -> list[Offer]:
        """The options of the action `target`; none if it is no action."""
        if self._opened is None:
            return []
        redunfile = self._opened.redunfile
        label = named(redunfile, target, self._here, "action")
        found = [each for each in self._opened.planner.targets() if label and each.name == label]
        return [offer for each in found for parameter in each.parameters for offer in option_offers(*parameter)]

    def profiles(self) -> list[Offer]:
        """The names of `[profile.NAME]` in the settings."""
        names = [name for layer in self._project.layers for name in layer.values.get("profile", {})]
        return [(name, "profile") for name in names]

    def settings(self) -> list[Offer]:
        """What `redun config` tells of: settings and names of config(...)."""
        from redo_py.app.views.configuration import settings_of

        machine = ProjectMachine(self._project.settings, self._project.environ)
        entries = settings_of(self._project.layers, machine)
        found = [(entry.name, f"{entry.value}, {entry.origin}") for entry in entries]
        return [*found, *((name.rstrip("="), told) for name, told in self.configs(""))]

    def executions(self) -> list[Offer]:
        """The newest executions, by the beginnings of their ids."""
        store = records_of(self._project)
        rows = store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True, limit=NEWEST) if store is not None else ()
        return [("last", "the newest one"), *((row[0].hex()[:8], row[EXECUTION.positions["argv"]]) for row in rows)]


def values_of(config: Config) -> list[str]:
    """The values that -D may give: the choices, else the default, both truths of a bool."""
    values: tuple[Any, ...] = config.choices or (
        (True, False) if isinstance(config.default, bool) else (config.default,)
    )
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def option_offers(name: str, kind: str, default: Any) -> list[Offer]:
    """A parameter of an action as options."""
    option = name.replace("_", "-")
    if kind == "bool":
        return [(f"--no-{option}" if default is True else f"--{option}", kind)]
    return [(f"--{option}", kind if default is ... else f"{kind}, {default!r} if not given")]
