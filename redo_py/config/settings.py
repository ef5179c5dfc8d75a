"""The settings of a project: redun.toml beside the redunfile, or [tool.redun] of pyproject.toml."""

from __future__ import annotations

import os

from redo_py.config.root import SETTINGS
from redo_py.ground.errors import ErrorList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PASSED = ("PATH", "HOME", "USER", "TMPDIR", "TERM")  # what commands get of the environment without it being in a key


class Settings:
    """What the settings files say, checked."""

    __slots__ = ("config", "jobs", "max_file", "max_total", "packages", "pass_env", "tools")

    def __init__(self, checked: Mapping[str, Any]) -> None:
        build, artifacts, code = checked["build"], checked["artifacts"], checked["code"]
        self.jobs: int = build["jobs"] or default_jobs()
        self.tools: str = build["tools"]
        self.pass_env: list[str] = build["pass_env"]
        self.max_file: int = artifacts["max_file"]
        self.max_total: int = artifacts["max_total"]
        self.packages: list[str] = code["packages"]
        self.config: dict[str, Any] = checked["config"]


DEFAULTS: dict[str, Any] = {
    "build": {"jobs": None, "tools": "digest", "pass_env": []},
    "artifacts": {"max_file": 256 << 20, "max_total": 5 << 30},
    "code": {"packages": []},
    "config": {},
}


def default_jobs() -> int:
    """One more job than there are processors for this process: while redun sees to one that has ended, the others keep
    the processors busy."""
    try:
        return len(os.sched_getaffinity(0)) + 1
    except AttributeError:  # not on macOS
        return (os.cpu_count() or 1) + 1


def is_ours(name: str, data: bytes) -> bool:
    """Whether the file `name` says anything to redun."""
    return name == SETTINGS or b"tool.redun" in data


def command_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What every command gets, whatever it declares."""
    passed = {name: environ[name] for name in PASSED if name in environ}
    return {**passed, "LANG": "C.UTF-8"}


def checked(name: str, data: bytes) -> dict[str, Any]:
    """What the file `name` says, every setting filled in; raises UsageError or ErrorList that point at the line."""
    import tomllib

    from pydantic import ValidationError

    from redo_py.config.complaints import complaint, ill_formed, no_table, undecodable
    from redo_py.config.schema import File, known

    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise undecodable(name, data, error) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ill_formed(name, text, error) from None
    above = () if name == SETTINGS else ("tool", "redun")
    for depth, table in enumerate(above, 1):
        content = content.get(table, {})
        if not isinstance(content, dict):
            raise no_table(name, text, above[:depth])
    try:
        return File.model_validate(content).model_dump()
    except ValidationError as error:
        told = [complaint(name, text, above, found, known()) for found in error.errors()]
        raise ErrorList(sorted(told, key=lambda each: each.span.line if each.span else 0)) from None
