"""`redun config`: every setting and every value of the redunfile's config(...), each with where it comes from."""

from __future__ import annotations

import os
import re

from redo_py.app.machine import ProjectMachine
from redo_py.app.project import Project
from redo_py.app.redunfile import OpenRedunfile
from redo_py.app.request import defines
from redo_py.app.running.workspace import RunWorkspace
from redo_py.config.complaints import advice
from redo_py.config.origins import origin_in, span_in
from redo_py.config.root import SETTINGS, STATE, find_project, find_run_root
from redo_py.config.schema import known
from redo_py.config.settings import DEFAULTS, default_jobs
from redo_py.ground.errors import ErrorList, RedunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from redo_py.app.request import Request
    from redo_py.app.workspace import Workspace
    from redo_py.config.layers import Layer
    from redo_py.engine.places import Machine

DEFAULT = "default"
WIDEST = 48  # characters of a value that the column of values makes room for
NO_VALUES = ("config", "profile")  # tables that are listed otherwise


class Entry:
    """One setting, or one value of config(...), with where it comes from."""

    __slots__ = ("kind", "name", "origin", "value")

    def __init__(self, kind: str, name: str, value: Any, origin: str) -> None:
        self.kind = kind  # "setting" "config"
        self.name = name
        self.value = value
        self.origin = origin


def configuration(
    request: Request, name: str, environ: Mapping[str, str], is_json: bool, write: Callable[[str], None]
) -> int:
    """Tell all, or what is called `name`; the exit status. Raises UsageError and ErrorList; those of the redunfile only
    after the settings have been told, which do not depend on it."""
    project = opened(request, environ)
    try:
        entries = list(settings_of(project.layers, ProjectMachine(project.settings, environ)))
        trouble: RedunError | ErrorList | None = None
        if isinstance(project, Project) and not any(entry.name == name for entry in entries):
            try:
                entries += values_of(project, request)
            except (RedunError, ErrorList) as error:
                if name or is_json:
                    raise
                trouble = error
        chosen = [entry for entry in entries if name in ("", entry.name)]
        if not chosen:
            raise UsageError("no-such-value", name=name, hint=_meant(name, [entry.name for entry in entries]))
        write(as_json(chosen, name) if is_json else as_text(chosen, name))
        if trouble is not None:
            raise trouble
        return 0
    finally:
        project.close()


def opened(request: Request, environ: Mapping[str, str]) -> Workspace:
    """The project, or where there is no redunfile the workspace of runs, if there is one. Raises UsageError."""
    here = os.path.abspath(request.directory or ".")
    root = find_run_root(here)
    is_for_runs = os.path.isdir(f"{root}/{STATE}") or os.path.isfile(f"{root}/{SETTINGS}")
    if request.file or not is_for_runs or find_project(here, "") is not None:
        return Project(request.directory, request.file, environ, request.profile)
    os.chdir(here)
    return RunWorkspace(environ, request.profile)


def _meant(name: str, known: list[str]) -> str:
    """The names that `name` may be short for, or else a mistake for."""
    same = [each for each in known if re.split("[.:]", each)[-1] == name]
    return f"did you mean {' or '.join(same)}?" if same else advice(name, known)


def settings_of(layers: list[Layer], machine: Machine) -> Iterator[Entry]:
    """All settings in the order of the documentation."""
    for setting in known():
        section, dot, name = setting.partition(".")
        if setting in NO_VALUES:
            continue
        if setting == "root":
            yield root_of(layers)
            continue
        names = [name] if dot else sorted({each for layer in layers for each in layer.values.get(section, {})})
        yield from (setting_of(layers, section, each, machine) for each in names)


def root_of(layers: list[Layer]) -> Entry:
    """Whether the project is one of its own, which only the redun.toml in its folder says."""
    for layer in layers:
        if layer.file == SETTINGS and "root" in layer.values:
            span, _ = span_in(layer, "root")
            return Entry("setting", "root", layer.values["root"], f"{span.file}:{span.line}")
    return Entry("setting", "root", False, DEFAULT)


def setting_of(layers: list[Layer], section: str, name: str, machine: Machine) -> Entry:
    """One setting; the last layer that has it counts. What no layer has may be found out."""
    value, origin = DEFAULTS[section].get(name), DEFAULT
    for layer in layers:
        if name in layer.values.get(section, {}):
            value, origin = layer.values[section][name], origin_in(layer, section, name)
    if value is None and section == "build":
        value = found_out(name, machine)
    return Entry("setting", f"{section}.{name}", value, origin)


def found_out(name: str, machine: Machine) -> Any:
    """What counts for the setting `name` of `[build]` where none is given: what this machine has."""
    if name == "jobs":
        return default_jobs()
    return machine.memory if name == "memory" else list(machine.gpus)


def values_of(project: Project, request: Request) -> Iterator[Entry]:
    """What config(...) gives in the redunfile, in the order of the names."""
    given = defines(request.defines)
    configs = OpenRedunfile(project, given).redunfile.configs
    for name in sorted(configs):
        found = configs[name]
        origin = f"{DEFAULT}, {found.span.file}:{found.span.line}"
        for layer in project.layers:
            if name in layer.values.get("config", {}):
                origin = origin_in(layer, "config", name)
        yield Entry("config", name, found.value, "command line" if name in given else origin)


def as_text(entries: list[Entry], name: str) -> str:
    """For people: a section for the settings and one for config(...); of one that was asked for, its line alone."""
    width = max(len(entry.name) for entry in entries)
    shown = {id(entry): written(entry.value) for entry in entries}
    column = max((len(text) for text in shown.values() if len(text) <= WIDEST), default=0)
    lines: list[str] = []
    for kind, title in (("setting", "settings"), ("config", "values of config()")):
        of_kind = [entry for entry in entries if entry.kind == kind]
        if of_kind and not name:
            lines += [*([""] if lines else []), title]
        margin = "" if name else "  "
        lines += [f"{margin}{entry.name:<{width}}  {shown[id(entry)]:<{column}}  {entry.origin}" for entry in of_kind]
    return "\n".join(lines) + "\n"


def written(value: Any) -> str:
    """A value as TOML has it, but on one line."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def as_json(entries: list[Entry], name: str) -> str:
    """For programs: a list of objects, or the object that was asked for."""
    import json

    objects = [
        {"name": entry.name, "kind": entry.kind, "value": entry.value, "origin": entry.origin} for entry in entries
    ]
    return json.dumps(objects[0] if name and len(objects) == 1 else objects, indent=2, default=str) + "\n"
