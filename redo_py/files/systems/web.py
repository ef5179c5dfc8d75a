"""`http://` and `https://`: files that can be read. A strong ETag tells the content; without one it is read."""

from __future__ import annotations

import urllib.error
import urllib.request
from errno import EACCES

from redo_py.files.api import ABSENT, FILE
from redo_py.files.systems.filesystem import FileSystem, Status
from redo_py.files.trouble import RedunFileNotFoundError, RedunOSError, RedunPermissionError, read_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Any

GONE = frozenset((404, 410))
DENIED = frozenset((401, 403, 407))
NO_HEAD = frozenset((405, 501))  # some servers answer only to GET
PATIENCE = 60  # seconds without a byte


class WebFileSystem(FileSystem):
    """The web."""

    name = "web"
    schemes = ("http", "https")

    def statuses(self, paths: Sequence[str]) -> list[Status]:
        """What each server says."""
        return [self._status(path) for path in paths]

    def open(self, path: str, mode: str) -> IO[bytes]:
        """A stream of bytes; raises RedunPermissionError for any other mode than reading."""
        if mode != "rb":
            raise read_only(path)
        stream: IO[bytes] = answer_to(path, "GET")
        return stream

    def below(self, folder: str) -> list[Status]:
        """Nothing: a server does not tell."""
        return []

    def copy(self, source: str, destination: str) -> None:
        """Raises RedunPermissionError."""
        raise read_only(destination)

    def touch(self, path: str) -> None:
        """Raises RedunPermissionError."""
        raise read_only(path)

    def make_folder(self, path: str) -> None:
        """Raises RedunPermissionError."""
        raise read_only(path)

    def remove_folder(self, path: str, recursive: bool) -> None:
        """Raises RedunPermissionError."""
        raise read_only(path)

    def size(self, path: str) -> int:
        """The bytes of the file, which are counted if the server does not tell."""
        status = self.status(path)
        if status.kind == ABSENT:
            raise RedunFileNotFoundError.at(path)
        if status.size >= 0:
            return status.size
        with self.open(path, "rb") as stream:
            return len(stream.read())

    def _status(self, path: str) -> Status:
        try:
            try:
                answer = answer_to(path, "HEAD")
            except NoHead:
                answer = answer_to(path, "GET")
        except RedunFileNotFoundError:
            return Status(path)
        with answer:
            told = answer.headers
        mark = told.get("ETag", "")
        is_strong = bool(mark) and not mark.startswith("W/")
        size = int(told["Content-Length"]) if (told.get("Content-Length") or "").isdecimal() else -1
        weak = " ".join((mark, told.get("Last-Modified", ""), str(size)))
        return Status(path, FILE, size, mark if is_strong else "", "" if is_strong else weak)


class NoHead(Exception):
    """The server does not answer HEAD."""


def answer_to(path: str, method: str) -> Any:
    """The open answer of the server. Raises NoHead and the errors of files.trouble."""
    request = urllib.request.Request(path, method=method, headers={"User-Agent": "redun"})
    try:
        return urllib.request.urlopen(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        if method == "HEAD" and error.code in NO_HEAD:
            raise NoHead from None
        if error.code in GONE:
            raise RedunFileNotFoundError.at(path) from None
        reason = f"the server answers {error.code} {error.reason}"
        if error.code in DENIED:
            raise RedunPermissionError(EACCES, reason, path) from None
        raise RedunOSError.at(path, reason) from None
    except (OSError, ValueError) as error:
        raise RedunOSError.at(path, str(getattr(error, "reason", error))) from None
