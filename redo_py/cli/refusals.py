"""What the user is told when a command cannot be carried out, and the exit status that goes with it."""

from __future__ import annotations

import sys

from redo_py.ground.errors import ErrorList, RedunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def refused(command: Callable[[], int]) -> int:
    """Run `command`; its exit status, or that of the error that it raised, which is printed."""
    try:
        return command()
    except (RedunError, ErrorList) as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
