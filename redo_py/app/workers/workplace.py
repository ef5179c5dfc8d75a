"""The folder that a job has elsewhere: laid out like the project, with the project's whole path below a temporary one,
so that relative paths mean the same, also those that lead out of the project.

Nothing is ever put beyond it, because that would stay when the job has ended. What is named by an absolute path must be
there already, as on a disk that both sides see, and be the same.
"""

from __future__ import annotations

import os

from redo_py.remote.api import stage
from redo_py.remote.api.package import Damaged, unpack_archive
from redo_py.remote.api.scratch import code_name, naming
from redo_py.remote.api.stage import FOLDER, LEFT_OUT, StagingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.remote.api.scratch import Scratch
    from redo_py.remote.api.stage import Entry


class Workplace:
    """The project of one job, in the temporary `folder`."""

    def __init__(self, scratch: Scratch, folder: str, root: str) -> None:
        self._scratch = scratch
        self._folder = folder
        self.root = root  # of the project here

    def bring_code(self, digest: str) -> None:
        """Unpack the package with this digest. Raises OSError and StagingError."""
        name = code_name(digest)
        place = self._scratch.at(name)
        packed = self._scratch.read(name)
        if packed is None:
            raise StagingError("code-gone", True, place=place)
        try:
            with naming(self.root):
                unpack_archive(packed, self.root, digest)
        except Damaged as error:
            raise StagingError("code-damaged", True, place=place, error=str(error)) from None

    def bring(self, entries: Sequence[Entry]) -> None:
        """Put `entries` at their places. Raises OSError and StagingError."""
        listed = {entry.path for entry in entries}

        def place_of(entry: Entry) -> str:
            if os.path.isabs(entry.path):
                check_same(entry)
                if entry.kind == FOLDER:
                    check_listed(entry.path, listed)
                return ""
            place = os.path.normpath(os.path.join(self.root, entry.path))
            if not stage.is_below(place, self._folder):
                raise StagingError("staged-beyond", path=entry.path)
            return place

        stage.lay_out(self._scratch, entries, place_of)


def check_same(entry: Entry) -> None:
    """Raise StagingError unless just what `entry` tells of is at its absolute path."""
    if not os.path.lexists(entry.path):
        raise StagingError("staged-beyond", path=entry.path)
    if not stage.is_there(entry.path, entry):
        raise StagingError("staged-in-the-way", path=entry.path)


def check_listed(folder: str, listed: set[str]) -> None:
    """Raise StagingError for what lies in `folder` and is not `listed`. Raises OSError."""
    for name in sorted(os.listdir(folder)):
        if name not in LEFT_OUT and f"{folder}/{name}" not in listed:
            raise StagingError("staged-in-the-way", path=f"{folder}/{name}")
