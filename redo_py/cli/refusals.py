"""What the user is told when a command cannot be carried out, and the exit status that goes with it."""

from __future__ import annotations

import sys
from errno import EACCES, EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EPERM, EROFS

from redo_py.ground.errors import ErrorList, InternalError, RedunError, RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# What a system may refuse any program at any time; every other OSError that arrives here is a mistake of ours.
HARDSHIPS = (EACCES, EDQUOT, EFBIG, EIO, EMFILE, ENFILE, ENOMEM, ENOSPC, EPERM, EROFS)


def refused(command: Callable[[], int]) -> int:
    """Run `command`; its exit status, or that of the error that it raised, which is printed."""
    try:
        return command()
    except (RedunError, ErrorList) as error:
        return told(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except Exception as error:
        return told(unexpected(error))


def told(error: RedunError | ErrorList) -> int:
    """Print `error`; its exit status."""
    print(error, file=sys.stderr)
    return error.exit_status


def unexpected(error: Exception) -> RedunError:
    """What to say of an error that nobody foresaw where it came from: the system's fault, or ours."""
    if isinstance(error, OSError) and error.errno in HARDSHIPS:
        where = f"{error.filename}: " if error.filename else ""
        return RunError("system-refused", reason=f"{where}{error.strerror}")
    import traceback

    traceback.print_exception(error)
    return InternalError("internal", error=f"{type(error).__name__}: {error}")
