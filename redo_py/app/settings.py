"""The settings of a project; the result of checking them is remembered by the content of their file."""

from __future__ import annotations

import os

from redo_py import __version__
from redo_py.config.settings import DEFAULTS, Settings, checked, read_file
from redo_py.files.sealed import read_sealed, write_sealed

MAGIC = b"redunC\x01\x00"


def read_settings(root: str, state: str) -> Settings:
    """The settings of the project at `root`, whose state folder is `state`.

    Raises UsageError or ErrorList that point at the line.
    """
    found = read_file(root)
    if found is None:
        return Settings(DEFAULTS)
    key = (__version__, *found)
    kept = read_sealed(f"{state}/settings", MAGIC)
    if isinstance(kept, tuple) and len(kept) == 2 and kept[0] == key:
        return Settings(kept[1])
    values = checked(*found)
    if os.path.isdir(state):
        write_sealed(f"{state}/settings", MAGIC, (key, values))
    return Settings(values)
