"""The files that `args_file(...)` hands lists over in. A command writes its own anew before it runs, so that none of
them has to be kept: they stay only to be looked at, and not more than a thousand."""

from __future__ import annotations

import os

from redo_py.front.redunfile.evaluation.texts import ARGUMENT_FILES

MOST = 1000
TICK = 1.0  # seconds by which the time of a file may lie before the clock


def trim_argument_files(started: float) -> None:
    """Remove what no command of the build that began at `started` has written, if there are more than MOST. The
    current folder must be the project's root."""
    try:
        with os.scandir(ARGUMENT_FILES) as found:
            entries = list(found)
        if len(entries) > MOST:
            for entry in entries:
                if entry.stat(follow_symlinks=False).st_mtime < started - TICK:
                    os.unlink(entry.path)
    except OSError:  # none yet, or not ours to remove: the next build will try again
        return
