"""A world for redunfiles that lies in a few dicts, and short ways through load and plan."""

from __future__ import annotations

from typing import Any

from redo_py.front.redunfile.evaluation.declared import Redunfile
from redo_py.front.redunfile.grammar.parse import parse
from redo_py.front.redunfile.loading.load import load
from redo_py.front.redunfile.names.globs import matches
from redo_py.front.redunfile.planning.planner import Planner
from redo_py.ground.errors import UsageError
from redo_py.ground.spans import Span


class Kind:
    """What a name of a module is."""

    def __init__(self, kind: str, parameters: tuple[Any, ...] = ()) -> None:
        self.kind = kind
        self.parameters = parameters


class Named:
    """A task."""

    def __init__(self, fullname: str) -> None:
        self.fullname = fullname


class World:
    """A Host. Everything that `functions` does not name is a plain function, everything in `constants` is one."""

    def __init__(
        self,
        files: dict[str, str] | tuple[str, ...] = (),
        env: dict[str, str] | None = None,
        overrides: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
        constants: dict[str, Any] | None = None,
        tools: str = "digest",
    ) -> None:
        self.files = dict.fromkeys(files, "") if isinstance(files, tuple) else files
        self.variables = env or {}
        self.overrides = overrides or {}
        self.settings = settings or {}
        self.constants = constants or {}
        self.system = "Linux x86_64"
        self.tools = tools
        self.passed: dict[str, str] = {}
        self.executors: tuple[str, ...] = ("command", "thread")
        self.far: tuple[str, ...] = ()  # the options that jobs may give the executor `far`
        self.limits: dict[str, int] = {}
        self.links: dict[str, str] = {}  # linked folder -> the real one
        self.borders: dict[str, str] = {}  # folder -> what makes it a project of its own
        self.oddities: dict[str, str] = {}  # path -> what lies there
        self.tasks: list[tuple[str, str, dict[str, Any]]] = []  # what was imported, with its options

    def executor_options(self, name: str) -> tuple[str, ...]:
        return self.far if name == "far" else ()

    def env(self, name: str) -> str | None:
        return self.variables.get(name)

    def glob(self, pattern: str, exclude: Any) -> list[str]:
        return sorted(
            path for path in self.files if matches(pattern, path) and not any(matches(each, path) for each in exclude)
        )

    def is_file(self, path: str) -> bool:
        return path in self.files

    def real_folder(self, folder: str) -> str:
        return self.links.get(folder, folder)

    def redunfile(self, file: str) -> tuple[Any, str]:
        return parse(self.files[file], file), self.files[file]

    def embedded(self, module: str) -> None:
        return None

    def border(self, folder: str) -> str:
        return self.borders.get(folder, "")

    def oddity(self, path: str) -> str:
        return self.oddities.get(path, "")

    def read_text(self, path: str) -> str:
        return self.files[path]

    def setting(self, name: str) -> Any:
        return self.settings.get(name)

    def setting_place(self, name: str) -> tuple[Span, str]:
        number = list(self.settings).index(name) + 2
        return Span("redun.toml", number, 1), f"{name} = {self.settings[name]!r}"

    def strange_settings(self, known: Any) -> list[Any]:
        lines = [f"{name} = {value!r}" for name, value in self.settings.items()]
        found = enumerate(zip(self.settings, lines, strict=True), 2)
        return [(name, Span("redun.toml", number, 1), line) for number, (name, line) in found if not known(name)]

    def constant(self, module: str, name: str, span: Any) -> Any:
        return self.constants[name]

    def function_kind(self, module: str, name: str, span: Any) -> Kind:
        return Kind("constant" if name in self.constants else "function")

    def task(self, module: str, name: str, options: Any, span: Any) -> Named:
        self.tasks.append((module, name, dict(options)))
        return Named(f"{module}.{name}")


def loaded(text: str, world: World | None = None) -> Redunfile:
    """The redunfile `text`; raises ErrorList."""
    return load(parse(text, "redunfile.py"), text, world or World())


def planner(text: str, world: World | None = None) -> Planner:
    """A planner for the redunfile `text`."""
    world = world or World()
    return Planner(loaded(text, world), world)


def check_sources(plan: Planner, world: World) -> None:
    """Raise the error for the first source that is needed and not there."""
    for path, (_, _, missing_ok) in plan.sources.items():
        if not missing_ok and path not in world.files:
            raise plan.missing_input_error(path)


def commands(plan: Planner, *targets: str) -> list[str]:
    """The texts of the commands that the targets stand for, without what these need."""
    found = []
    for expression in plan.request(list(targets)):
        for each in expression if isinstance(expression, tuple) else (expression,):
            found += [step[0] for step in each.kwargs["steps"]]
    return found


def said(call: Any, *args: Any) -> str:
    """The text of the error that `call(*args)` raises."""
    try:
        call(*args)
    except UsageError as error:
        return str(error)
    raise AssertionError("no error")
