"""The settings of a project; the result of checking them is remembered by the content of their file."""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.config.root import SETTINGS
from redo_py.config.settings import DEFAULTS, Settings, checked, is_ours
from redo_py.files.sealed import read_sealed, write_sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.files.api import Stamp
    from redo_py.files.local import LocalFiles

MAGIC = b"redunC\x01\x00"
PLACES = (SETTINGS, "pyproject.toml")  # the first that says anything to redun counts


def read_settings(files: LocalFiles, state: str) -> tuple[Settings, list[Stamp]]:
    """(settings, what they rest on) of a project whose files are `files` and whose state folder is `state`.

    Raises UsageError or ErrorList that point at the line.
    """
    stamps = []
    for name in PLACES:
        stamp, data = files.read(name)
        stamps.append(stamp)
        if stamp.digest and is_ours(name, data):
            return Settings(_values(name, data, state)), stamps
    return Settings(DEFAULTS), stamps


def _values(name: str, data: bytes, state: str) -> dict[str, object]:
    key = (__version__, name, data)
    kept = read_sealed(f"{state}/settings", MAGIC)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key:
        values: dict[str, object] = kept[1]
        return values
    values = checked(name, data)
    if os.path.isdir(state):
        write_sealed(f"{state}/settings", MAGIC, (key, values))
    return values
