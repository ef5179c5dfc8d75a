"""`redun init`: a redunfile to start from."""

from __future__ import annotations

import os

from redo_py.config.root import REDUNFILE, SETTINGS, find_root
from redo_py.ground.errors import UsageError

FIRST = '''\
"""What is built here. `redun targets` lists it, with the first line of each docstring."""

# For editors and linters; redun knows these names without being told.
from redo_py.build import check, config, group, need, rule, sh

# `redun build -D name=you` gives another value: only what depends on it runs again.
NAME = config("name", "world")


# A rule makes a file; `out` is its path. What stands in braces is quoted for the shell.
@rule("build/greeting.txt")
def greeting(out):
    """Greet somebody."""
    sh(f"echo Hello, {NAME} > {out}")


# This one makes many files: {name} is any text, and the function gets it. `need` names an input: a file that is there,
# or one that another rule makes, like here.
@rule("build/{name}.upper")
def upper(out, name):
    """Put a text file in capitals."""
    text = need(f"build/{name}.txt")
    sh(f"tr a-z A-Z < {text} > {out}")


# A check makes nothing. That it passed is remembered for as long as what it uses stays the same: `redun build test`.
@check
def test():
    """See that the greeting is one."""
    sh(f"grep -q Hello {need('build/greeting.txt')}")


# A name for several targets. Without a target, `redun build` builds the group `all`.
group("all", "build/greeting.txt", "build/greeting.upper")
'''

NEXT = """\
redun: wrote {path}; now `redun build{where}` builds what it says, and `redun targets{where}` lists it
"""

# Said when a project further up has the new folder, too.
ABOVE = """\
redun: {folder} lies in the project of {above}
  hint: write `include("{folder}")` there to make it a part of that, or `root = true` in {settings} to keep it apart
"""


def init(directory: str) -> str:
    """Write a redunfile in `directory`, which is made if it is not there; what to say. Raises UsageError."""
    folder, name = os.path.split(directory.rstrip("/"))
    if name == REDUNFILE:
        raise UsageError("init-takes-folder", path=directory, folder=folder or ".")
    path = os.path.join(directory, REDUNFILE) if directory not in ("", ".") else REDUNFILE
    try:
        os.makedirs(directory or ".", exist_ok=True)
        with open(path, "x", encoding="utf-8") as stream:
            stream.write(FIRST)
    except FileExistsError:
        if not os.path.isdir(directory or "."):
            raise UsageError("init-takes-folder", path=directory, folder=folder or ".") from None
        raise UsageError("already-there", path=path) from None
    except OSError as error:
        raise UsageError("init-unwritable", path=path, error=error.strerror) from None
    return NEXT.format(path=path, where="" if path == REDUNFILE else f" -C {directory}") + _above(path)


def _above(path: str) -> str:
    """What to know if the redunfile at `path` is not the one that counts in its folder."""
    folder = os.path.dirname(os.path.abspath(path))
    root = find_root(folder)
    if root is None or root == folder:
        return ""
    settings = os.path.join(os.path.dirname(path), SETTINGS)
    return ABOVE.format(above=f"{root}/{REDUNFILE}", folder=folder[len(root) + 1 :], settings=settings)
