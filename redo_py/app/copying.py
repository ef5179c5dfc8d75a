"""`redun fs`: copying between file systems, and which there are."""

from __future__ import annotations

from redo_py.files.filing import copy_file, open_file
from redo_py.files.systems.filesystem import pour
from redo_py.files.systems.registry import list_filesystems
from redo_py.ground.errors import RunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

STREAM = "-"


def listed_systems() -> str:
    """A line for each file system: its name and the schemes of its URLs."""
    systems = sorted(list_filesystems(), key=lambda system: system.name)
    width = max(len(system.name) for system in systems)
    return "".join(
        f"{system.name:<{width}}  {' '.join(f'{scheme}://' for scheme in system.schemes)}\n" for system in systems
    )


def copy(source: str, destination: str, recursive: bool, given: IO[bytes], wanted: IO[bytes]) -> None:
    """Copy a file, or with `recursive` a folder; "-" is the stream `given`, or `wanted`. Raises UsageError and
    RunError."""
    if STREAM in (source, destination) and recursive:
        raise UsageError("stream-recursive")
    try:
        if STREAM not in (source, destination):
            copy_file(source, destination, recursive)
        elif source == destination:
            pour(given, wanted)
        elif source == STREAM:
            with open_file(destination, "wb") as sink:
                pour(given, sink)
        else:
            with open_file(source, "rb") as stream:
                pour(stream, wanted)
            wanted.flush()
    except OSError as error:
        path = error.filename or source
        raise RunError("copy-failed", path=path, reason=error.strerror or str(error)) from None
