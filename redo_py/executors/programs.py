"""Where a command's first word leads, as a shell would find it."""

from __future__ import annotations

import os

_DEFAULT_PATH = "/bin:/usr/bin"


class Programs:
    """Finds programs on a PATH and remembers those found; what is not there is looked for again each time."""

    __slots__ = ("_found", "_root")

    def __init__(self, root: str) -> None:
        self._root = root
        self._found: dict[tuple[str, str, str], str] = {}  # (PATH, cwd, word) -> path

    def find(self, word: str, search_path: str | None, cwd: str = "") -> str:
        """The path of the program that `word` names for a command in `cwd` (relative to the root); "" if there is none.
        With a slash in `word` it is that very path, there or not."""
        if "/" in word:
            return os.path.join(self._root, cwd, word) if cwd else word
        key = (_DEFAULT_PATH if search_path is None else search_path, cwd, word)
        path = self._found.get(key, "")
        if not path:
            path = self._search(*key)
            if path:
                self._found[key] = path
        return path

    def forget(self) -> None:
        """Look everything up again: a program was not where it had been found."""
        self._found.clear()

    def _search(self, search_path: str, cwd: str, word: str) -> str:
        """The first executable file, else the first file at all, so that the error can say what is wrong with it."""
        second_best = ""
        for folder in search_path.split(":"):
            path = os.path.join(self._root, cwd, folder, word)
            if os.path.isfile(path):
                if os.access(path, os.X_OK):
                    return path
                second_best = second_best or path
        return second_best
