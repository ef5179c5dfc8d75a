"""`glob(...)` of the redunfile: the files that match, and everything that was looked at to find them.

Only files are found (and links to files), never folders. `.redun` and `.git` are never looked into, but for the tables
that tasks have returned, by a pattern that names their folder. `*` goes through links to folders, `**` does not, so
that it ends. What was looked at comes with the signatures it had just before: a folder that was listed as `folder/`, a
single path that was asked for as it is, both with () if nothing was there. If all of them still have these signatures,
the same glob finds the same.
"""

from __future__ import annotations

import os
from errno import ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
from stat import S_ISLNK, S_ISREG

from redo_py.files.contents import LEFT_OUT
from redo_py.files.patterns import alternatives, matches_path, parts_of
from redo_py.files.signature import signature_at
from redo_py.files.trouble import unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.files.patterns import Part

DATASETS = ((".redun", "datasets"), (".redun", "scratch", "datasets"))  # where tables of Spark are kept
NO_FOLDER = frozenset((ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR))


class Found:
    """What a glob gave."""

    __slots__ = ("paths", "seen")

    def __init__(self, paths: list[str], seen: dict[str, tuple[int, ...]]) -> None:
        self.paths = paths  # project paths in the order of their bytes, each once
        self.seen = seen  # path, or folder with a slash behind it -> signature; () if nothing was there


def glob(root: str, pattern: str, exclude: Sequence[str] = ()) -> Found:
    """The files below `root`, an absolute path, that match `pattern` but none of `exclude`.

    A pattern of `exclude` also leaves out what is below a folder that it matches. Raises UsageError for a folder that
    may not be read.
    """
    walk = _Walk(root)
    for each in alternatives(normalised(root, pattern)):
        walk.follow("/" if each.startswith("/") else "", parts_of(each))
    unwanted = [parts_of(each) for text in exclude for each in alternatives(text)]
    paths = [path for path in walk.found if not any(matches_path(parts, path) for parts in unwanted)]
    return Found(sorted(paths, key=os.fsencode), walk.seen)


def leads_to_datasets(parts: Sequence[Part]) -> bool:
    """Whether a pattern of these parts is one for tables that are kept."""
    texts = tuple(part.text for part in parts)
    return any(texts[: len(place)] == place for place in DATASETS)


def normalised(root: str, pattern: str) -> str:
    """`pattern` without `..`, which is taken as text; absolute if it leads out of the root."""
    if ".." not in pattern.split("/"):
        return pattern
    full = os.path.normpath(os.path.join(root, pattern))
    prefix = root.rstrip("/") + "/"
    return full[len(prefix) :] if full.startswith(prefix) else full


class _Walk:
    """The folders still to be looked into, each with the parts of the pattern that what is below must match."""

    __slots__ = ("_listed", "_root", "found", "seen")

    def __init__(self, root: str) -> None:
        self._root = root.rstrip("/")
        self._listed: dict[str, list[os.DirEntry[str]]] = {}
        self.found: dict[str, None] = {}
        self.seen: dict[str, tuple[int, ...]] = {}

    def follow(self, start: str, parts: Sequence[Part]) -> None:
        """Find what matches `parts` from the folder `start`, which ends with a slash or is empty for the root."""
        waiting = [(start, 0)]
        visited = set(waiting)
        while waiting:
            for step in self._look(*waiting.pop(), parts):
                if step not in visited:
                    visited.add(step)
                    waiting.append(step)

    def _look(self, folder: str, at: int, parts: Sequence[Part]) -> list[tuple[str, int]]:
        """The folders to look into after `folder`, where part `at` is next; files that match are noted."""
        if at == len(parts):
            return []
        part = parts[at]
        if part.is_plain:
            return self._look_plain(folder, at, parts)
        if part.is_deep:
            return self._look_deep(folder, at, parts)
        return [step for entry in self._list(folder) for step in self._enter(folder, entry, at, parts)]

    def _look_plain(self, folder: str, at: int, parts: Sequence[Part]) -> list[tuple[str, int]]:
        """Go down the plain parts at once; only a last one has to be looked for."""
        if at + 1 < len(parts):
            is_left_out = parts[at].text in LEFT_OUT and not leads_to_datasets(parts[at:])
            return [] if is_left_out else [(f"{folder}{parts[at].text}/", at + 1)]
        path = folder + parts[at].text
        if parts[at].text not in LEFT_OUT and self._is_file(path):
            self.found[path] = None
        return []

    def _look_deep(self, folder: str, at: int, parts: Sequence[Part]) -> list[tuple[str, int]]:
        steps = [(folder, at + 1)]
        for entry in self._list(folder):
            if not parts[at].matches(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                steps.append((f"{folder}{entry.name}/", at))
            elif at + 1 == len(parts):
                self._note(folder, entry)
        return steps

    def _enter(self, folder: str, entry: os.DirEntry[str], at: int, parts: Sequence[Part]) -> list[tuple[str, int]]:
        if not parts[at].matches(entry.name):
            return []
        if at + 1 == len(parts):
            self._note(folder, entry)
            return []
        return [(f"{folder}{entry.name}/", at + 1)] if entry.is_symlink() or entry.is_dir() else []

    def _note(self, folder: str, entry: os.DirEntry[str]) -> None:
        if entry.is_symlink():
            if self._is_file(folder + entry.name):
                self.found[folder + entry.name] = None
        elif entry.is_file(follow_symlinks=False):
            self.found[folder + entry.name] = None

    def _is_file(self, path: str) -> bool:
        """Whether a file is at `path`, links followed; what it is now is noted, with what is behind a link."""
        full = self._full(path)
        signature = self.seen[path] = signature_at(full)
        if signature and S_ISLNK(signature[2]):
            full = os.path.realpath(full)
            signature = self.seen[full] = signature_at(full)
        return bool(signature) and S_ISREG(signature[2])

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        """What is in `folder`, each folder listed once; nothing if there is no such folder."""
        if folder not in self._listed:
            self._listed[folder] = self._list_first(folder)
        return self._listed[folder]

    def _list_first(self, folder: str) -> list[os.DirEntry[str]]:
        name = folder or "./"
        self.seen[name] = signature_at(self._full(name))
        try:
            with os.scandir(self._full(name)) as found:
                return [entry for entry in found if entry.name not in LEFT_OUT]
        except OSError as error:
            if error.errno in NO_FOLDER:
                return []
            raise unreadable(name, error) from None

    def _full(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._root}/{path}"
