"""The current folder while functions run.

It belongs to a whole process: a function that changed it would lead the others astray that run beside it, and redun
itself. Linux gives a thread a current folder of its own that asks for it. Where it does not, or may not, as in some
containers, a function that leaves another folder behind is found out at least.
"""

from __future__ import annotations

import os
import sys

CLONE_FS = 0x200  # what unshare(2) calls the current folder and the umask


def take_own_folder() -> bool:
    """Give this thread a current folder and a umask of its own, as they are now; whether it has them."""
    if sys.platform != "linux":
        return False
    try:
        import ctypes

        return bool(ctypes.CDLL(None).unshare(CLONE_FS) == 0)
    except (ImportError, OSError, AttributeError):  # a Python without it, a C library without the call
        return False


def come_back(folder: str) -> bool:
    """Make `folder` the current one; whether it was already. Raises OSError when it is no more."""
    try:
        if os.getcwd() == folder:
            return True
    except FileNotFoundError:  # the current one is no more: no name leads to it
        pass
    if os.path.samefile(".", folder):
        return True
    os.chdir(folder)
    return False
