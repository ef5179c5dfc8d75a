"""What the user is told when a command cannot be carried out, and the exit status that goes with it."""

from __future__ import annotations

import os
from errno import EACCES, EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EPERM, EROFS

from redo_py.cli.terminal import BROKEN_PIPE, complain, stop_listening
from redo_py.ground.errors import ErrorList, InternalError, RedunError, RunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# What a system may refuse any program at any time; every other OSError that arrives here is a mistake of ours.
HARDSHIPS = (EACCES, EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EPERM, EROFS)


def refused(command: Callable[[], int]) -> int:
    """Run `command`; its exit status, or that of the error that it raised, which is printed."""
    try:
        return command()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return refusal(error)


def refusal(error: Exception) -> int:
    """Say why `error` ended a command; the exit status."""
    if isinstance(error, BrokenPipeError):
        stop_listening(error)
        return BROKEN_PIPE
    said = error if isinstance(error, (RedunError, ErrorList)) else unexpected(error)
    complain(str(said))
    return said.exit_status


def unexpected(error: Exception) -> RedunError:
    """What to say of an error that nobody foresaw where it came from: the system's fault, or ours."""
    if isinstance(error, FileNotFoundError) and not stands_somewhere():
        return UsageError("folder-gone")
    if isinstance(error, OSError) and error.errno in HARDSHIPS:
        where = f"{error.filename}: " if error.filename else ""
        return RunError("system-refused", reason=f"{where}{error.strerror}")
    import traceback

    complain("".join(traceback.format_exception(error)).rstrip())
    return InternalError("internal", error=f"{type(error).__name__}: {error}")


def stands_somewhere() -> bool:
    """Is the current folder still there?"""
    try:
        os.getcwd()
    except OSError:
        return False
    return True
