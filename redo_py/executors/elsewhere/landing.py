"""Where in the project the files of a job elsewhere may be put. Its result lies in a scratch that others may write to,
so what that names is held against what was asked for:

    declared outputs      and what is below them, wherever they are
    what a function wrote anywhere in the project, but in no record of redun and git, over no code that runs here, and
                          through no link that leads out of the project
    files outside         nowhere: they must be there already and be the same, as on a disk that both sides see
"""

from __future__ import annotations

import os
import posixpath
import sys

from redo_py.executors.api import CallStep, ScriptStep
from redo_py.remote.api import stage
from redo_py.remote.api.package import regex
from redo_py.remote.api.stage import FOLDER, LEFT_OUT, LINK, StagingError
from redo_py.values.spelling import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from redo_py.executors.api import JobSpec
    from redo_py.executors.backend import Site
    from redo_py.remote.api.stage import Entry

OF_THE_ROOT = frozenset(("redunfile.py", "redun.toml", "redun.ini"))  # what tells redun what to do


class Landing:
    """What one job may leave behind, and where."""

    def __init__(self, site: Site, spec: JobSpec) -> None:
        self._root = os.path.realpath(site.root)
        here = os.path.relpath(site.folder, site.root)
        asked = [self._from_root(here, path) for path in (*spec.outputs, *spec.gives) if not is_url(path)]
        self._declared = frozenset(asked)
        self._patterns: list[re.Pattern[str]] = [regex(path) for path in asked if any(char in path for char in "*?[")]
        self._writes = any(isinstance(step, (CallStep, ScriptStep)) for step in spec.steps)
        self._loaded: frozenset[str] | None = None  # files of code that runs here, once somebody has asked

    def _from_root(self, here: str, path: str) -> str:
        return posixpath.normpath(path if path.startswith("/") else posixpath.join(here, path))

    def check(self, entries: Sequence[Entry]) -> None:
        """Raise StagingError for the first of `entries` that is none of this job's."""
        for entry in entries:
            if entry.path != posixpath.normpath(entry.path):
                raise refused(entry, "that is no plain path")
            if not self._declaration(entry.path):
                self._check_undeclared(entry)

    def _check_undeclared(self, entry: Entry) -> None:
        if stage.is_outside(entry.path):
            if not stage.is_there(self._at(entry.path), entry):
                raise StagingError("landing-outside", path=entry.path)
        elif not self._writes:
            raise refused(entry, "it is no output of these commands")
        elif not LEFT_OUT.isdisjoint(entry.path.split("/")):
            raise refused(entry, "that is a record of redun or git")
        elif self._is_code(entry):
            raise refused(entry, "that is code which runs here")

    def place_of(self, entry: Entry) -> str:
        """Where `entry`, which was checked, is to be put; "" if it is there. Raises StagingError."""
        place = self._at(entry.path)
        declared = self._declaration(entry.path)
        if declared:
            self._check_way(entry, declared)
            if entry.kind == FOLDER and os.path.islink(place):
                os.unlink(place)
            return place
        if stage.is_outside(entry.path):
            return ""
        if entry.kind == LINK:
            place = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
        else:
            place = os.path.realpath(place)  # a function that writes to a link writes to what it leads to
        inside = os.path.relpath(place, self._root)
        if not stage.is_below(place, self._root):
            raise refused(entry, "a link leads out of the project there")
        if not LEFT_OUT.isdisjoint(inside.split("/")):
            raise refused(entry, "that is a record of redun or git")
        return place

    def _check_way(self, entry: Entry, declared: str) -> None:
        """Raise StagingError if a link lies between a declared folder and what is put below it."""
        for above in parents(entry.path):
            if not stage.is_below(above, declared):
                break
            if above != entry.path and os.path.islink(self._at(above)):
                raise refused(entry, f"{above} is a link")

    def _declaration(self, path: str) -> str:
        """The output that `path` is, or lies below; "" if there is none."""
        for each in (path, *parents(path)):
            if each in self._declared or any(pattern.fullmatch(each) for pattern in self._patterns):
                return each
        return ""

    def _is_code(self, entry: Entry) -> bool:
        """Whether another file than `entry` tells of runs here as code, or tells redun what to do."""
        place = os.path.realpath(self._at(entry.path))
        if self._loaded is None:
            self._loaded = loaded()
        is_in_use = os.path.relpath(place, self._root) in OF_THE_ROOT or place in self._loaded
        return is_in_use and not stage.is_there(place, entry)

    def _at(self, path: str) -> str:
        return os.path.join(self._root, path)


def refused(entry: Entry, why: str) -> StagingError:
    """The error for a path that a result must not name."""
    return StagingError("landing-refused", path=entry.path, reason=why)


def parents(path: str) -> Iterator[str]:
    """The folders above `path`, the nearest first."""
    while (above := posixpath.dirname(path)) not in ("", path):
        yield above
        path = above


def loaded() -> frozenset[str]:
    """The files of the modules that this process has loaded."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return frozenset(os.path.realpath(file) for file in files if isinstance(file, str))
