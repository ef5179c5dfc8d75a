"""The logs of commands that run out of our sight."""

from __future__ import annotations

import os

SHOWN = 2000  # bytes of the end that are looked at


def end_of_file(path: str) -> str:
    """The last lines of a file; "" if there is none, or it cannot be read."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - SHOWN))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
