"""Values that are too large for rows: their bytes are a file among the artifacts, and the row says which.

Such a row has KEPT before its format; its bytes are the digest of the file, the size, and the beginning of the bytes,
from which the log shows what it is. A file that is missing or damaged makes the value one that is not kept: a miss.
"""

from __future__ import annotations

from redo_py.ground.hashing import DIGEST_SIZE, FILE, digest
from redo_py.records import KEPT, KEPT_HEAD, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.store.artifacts import LocalArtifacts

    Row = tuple[Any, ...]

LARGE = 1 << 20  # bytes from which on a value is a file
BEGINNING = 32 << 10  # bytes of it that stay in the row
_FORM, _BYTES = VALUE.positions["format"], VALUE.positions["bytes"]


class LargeValues:
    """Takes the bytes of values of more than `size` out of rows, and brings them back."""

    __slots__ = ("_artifacts", "_size")

    def __init__(self, artifacts: LocalArtifacts, size: int = LARGE) -> None:
        self._artifacts = artifacts
        self._size = max(size, BEGINNING)

    def taken_out(self, columns: list[list[Any]]) -> list[list[Any]]:
        """The columns of VALUE as they are to be written, once the bytes of large values are in their files."""
        if max(map(len, columns[_BYTES])) <= self._size:
            return columns
        rows = [self._take_out(row) if len(row[_BYTES]) > self._size else row for row in zip(*columns, strict=True)]
        return [*map(list, zip(*rows, strict=True))]

    def brought_back(self, form: str, content: bytes) -> tuple[str, bytes] | None:
        """The (format, bytes) of a value by its row; None if its file is missing or damaged."""
        if not form.startswith(KEPT):
            return form, content
        kept = self._artifacts.read_bytes(content[:DIGEST_SIZE], FILE)
        return None if kept is None else (form.removeprefix(KEPT), kept)

    def _take_out(self, row: Row) -> Row:
        content = row[_BYTES]
        name = digest(FILE, content)
        self._artifacts.put_bytes(content, name)  # if it cannot be kept, it is made again when it is asked for
        cells = list(row)
        cells[_FORM] = KEPT + row[_FORM]
        cells[_BYTES] = name + len(content).to_bytes(KEPT_HEAD - DIGEST_SIZE, "little") + content[:BEGINNING]
        return tuple(cells)
