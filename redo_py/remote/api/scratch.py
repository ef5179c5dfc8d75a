"""The scratch: where a scheduler and its workers leave things for each other. A folder that both can reach, or a place
in an object store.

    code/DIGEST.tar.gz    the project's code, sent once
    blobs/DIGEST          the bytes of a staged file
    arrays/DIGEST         the keys of jobs that are started together, a line each
    jobs/KEY/job          what is to be done
    jobs/KEY/result       what came of it: written as the last act, and only if it is whole

Whatever is there is there as a whole. All of it may be removed when no job runs.
"""

from __future__ import annotations

import os

from redo_py.ground import hashing
from redo_py.values.filing import filing
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import IO

PIECE = 1 << 20  # bytes that are copied at once
JOB, RESULT = "job", "result"  # names in the folder of a job


def code_name(digest: str) -> str:
    """Where a package of code lies."""
    return f"code/{digest}.tar.gz"


def blob_name(digest: str) -> str:
    """Where the bytes of a file lie."""
    return f"blobs/{digest}"


def job_name(key: str, part: str) -> str:
    """Where a part of a job lies."""
    return f"jobs/{key}/{part}"


class Scratch:
    """One scratch, at a folder or URL. Everything raises OSError that names the path."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.is_folder = not is_url(self.url) or self.url.startswith("file://")
        if self.is_folder:
            self.url = os.path.abspath(self.url.removeprefix("file://"))

    def at(self, name: str) -> str:
        """The path or URL of what is called `name` here."""
        return f"{self.url}/{name}"

    def read(self, name: str) -> bytes | None:
        """What is there; None if nothing is."""
        try:
            with self._open(name, "rb") as stream:
                return stream.read()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Put `content` there; nobody sees a part of it."""
        if not self.is_folder:
            with self._open(name, "wb") as stream:
                stream.write(content)
            return
        with Whole(self.at(name)) as sink:
            sink.write(content)

    def send(self, path: str, name: str) -> None:
        """Put the content of a file there."""
        if self.is_folder:
            with open(path, "rb") as source, Whole(self.at(name)) as sink:
                pour(source, sink)
        else:
            with open(path, "rb") as source, self._open(name, "wb") as target:
                pour(source, target)

    def fetch(self, name: str, path: str) -> bytes:
        """Write what is there to a file; the digest of what was written. Raises FileNotFoundError if nothing is."""
        hasher = hashing.hasher(hashing.FILE)
        with self._open(name, "rb") as source, open(path, "wb") as sink:
            while piece := source.read(PIECE):
                hasher.update(piece)
                sink.write(piece)
        return hasher.digest()

    def absent(self, names: Sequence[str]) -> list[str]:
        """Those that are not there."""
        if self.is_folder:
            return [name for name in names if not os.path.exists(self.at(name))]
        sizes = filing().sizes([self.at(name) for name in names])
        return [name for name, size in zip(names, sizes, strict=True) if size is None]

    def remove(self, names: Iterable[str]) -> None:
        """Remove these; fine if they are not there."""
        for name in names:
            if not self.is_folder:
                filing().remove(self.at(name))
                continue
            try:
                os.unlink(self.at(name))
                os.rmdir(os.path.dirname(self.at(name)))
            except OSError:
                continue  # it is gone, or others are in its folder

    def _open(self, name: str, mode: str) -> IO[bytes]:
        return open(self.at(name), mode) if self.is_folder else filing().open(self.at(name), mode)


class Whole:
    """A file that is written beside its place and put there when it is whole. Folders above it are made."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._beside = f"{path}.{os.urandom(6).hex()}.part"

    def __enter__(self) -> IO[bytes]:
        try:
            self._sink = open(self._beside, "wb")
        except FileNotFoundError:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            self._sink = open(self._beside, "wb")
        return self._sink

    def __exit__(self, kind: object, *trouble: object) -> None:
        try:
            self._sink.close()
            if kind is None:
                os.rename(self._beside, self._path)
        finally:
            if os.path.exists(self._beside):
                os.unlink(self._beside)


def pour(source: IO[bytes], sink: IO[bytes]) -> None:
    """Copy what is left in one stream to the other."""
    while piece := source.read(PIECE):
        sink.write(piece)
