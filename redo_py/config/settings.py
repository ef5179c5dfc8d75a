"""The settings of a project: redun.toml beside the redunfile, or [tool.redun] of pyproject.toml."""

from __future__ import annotations

import os

from redo_py.config.root import SETTINGS
from redo_py.ground.errors import ErrorList, UsageError
from redo_py.ground.spans import Span

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
        self.jobs: int = build["jobs"] or os.cpu_count() or 1
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


def read_file(root: str) -> tuple[str, bytes] | None:
    """(name, content) of the file with the settings of the project at `root`; None when there is none."""
    for name in (SETTINGS, "pyproject.toml"):
        try:
            with open(f"{root}/{name}", "rb") as stream:
                data = stream.read()
        except FileNotFoundError:
            continue
        if name == SETTINGS or b"tool.redun" in data:
            return name, data
    return None


def command_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What every command gets, whatever it declares."""
    passed = {name: environ[name] for name in PASSED if name in environ}
    return {**passed, "LANG": "C.UTF-8"}


def checked(name: str, data: bytes) -> dict[str, Any]:
    """What the file `name` says, every setting filled in; raises UsageError or ErrorList that point at the line."""
    import tomllib

    from pydantic import ValidationError

    from redo_py.config.schema import File

    try:
        text = data.decode()
        content = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("settings-syntax", file=name, error=str(error)) from None
    if name != SETTINGS:
        content = content.get("tool", {}).get("redun", {})
    try:
        return File.model_validate(content).model_dump()
    except ValidationError as error:
        raise ErrorList([_told(name, text, item) for item in error.errors()]) from None


def _told(name: str, text: str, item: Any) -> UsageError:
    """One pydantic complaint at its line."""
    path = [str(part) for part in item["loc"]]
    line, column, source = _find(text.splitlines(), path)
    setting = ".".join(path)
    if item["type"] == "extra_forbidden":
        return UsageError("settings-unknown", span=Span(name, line, column), source=source, setting=setting)
    given = repr(item["input"])
    return UsageError(
        "settings-value", span=Span(name, line, column), source=source, setting=setting, error=item["msg"], given=given
    )


def _find(lines: list[str], path: list[str]) -> tuple[int, int, str]:
    """Line, column (from 1) and text of where the setting `path` is written; the first line when it is not found."""
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        for key in reversed(path):
            if stripped.split("=")[0].strip().strip('"') == key or stripped.strip("[]").split(".")[-1] == key:
                return number, line.index(stripped[0]) + 1, line
    return 1, 1, lines[0] if lines else ""
