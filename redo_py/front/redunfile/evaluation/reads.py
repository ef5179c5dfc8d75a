"""The windows of a redunfile with a memory: every question is asked once and its answer kept for the snapshot."""

from __future__ import annotations

from redo_py.front.redunfile.names.paths import is_of_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.front.redunfile.evaluation.host import Host


class Reads:
    """What loading and planning have read of the world."""

    __slots__ = ("_made_up", "_texts", "configs", "env", "files", "globs", "host", "parsed", "texts")

    def __init__(self, host: Host) -> None:
        self.host = host
        self.env: dict[str, str | None] = {}  # variable -> value, None if it is not set
        self.globs: dict[tuple[str, tuple[str, ...]], list[str]] = {}  # (pattern, excluded patterns) -> paths
        self.files: dict[str, bool] = {}  # path asked for -> whether it is a regular file
        self.texts: list[str] = []  # paths whose content decided something
        self.configs: dict[str, Any] = {}  # name -> the value of `[config]`, None if it is not there
        self.parsed: dict[tuple[str, str, tuple[Any, ...]], Any] = {}  # (window, path, options) -> what it shows
        self._made_up: dict[str, bool] = {}
        self._texts: dict[str, str] = {}

    @property
    def absent(self) -> list[str]:
        """The paths that were asked for and are no regular files."""
        return [path for path, is_file in self.files.items() if not is_file]

    def seen(self) -> list[str]:
        """The files that are known to be there."""
        return [
            *(path for path, is_file in self.files.items() if is_file),
            *(p for found in self.globs.values() for p in found),
        ]

    def variable(self, name: str) -> str | None:
        """The environment variable `name`."""
        if name not in self.env:
            self.env[name] = self.host.env(name)
        return self.env[name]

    def glob(self, pattern: str, exclude: tuple[str, ...]) -> list[str]:
        """The existing files that match."""
        key = (pattern, exclude)
        if key not in self.globs:
            self.globs[key] = self.host.glob(pattern, exclude)
        return self.globs[key]

    def is_file(self, path: str) -> bool:
        """Is there a regular file at `path`?"""
        known = self.files.get(path)
        if known is None:
            known = self.files[path] = self.host.is_file(path)
        return known

    def is_made_up(self, path: str) -> bool:
        """Is `path`, or what its links lead to, one that the system makes up while it is read (`/proc/uptime`)?"""
        if not path.startswith(("/", "../")):
            return False
        known = self._made_up.get(path)
        if known is None:
            known = self._made_up[path] = is_of_system(path) or is_of_system(self.host.real_folder(path))
        return known

    def text(self, path: str) -> str:
        """The text of a source file; raises OSError."""
        if path not in self._texts:
            self.texts.append(path)
            self._texts[path] = self.host.read_text(path)
        return self._texts[path]

    def setting(self, name: str) -> Any:
        """The value of `[config]`, None if it is not there."""
        if name not in self.configs:
            self.configs[name] = self.host.setting(name)
        return self.configs[name]
