"""Paths as text, and where they are: relative to the project's root with `/`, or absolute outside of it."""

from __future__ import annotations

import os


class Places:
    """The project's root and the paths below it; the current directory does not matter."""

    __slots__ = ("_inner", "_prefix", "root", "state_dir")

    def __init__(self, root: str, state_dir: str) -> None:
        self.root = os.path.abspath(root)
        self.state_dir = self.full_below(state_dir)
        self._prefix = self.root.rstrip("/") + "/"
        self._inner: str | None = None  # the root without links in it, with a slash; None until it is needed

    def full_below(self, path: str) -> str:
        """`path` from the root, whether or not it is absolute, as an absolute path."""
        return os.path.join(self.root, path)

    def full(self, path: str) -> str:
        """The absolute path of the project path `path`."""
        return path if path.startswith("/") else self._prefix + path

    def inside(self, full: str) -> str:
        """The project path of the absolute path `full`, which has no links in its folder."""
        if self._inner is None:
            self._inner = os.path.realpath(self.root).rstrip("/") + "/"
        for prefix in (self._inner, self._prefix):
            if full.startswith(prefix):
                return full[len(prefix) :]
        return full

    def behind(self, link: str, text: str) -> str:
        """The project path that the link at `link` with `text` leads to, as the system would walk it."""
        folder, name = os.path.split(os.path.join(os.path.dirname(self.full(link)), text))
        if name in ("", ".", ".."):
            return self.inside(os.path.realpath(os.path.join(folder, name)))
        return self.inside(os.path.join(os.path.realpath(folder), name))
