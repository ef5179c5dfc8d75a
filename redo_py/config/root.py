"""Finding the project that a folder belongs to. Used by the fast lane: imports os only."""

from __future__ import annotations

import os

REDUNFILE = "redunfile.py"
SETTINGS = "redun.toml"
STATE = ".redun"
CONFIG_VARIABLE = "REDUN_CONFIG"  # names the state folder of runs, as `-c` does


class Place:
    """Which project is meant, and where in it the user stands."""

    __slots__ = ("file", "here", "root")

    def __init__(self, root: str, here: str, file: str) -> None:
        self.root = root
        self.here = here  # relative to the root, "" for the root itself: what targets are relative to
        self.file = file  # the name of the redunfile in the root


def find_project(directory: str, file: str) -> Place | None:
    """The project of the folder `directory` ("" for the current one) whose redunfile is called `file`.

    A `file` with a folder in its name is relative to `directory`; the search begins in that folder, which is also what
    targets are relative to for somebody who stands outside the project. None when there is no such file.
    Raises FileNotFoundError when the current folder has been removed.
    """
    here = os.path.abspath(directory or ".")
    folder, name = here, file or REDUNFILE
    if "/" in name:
        folder, name = os.path.split(os.path.join(here, name))
        folder = os.path.abspath(folder)
    root = find_root(folder, name) if name else None
    if root is None:
        return None
    start = here if f"{here}/".startswith(f"{root}/") else folder
    return Place(root, start[len(root) + 1 :], name)


def find_root(here: str, file: str = REDUNFILE) -> str | None:
    """The project's folder: the highest one from `here` upward that has a redunfile, within the same git work tree,
    unless a nearer redun.toml says `root = true`. A file of another name is included by none, so of these the nearest
    counts. None when there is no such file at all. It is never `/`, where no records can be kept without being in
    everybody's way."""
    found = None
    folder = here
    while folder.strip("/"):
        if os.path.isfile(f"{folder}/{file}"):
            found = folder
            if file != REDUNFILE:
                break
        if is_declared_root(folder) or os.path.exists(f"{folder}/.git"):
            break
        folder = os.path.dirname(folder)
    return found


def find_run_root(here: str) -> str:
    """The folder whose state folder a run in `here` uses: the nearest one from `here` upward that has one, else the
    root of the project with a redunfile that `here` belongs to, else `here` itself."""
    folder = here
    while folder.strip("/"):
        if os.path.isdir(f"{folder}/{STATE}"):
            return folder
        folder = os.path.dirname(folder)
    return find_root(here) or here


def find_records(here: str) -> Place | None:
    """Where runs in `here` have left their records, for those who only care for records; None where there are none."""
    root = find_run_root(here)
    return Place(root, here[len(root) + 1 :], "") if os.path.isdir(f"{root}/{STATE}") else None


def is_declared_root(folder: str) -> bool:
    """Whether its redun.toml says `root = true` at the top level."""
    if not os.path.isfile(f"{folder}/{SETTINGS}"):  # opening a pipe would wait for a writer
        return False
    try:
        with open(f"{folder}/{SETTINGS}", encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        return False
    if "root" not in text:
        return False
    import tomllib

    try:
        return tomllib.loads(text).get("root") is True
    except tomllib.TOMLDecodeError:
        return False  # app reads the same file and reports the error
