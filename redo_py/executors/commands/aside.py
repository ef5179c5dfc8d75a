"""A command of ours that is started and left to itself: it outlives this process, and nobody waits for it."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def start_aside(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Start `redun WORDS` in a session of its own, with nothing to read and nothing heard of what it says; its process
    id. No terminal that goes ends it, and nothing that it starts can stop to ask one. Raises OSError."""
    nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in range(3)]
    argv = [sys.executable, "-m", "redo_py", *words]
    try:
        return os.posix_spawn(sys.executable, argv, environ, file_actions=nothing, setsid=True)
    except NotImplementedError:  # a C library without it
        return os.posix_spawn(sys.executable, argv, environ, file_actions=nothing, setpgroup=0)
