"""What stands for the outputs of a script in its call."""

from __future__ import annotations

from redo_py.values.file import File, PathLike
from redo_py.values.folder import Dir, FileSet, IDir, IFile
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STREAM = "-"  # the path that stands for the standard output
KINDS: dict[str, type[PathLike]] = {
    "file": File, "folder": Dir, "set": FileSet, "lasting file": IFile, "lasting folder": IDir
}  # fmt: skip


class ScriptOutput(Value):
    """What a script leaves behind, as its caller wants it."""

    __slots__ = ("kind", "path", "place")
    type_name = "redun.ScriptOutput"

    def __init__(self, kind: str, path: str, place: str = "") -> None:
        self.kind = kind  # "stream" for the standard output, or a key of KINDS
        self.path = path  # where it is in the end; "-" for the standard output
        self.place = place  # where the script leaves it, relative to its folder; "" if that is `path`

    def __repr__(self) -> str:
        return f"{self.place} -> {self.path}" if self.place else self.path

    def state(self) -> tuple[str, str, str]:
        return (self.kind, self.path, self.place)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> ScriptOutput:
        return cls(*state)

    def value(self) -> PathLike:
        """What stands for it in the result, not looked at yet."""
        kind: Any = KINDS[self.kind]
        made: PathLike = kind(self.path)
        return made
