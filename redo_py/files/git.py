"""Which files git looks after, so that redun never takes one of them for an output without being told to."""

from __future__ import annotations

import os
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CHUNK = 500  # paths in one command; far below the longest command that systems take


def tracked_by_git(root: str, paths: Sequence[str]) -> set[str]:
    """Those of `paths` that are in git's index, and folders with something below them that is.

    Empty where there is no git or no work tree. Paths outside of the root are never tracked.
    """
    inside = [path for path in paths if not path.startswith("/")]
    tracked: set[str] = set()
    for start in range(0, len(inside), CHUNK):
        tracked.update(_listed(root, inside[start : start + CHUNK]))
    return tracked.intersection(inside)


def ignored_by_git(root: str, path: str) -> bool | None:
    """Whether git leaves `path` alone; None where there is no git or no work tree."""
    command = ["git", "-C", root, "check-ignore", "-q", "--", path]
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode
    except OSError:  # no git on this machine
        return None
    return {0: True, 1: False}.get(status)


def _listed(root: str, paths: Sequence[str]) -> list[str]:
    """The tracked files at and below `paths`, and all folders above them."""
    command = ["git", "--literal-pathspecs", "-C", root, "ls-files", "-z", "--cached", "--", *paths]
    try:
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:  # no git on this machine
        return []
    listed = []
    for name in answer.stdout.split(b"\0"):
        path = os.fsdecode(name)
        while path:
            listed.append(path)
            path = os.path.dirname(path)
    return listed
