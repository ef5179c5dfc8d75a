"""What functions do with files, on whatever file system; see values.filing for what each verb promises."""

from __future__ import annotations

import os

from redo_py.files.api import ABSENT, FILE, Stamp
from redo_py.files.far import Far
from redo_py.files.globbing import glob
from redo_py.files.memo import StatMemo
from redo_py.files.observing import Observer
from redo_py.files.patterns import alternatives, matches_whole, parts_of
from redo_py.files.places import Places
from redo_py.files.systems.filesystem import pour
from redo_py.files.systems.local import LocalFileSystem, plain
from redo_py.files.systems.registry import get_filesystem
from redo_py.files.systems.streams import text_stream
from redo_py.files.ticks import Ticks
from redo_py.files.trouble import RedunFileNotFoundError
from redo_py.ground.clock import Clock
from redo_py.values.current import note_written
from redo_py.values.file import is_url
from redo_py.values.folder import FolderAccess, Immutable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO, Any

NOWHERE = "/dev/null"  # a state folder that keeps nothing: whatever functions look at is read


class AnyFiling:
    """The door of values.filing over all file systems that are known."""

    def open(self, path: str, mode: str, encoding: str | None = None, **options: Any) -> IO[Any]:
        """An open stream."""
        binary = mode.replace("t", "").replace("b", "") + "b"
        stream = get_filesystem(path).open(path, binary)
        if any(letter in mode for letter in "wax+"):
            note_written(path)
        options.pop("buffering", None)  # all streams are buffered
        return stream if "b" in mode else text_stream(stream, encoding or "utf-8", **options)

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        system = get_filesystem(path)
        return system.status(path).kind != ABSENT or system.is_folder(path)

    def is_file(self, path: str) -> bool:
        """Whether there is a file."""
        return get_filesystem(path).status(path).kind == FILE

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""
        return get_filesystem(path).is_folder(path)

    def size(self, path: str) -> int:
        """The bytes of the file."""
        return get_filesystem(path).size(path)

    def sizes(self, paths: Sequence[str]) -> Sequence[int | None]:
        """The bytes of each file, None where there is none."""
        found = get_filesystem(paths[0]).statuses(paths) if paths else []
        return [status.size if status.kind == FILE else None for status in found]

    def seen(self, path: str) -> tuple[bytes, int]:
        """(digest, kind) of what is there now."""
        stamp = observe([path])[0]
        return stamp.digest, stamp.kind

    def remove(self, path: str) -> None:
        """Remove the file."""
        get_filesystem(path).remove(path)
        note_written(path)

    def touch(self, path: str) -> None:
        """Give it the time of now, or make it."""
        get_filesystem(path).touch(path)
        note_written(path)

    def copy(self, source: str, destination: str) -> None:
        """Copy a file."""
        origin, target = get_filesystem(source), get_filesystem(destination)
        if origin is target:
            if source != destination:
                origin.copy(source, destination)
        else:
            with origin.open(source, "rb") as stream, target.open(destination, "wb") as sink:
                pour(stream, sink)
        note_written(destination)

    def below(self, folder: str) -> Sequence[str]:
        """The paths of all files below the folder."""
        return [status.path for status in get_filesystem(folder).below(folder)]

    def matching(self, pattern: str) -> Sequence[str]:
        """The paths of all files that match the pattern."""
        return matching(pattern, os.getcwd())

    def make_folder(self, path: str) -> None:
        """Make the folder."""
        get_filesystem(path).make_folder(path)
        note_written(path)

    def pair(self, local: Any, remote: Any) -> Any:
        """The StagingFile or StagingDir of `remote`."""
        from redo_py.values.staging import IStagingDir, IStagingFile, StagingDir, StagingFile

        if isinstance(remote, Immutable):
            return (IStagingDir if isinstance(remote, FolderAccess) else IStagingFile)(local, remote)
        return (StagingDir if isinstance(remote, FolderAccess) else StagingFile)(local, remote)

    def remove_folder(self, path: str, recursive: bool) -> None:
        """Remove the folder."""
        get_filesystem(path).remove_folder(path, recursive)
        note_written(path)


def observe(paths: Sequence[str]) -> list[Stamp]:
    """What each path holds now, as the engine would see it from the current folder. Raises UsageError."""
    places = Places(os.getcwd(), NOWHERE)
    observer = Observer(places, StatMemo(NOWHERE), Ticks(NOWHERE, Clock()))

    def see(names: Sequence[str]) -> list[Stamp]:
        return [far.observe([name])[0] if is_url(name) else observer.look(name, follow=True) for name in names]

    far = Far(see, lambda pattern: matching(pattern, places.root))
    return see(paths)


def matching(pattern: str, root: str) -> list[str]:
    """The paths of all files that match the glob `pattern`, which is relative to `root` if it is no URL."""
    system = get_filesystem(pattern)
    if isinstance(system, LocalFileSystem):
        return glob(root, plain(pattern)).paths
    found: dict[str, None] = {}
    for each in alternatives(pattern):
        scheme, _, rest = each.partition("://")
        parts = parts_of(rest)
        count = next((place for place, part in enumerate(parts) if not part.is_plain or part.is_deep), len(parts) - 1)
        folder = f"{scheme}://{'/'.join(part.text for part in parts[:count])}"
        paths = [status.path for status in system.below(folder)]
        found.update(dict.fromkeys(path for path in paths if matches_whole(parts, path.partition("://")[2])))
    return sorted(found, key=os.fsencode)


def copy_file(source: str, destination: str, recursive: bool = False) -> None:
    """Copy a file, or with `recursive` all that is below a folder. Raises RedunFileNotFoundError if there is none."""
    filing = AnyFiling()
    if not recursive:
        filing.copy(source, destination)
        return
    paths = filing.below(source)
    if not paths and not filing.is_folder(source):
        raise RedunFileNotFoundError.at(source)
    for path in paths:
        filing.copy(path, f"{destination.rstrip('/')}/{path[len(source.rstrip('/')) + 1 :]}")


def open_file(path: str, mode: str = "r", encoding: str | None = None, **options: Any) -> IO[Any]:
    """Open the file at a path or URL."""
    return AnyFiling().open(path, mode, encoding=encoding, **options)


def glob_file(pattern: str) -> list[str]:
    """The paths of all files that match a glob pattern, which may be a URL."""
    return list(AnyFiling().matching(pattern))
