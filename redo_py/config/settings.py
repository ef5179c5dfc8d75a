"""The settings of a project, and what its settings files may say. See `layers` for which of them wins."""

from __future__ import annotations

import os

from redo_py.config.layers import PYPROJECT, VARIABLES, table_of
from redo_py.ground.errors import ErrorList, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PASSED = ("PATH", "HOME", "USER", "TMPDIR", "TERM")  # what commands get of the environment without it being in a key


class Settings:
    """What counts, from all places."""

    __slots__ = (
        "calls", "config", "context", "context_file", "database", "database_password_env", "database_trusted",
        "database_user_env",
        "executors", "federated_configs", "federated_tasks", "gpus",
        "ignore_warnings", "jobs", "jobserver", "large_value", "limits", "log_level", "max_file", "max_total",
        "max_value", "measures", "memory", "packages", "pass_env", "python", "redun", "restores", "setup_scheduler",
        "status_interval", "tags", "tools",
    )  # fmt: skip

    def __init__(self, checked: Mapping[str, Any]) -> None:
        build, artifacts, code = checked["build"], checked["artifacts"], checked["code"]
        self.jobs: int = build["jobs"] or default_jobs()
        self.calls: int = build["jobs"] or max(CALLS, default_jobs())  # how many calls of functions `redun run` makes
        self.memory: int | None = build["memory"]  # bytes; None: what the machine has
        self.gpus: list[str] | None = build["gpus"]  # names; None: what the machine has
        self.jobserver: str = build["jobserver"]
        self.limits: dict[str, int] = checked["limits"]
        self.tools: str = build["tools"]
        self.pass_env: list[str] = build["pass_env"]
        self.max_file: int = artifacts["max_file"]
        self.max_total: int = artifacts["max_total"]
        self.large_value: int = artifacts["large_value"]  # bytes above which values are files
        self.max_value: int = artifacts["max_value"]
        self.packages: list[str] = code["packages"]
        self.python: str = checked["tasks"]["python"]  # relative to the root; "" for ours
        self.measures: bool = checked["tasks"]["measure"]  # whether functions in threads are measured
        self.config: dict[str, Any] = checked["config"]
        run = checked["run"]
        self.restores: bool = artifacts["run"]  # whether runs put missing products back
        self.log_level: str = run["log_level"]  # of runs; see app.running.reporting
        self.setup_scheduler: str = run["setup_scheduler"]  # `FILE::FUNCTION`, `MODULE::FUNCTION` or ""
        self.status_interval: float = run["job_status_interval"]  # seconds; 0 and below: none
        self.context_file: str = run["context_file"]
        self.database: str = run["database"]  # a URI of libpq; "" for the one in the state folder
        self.database_trusted: bool = run["database_trusted"]  # whether its pickles are loaded
        self.database_user_env: str = run["database_user_env"]
        self.database_password_env: str = run["database_password_env"]
        self.federated_configs: list[str] = run["federated_configs"]
        self.ignore_warnings: list[str] = run["ignore_warnings"]  # "namespace": of tasks that have none
        self.context: dict[str, Any] = checked["context"]
        self.tags: dict[str, Any] = checked["tags"]
        self.executors: dict[str, dict[str, Any]] = checked["executors"]
        self.federated_tasks: dict[str, dict[str, Any]] = checked["federated_tasks"]
        self.redun: str = checked["compat"]["redun"]  # "ours" "real"


DEFAULTS: dict[str, Any] = {
    "build": {
        "jobs": None, "memory": None, "gpus": None, "jobserver": "auto", "tools": "digest", "pass_env": [],
    },
    "artifacts": {
        "max_file": 256 << 20, "max_total": 5 << 30, "large_value": 1 << 20, "max_value": 4 << 30, "run": False,
    },
    "code": {"packages": []},
    "tasks": {"python": "", "measure": False},
    "limits": {},
    "config": {},
    "run": {
        "setup_scheduler": "", "log_level": "", "job_status_interval": 20.0, "context_file": "",
        "federated_configs": [], "ignore_warnings": [], "database": "", "database_trusted": False,
        "database_user_env": "REDUN_DB_USERNAME",
        "database_password_env": "REDUN_DB_PASSWORD",
    },
    "context": {},
    "tags": {},
    "executors": {},
    "federated_tasks": {},
    "repos": {},
    "compat": {"redun": "ours"},
}  # fmt: skip


CALLS = 20  # a function usually waits for something: that many are under way on any machine


def default_jobs() -> int:
    """Two more jobs than there are processors for this process: while redun sees to one that has ended and another one
    waits for the disk, the others keep the processors busy."""
    try:
        return len(os.sched_getaffinity(0)) + 2
    except AttributeError:  # not on macOS
        return (os.cpu_count() or 1) + 2


def is_ours(name: str, data: bytes) -> bool:
    """Whether the file `name` says anything to redun."""
    return name != PYPROJECT or (b"tool" in data and b"redun" in data)


def command_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What every command gets, whatever it declares."""
    passed = {name: environ[name] for name in PASSED if name in environ}
    return {**passed, "LANG": "C.UTF-8"}


def checked(name: str, data: bytes) -> dict[str, Any]:
    """What the file `name` says, and nothing else; raises UsageError or ErrorList that point at the line."""
    import tomllib

    from pydantic import ValidationError

    from redo_py.config.complaints import complaint, ill_formed, no_table, undecodable
    from redo_py.config.schema import File, UserFile, known, of_executors

    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise undecodable(name, data, error) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ill_formed(name, text, error) from None
    above = table_of(name)
    for depth, table in enumerate(above, 1):
        content = content.get(table, {})
        if not isinstance(content, dict):
            raise no_table(name, text, above[:depth])
    try:
        schema = UserFile if os.path.isabs(name) else File
        return schema.model_validate(content).model_dump(exclude_unset=True)
    except ValidationError as error:
        names = [*known(), *of_executors()]
        told = [complaint(name, text, above, found, names) for found in error.errors()]
        raise ErrorList(sorted(told, key=lambda each: each.span.line if each.span else 0)) from None


def checked_variables(given: Mapping[str, str]) -> dict[str, Any]:
    """What environment variables say, in the shape of a settings file; raises UsageError or ErrorList."""
    from pydantic import ValidationError

    from redo_py.config.complaints import wanted
    from redo_py.config.schema import Profile

    content: dict[str, dict[str, str]] = {}
    for variable, text in given.items():
        section, name = VARIABLES[variable]
        content.setdefault(section, {})[name] = text
    try:
        return Profile.model_validate_strings(content).model_dump(exclude_unset=True)
    except ValidationError as error:
        names = {place: variable for variable, place in VARIABLES.items()}
        told = []
        for found in error.errors():
            variable = names[str(found["loc"][0]), str(found["loc"][1])]
            told.append(UsageError("settings-variable", variable=variable, wanted=wanted(found), value=given[variable]))
        raise ErrorList(told) from None
