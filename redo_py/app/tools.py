"""The executables that commands name: what PATH finds for a word, and what identifies it."""

from __future__ import annotations

import os
import sys

from redo_py.executors.commands.programs import find
from redo_py.files.api import EXECUTABLE, FILE, OTHER, Stamp
from redo_py.files.signature import signature_at
from redo_py.ground.errors import RunError, UsageError
from redo_py.ground.hashing import VALUE, digest
from redo_py.tasks.declaration.environments import RELATIVE, files_of, split
from redo_py.values.spelling import normal_path
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.files.local import LocalFiles
    from redo_py.values.file import Tool


class ProjectTools:
    """The Tools door of the engine over the file system and the PATH of commands that declare none (None: not set)."""

    def __init__(self, files: LocalFiles, root: str, search_path: str | None, mode: str) -> None:
        self._files = files
        self._root = root
        self._search_path = search_path
        self.python = f"{sys.version_info[0]}.{sys.version_info[1]}"  # of what environments are made with
        self._mode = mode  # "digest": by content; "path": by where it is found
        self._found: dict[Any, Stamp | None] = {}  # Tool.key -> what was found when its digest was asked for
        self._environments: dict[str, tuple[Sequence[Stamp], list[str]]] = {}  # (what it rests on as seen, the paths)
        self.stamps: dict[str, Stamp] = {}  # every path that was looked at, the absent ones too, for the snapshot
        self.rests_on_folders = False  # whether a folder was passed over, whose signature says nothing

    def digests(self, tools: list[Tool]) -> list[bytes]:
        """What identifies each tool now; of one that is not found, 16 zero bytes."""
        return [self._digest(tool) for tool in tools]

    def unchanged(self, tools: list[Tool]) -> list[bool]:
        """Whether each tool, whose digest was asked for, still leads to the same program."""
        return [self._is_same(tool) for tool in tools]

    def environment_files(self, environment: str) -> list[str]:
        """The paths of all files that say what is in `environment`. Raises RunError if one cannot be read, or names a
        folder."""
        stamps, found = self._environments.get(environment, ((), []))
        if not stamps or not all(self._files.unchanged(stamps)):
            try:
                found = files_of(normal_path(split(environment)[1]), lambda each: self._text(environment, each))
            except ValueError as error:
                file, folder = error.args
                raise RunError("environment-folder", environment=environment, file=file, folder=folder) from None
            self._environments[environment] = self._files.observe(found), found
        return found

    def _text(self, environment: str, path: str) -> str:
        stamp, content = self._files.read(path)
        if stamp.kind not in (FILE, EXECUTABLE):
            from redo_py.app.nearby import nearby

            hint = nearby(path, self._root, os.path.isfile) or RELATIVE
            raise RunError("environment-file-missing", environment=environment, path=path, hint=hint)
        return content.decode("utf-8", "surrogateescape")

    def _digest(self, tool: Tool) -> bytes:
        path, looked_at = self._find(tool)
        for passed_over in looked_at[:-1] if path else looked_at:
            self._pass_over(passed_over)
        stamp = self._found[tool.key] = self._look(path) if path else None
        if stamp is None:
            return ABSENT_DIGEST
        self.stamps[path] = stamp
        return stamp.digest if self._mode == "digest" else digest(VALUE, path.encode("utf-8", "surrogateescape"))

    def _is_same(self, tool: Tool) -> bool:
        known = self._found[tool.key]
        path, _ = self._find(tool)
        if known is None or path != known.path:
            return known is None and not path
        if self._mode == "path":
            return True
        if not self._files.unchanged([known])[0]:
            return False
        return known.trusted or self._look(path).digest == known.digest

    def _find(self, tool: Tool) -> tuple[str, list[str]]:
        return find(self._root, tool.name, self._search_path if tool.path is None else tool.path, tool.cwd)

    def _pass_over(self, path: str) -> None:
        if os.path.isdir(os.path.join(self._root, path)):
            self.rests_on_folders = True
        else:
            self.stamps[path] = self._look(path)

    def _look(self, path: str) -> Stamp:
        """What is at `path`. A program may be executable and unreadable: then it counts by its signature."""
        try:
            return self._files.observe([path])[0]
        except UsageError:
            signature = signature_at(os.path.join(self._root, path))
            return Stamp(path, OTHER, digest(VALUE, repr((path, signature)).encode()), signature, True)
