"""Object stores: `s3://bucket/key`, `gs://bucket/key`, `az://container/key`.

The content of an object is known by its ETag and size.
"""

from __future__ import annotations

import obstore
from obstore.exceptions import BaseError

from redo_py.files.api import FILE
from redo_py.files.systems.filesystem import FileSystem, Status, pour
from redo_py.files.systems.refusals import attempt, opened, translated
from redo_py.files.systems.stores import STORES
from redo_py.files.systems.streams import Gathered, reader
from redo_py.files.trouble import RedunOSError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Any, ClassVar

AT_ONCE = 64  # objects that are asked about at the same time
LARGEST_COPY = 5 << 30  # bytes that a store copies by itself


class ObjectFileSystem(FileSystem):
    """All object stores, each bucket opened when it is first needed."""

    name = "objects"
    schemes: ClassVar[tuple[str, ...]] = ("s3", "gs", "az")

    def __init__(self) -> None:
        self._stores: dict[str, Any] = {}  # scheme and bucket -> its store

    def split(self, path: str) -> tuple[Any, str]:
        """(store, key) of a path. Raises RedunOSError if there can be no such bucket."""
        scheme, _, rest = path.partition("://")
        bucket, _, key = rest.partition("/")
        place = f"{scheme}://{bucket}"
        store = self._stores.get(place)
        if store is None:
            store = self._stores[place] = opened(path, lambda: STORES[scheme](bucket, path))
        return store, key

    def mark_of(self, found: Any) -> str:
        """What tells the content of an object: its ETag, in quotes, which the lists of Azure leave out."""
        mark: str = found["e_tag"] or ""
        return mark if not mark or mark.endswith('"') else f'"{mark}"'

    def statuses(self, paths: Sequence[str]) -> list[Status]:
        """What is at each path; many are asked about at once."""
        if len(paths) < 2 or in_loop():
            return [self._status(path) for path in paths]
        import asyncio

        return asyncio.run(self._statuses(paths))

    def open(self, path: str, mode: str) -> IO[bytes]:
        """A stream of bytes."""
        store, key = self.split(path)
        if mode == "rb":
            size = attempt(path, lambda: obstore.head(store, key))["size"]
            return reader(path, size, lambda start, count: self._piece(path, start, count))
        if mode not in ("wb", "ab", "xb"):
            raise RedunOSError.at(path, f"an object cannot be opened with mode {mode!r}")
        sink: Any = Gathered(path, lambda stream: self._put(path, stream, "create" if mode == "xb" else "overwrite"))
        if mode == "ab" and self._status(path).kind == FILE:
            with self.open(path, "rb") as stream:
                pour(stream, sink)
        return sink  # type: ignore[no-any-return]

    def below(self, folder: str) -> list[Status]:
        """All objects whose names continue the folder's with a slash."""
        store, key = self.split(folder)
        prefix = key.rstrip("/")
        top = folder.rstrip("/")[: len(folder.rstrip("/")) - len(prefix)] if prefix else folder.rstrip("/") + "/"
        pages = attempt(folder, lambda: list(obstore.list(store, prefix=prefix or None)))
        found = [each for page in pages for each in page if not prefix or each["path"].startswith(prefix + "/")]
        statuses = [Status(top + each["path"], FILE, each["size"], self.mark_of(each)) for each in found]
        return sorted(statuses, key=lambda status: status.path)

    def remove(self, path: str) -> None:
        """Remove the object."""
        store, key = self.split(path)
        try:
            attempt(path, lambda: obstore.delete(store, key))
        except FileNotFoundError:
            return

    def copy(self, source: str, destination: str) -> None:
        """Copy an object; within a bucket its store does it."""
        store, key = self.split(source)
        other, new_key = self.split(destination)
        if store is other and self.size(source) < LARGEST_COPY:
            attempt(source, lambda: obstore.copy(store, key, new_key))
        else:
            super().copy(source, destination)

    def _status(self, path: str) -> Status:
        store, key = self.split(path)
        if not key:
            return Status(path)
        try:
            return self._found(path, attempt(path, lambda: obstore.head(store, key)))
        except FileNotFoundError:
            return Status(path)

    async def _statuses(self, paths: Sequence[str]) -> list[Status]:
        import asyncio

        turns = asyncio.Semaphore(AT_ONCE)
        trouble: list[RedunOSError] = []

        async def ask(path: str) -> Status:
            store, key = self.split(path)
            if not key:
                return Status(path)
            async with turns:
                if trouble:
                    return Status(path)
                try:
                    return self._found(path, await obstore.head_async(store, key))
                except FileNotFoundError:
                    return Status(path)
                except (BaseError, OSError, ValueError) as error:  # those that are under way are still answered
                    trouble.append(translated(path, error))
                    return Status(path)

        found = list(await asyncio.gather(*map(ask, paths)))
        if trouble:
            raise trouble[0]
        return found

    def _found(self, path: str, found: Any) -> Status:
        return Status(path, FILE, found["size"], self.mark_of(found))

    def _piece(self, path: str, start: int, count: int) -> Any:
        store, key = self.split(path)
        return attempt(path, lambda: obstore.get_range(store, key, start=start, length=count))

    def _put(self, path: str, stream: IO[bytes], how: Any) -> None:
        store, key = self.split(path)
        attempt(path, lambda: obstore.put(store, key, stream, mode=how))


def in_loop() -> bool:
    """Whether this thread runs coroutines, and cannot wait for others."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
