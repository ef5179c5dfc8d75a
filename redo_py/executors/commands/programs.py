"""Where a command's first word leads, as a shell would find it.

Whoever identifies a program asks here as well as whoever starts it: what is hashed is what runs.
"""

from __future__ import annotations

import os

DEFAULT_PATH = "/bin:/usr/bin"

_PLACES: dict[tuple[str, str | None, str], list[str]] = {}  # what `places` has worked out; asked for at each start
_FOUND: dict[tuple[str, str, str | None, str], str] = {}  # what `find` has come to the last time


def find(root: str, word: str, search_path: str | None, cwd: str = "") -> tuple[str, list[str]]:
    """(the program that `word` names for a command in `cwd`, every path looked at, in order).

    Paths are relative to the root, or absolute. The program is the last path looked at; "" if there is none. It is
    looked for anew each time: another program may appear earlier on PATH.
    """
    spots = places(word, search_path, cwd)
    for number, path in enumerate(spots, 1):
        full = path if path[:1] == "/" else f"{root}/{path}"
        if os.access(full, os.X_OK) and os.path.isfile(full):  # in this order: most of PATH has nothing of that name
            _FOUND[root, word, search_path, cwd] = path
            return path, spots[:number]
    _FOUND.pop((root, word, search_path, cwd), None)
    return "", spots


def identified(root: str, word: str, search_path: str | None, cwd: str = "") -> str:
    """The program that `find` has found the last time, which may be gone or be no longer the first; "" if it found
    none. For whoever starts what somebody else has identified and will look for once more when it has ended."""
    found = _FOUND.get((root, word, search_path, cwd), "")
    return found and os.path.join(root, found)


def places(word: str, search_path: str | None, cwd: str = "") -> list[str]:
    """Where `word` is looked for. A word with a slash and relative entries of PATH start in the folder of the command,
    which an empty entry stands for."""
    known = _PLACES.get((word, search_path, cwd))
    if known is None:
        folders = (DEFAULT_PATH if search_path is None else search_path).split(":") if "/" not in word else [""]
        spots = dict.fromkeys(os.path.join(cwd, folder, word) for folder in folders)  # many a PATH repeats itself
        known = _PLACES[word, search_path, cwd] = list(spots)
    return known


def program_to_start(root: str, word: str, search_path: str | None, cwd: str = "") -> str:
    """The path of the program that `word` names; "" if there is none. With a slash in `word` it is that very path, be
    it there or not. A file that may not be executed is better than none: the error can say what is wrong with it."""
    if "/" in word:
        return os.path.join(root, cwd, word) if cwd else word
    found, looked_at = find(root, word, search_path, cwd)
    if found:
        return os.path.join(root, found)
    return next(filter(os.path.isfile, [os.path.join(root, path) for path in looked_at]), "")
