"""Times one command from a process so small that its own memory does not show in the command's.

python -I -S stopwatch.py LOG PROGRAM [ARGUMENT...] prints seconds, peak memory in KiB and exit status. What the command
prints goes to the file LOG. `-S` and no imports but of built-in modules keep this at some 8 MiB: on Linux the peak of a
process counts from what its parent had when it was started.
"""

from __future__ import annotations

import posix
import sys
from time import perf_counter

LOG_FLAGS = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC


def time_command(log: str, command: list[str]) -> tuple[float, int, int]:
    """Seconds, KiB and exit status of `command`; a program that cannot be started raises OSError."""
    streams = [
        (posix.POSIX_SPAWN_OPEN, 0, "/dev/null", posix.O_RDONLY, 0),
        (posix.POSIX_SPAWN_OPEN, 1, log, LOG_FLAGS, 0o600),
        (posix.POSIX_SPAWN_DUP2, 1, 2),
    ]
    start = perf_counter()
    child = posix.posix_spawn(command[0], command, posix.environ, file_actions=streams)
    _, status, usage = posix.wait4(child, 0)
    return perf_counter() - start, usage.ru_maxrss, posix.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    print(*time_command(sys.argv[1], sys.argv[2:]))
