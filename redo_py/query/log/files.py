"""Files that past jobs have read and made.

A job whose result was known has read and put back what the job that ran for it had: its call tells which that was.
"""

from __future__ import annotations

from redo_py.records import EXECUTION, FILE_USE, JOB, LATEST
from redo_py.values.encoding import decode
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.store.api import Reader

PAGE = 500  # paths that are read at once
FOLLOWED = 20  # jobs with one content of a path whose later ends are looked for
ANY = "*"  # stands for any text in a pattern


class Use:
    """One job and one path."""

    __slots__ = ("content", "execution", "is_made", "path", "seq")

    def __init__(self, path: str, execution: bytes, seq: int, mode: str, content: bytes) -> None:
        self.path = path
        self.execution = execution
        self.seq = seq
        self.is_made = mode == "w"  # or read
        self.content = content


class Path:
    """A path, what it last held as far as jobs know, and which jobs had to do with that."""

    __slots__ = ("content", "path", "since", "uses")

    def __init__(self, path: str, content: bytes, uses: list[Use], since: float) -> None:
        self.path = path
        self.content = content
        self.uses = uses  # of that content, in their order
        self.since = since  # when the first of them began

    @property
    def mode(self) -> str:
        """`r` if it was read, `w` if it was made, in two places."""
        made = any(use.is_made for use in self.uses)
        read = any(not use.is_made for use in self.uses)
        return f"{'r' if read else ' '}{'w' if made else ' '}".strip()


class Files:
    """Questions about files, asked of the read door."""

    def __init__(self, store: Reader) -> None:
        self._store = store
        began = store.rows(EXECUTION, columns=["id", "started"])
        self._began: dict[bytes, float] = dict(began)

    def get(self, path: str, content: bytes | None = None) -> Path | None:
        """The path with what it last held, or with `content`; None when no job had to do with that."""
        columns = ("execution", "seq", "mode", "content")
        uses = [Use(path, *row) for row in self._store.rows(FILE_USE, {"path": path}, columns=columns)]
        makers = {(use.execution, use.seq) for use in uses if use.is_made}
        uses.sort(key=lambda use: self._moment(use, (use.execution, use.seq) in makers))
        if content is None and uses:
            content = uses[-1].content if len({use.content for use in uses}) == 1 else self._newest(uses)
        fitting = [use for use in uses if use.content == content]
        if not fitting or content is None:
            return None
        return Path(path, content, fitting, self._started(fitting[0]))

    def matching(self, pattern: str) -> Iterator[Path]:
        """Every path that `pattern` matches, in order; without `*` in it, that one alone."""
        if ANY not in pattern:
            found = self.get(pattern)
            if found is not None:
                yield found
            return
        for path in self.paths():
            if fits(path, pattern):
                found = self.get(path)
                if found is not None:
                    yield found

    def paths(self) -> Iterator[str]:
        """Every path that is recorded, in order."""
        after = None
        while True:
            page = self._store.names(FILE_USE, "path", after, PAGE)
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1]

    def with_content(self, content: bytes) -> list[Path]:
        """The paths that have held `content`."""
        rows = self._store.rows(FILE_USE, {"content": content}, columns=["path"])
        found = [self.get(path, content) for path in sorted({path for (path,) in rows})]
        return [each for each in found if each is not None]

    def _newest(self, uses: list[Use]) -> bytes:
        """The content that the last job has read or left, be it from the cache. Of each content only the last makers
        and readers are followed."""
        followed: dict[tuple[bytes, bool], list[tuple[int, Use]]] = {}
        for place in range(len(uses) - 1, -1, -1):
            some = followed.setdefault((uses[place].content, uses[place].is_made), [])
            if len(some) < FOLLOWED:
                some.append((place, uses[place]))
        candidates = [each for some in followed.values() for each in some]
        return max(candidates, key=lambda each: (self._last_moment(each[1]), each[0]))[1].content

    def _last_moment(self, use: Use) -> float:
        """When the execution began in which the call behind `use` was last made, or its result taken."""
        began = self._began.get(use.execution, 0.0)
        key = {"execution": use.execution, "seq": use.seq}
        for call, origin in self._store.rows(JOB, key, columns=["call", "origin"]):
            for execution, discovered in self._store.rows(
                LATEST, {"origin": origin, "number": 1}, columns=["execution", "discovered"]
            ):
                content = content_of(discovered, use.path)
                if content:  # calls that discovered different contents may be one and the same
                    return max(began, self._began.get(execution, 0.0)) if content == use.content else began
            if call is not None:
                rows = self._store.rows(JOB, {"call": call}, "started", True, 1, ["execution"])
                return max(began, *(self._began.get(execution, 0.0) for (execution,) in rows))
        return began

    def _moment(self, use: Use, makes: bool) -> tuple[float, bytes, int, int]:
        """Its place in time: makers come before readers, since seqs are not given in the order in which jobs run. But
        who read nothing there, or itself `makes` what it has read, did so before."""
        rank = 1 if use.is_made else 0 if makes or use.content == ABSENT_DIGEST else 2
        return self._began.get(use.execution, 0.0), use.execution, rank, use.seq

    def _started(self, use: Use) -> float:
        key = {"execution": use.execution, "seq": use.seq}
        for (started,) in self._store.rows(JOB, key, columns=["started"]):
            return float(started)
        return self._began.get(use.execution, 0.0)


def content_of(discovered: bytes, path: str) -> bytes:
    """The content of `path` among what a call has discovered, encoded; b"" if it is not there."""
    try:
        pairs: Any = decode(discovered)
        return next((content for each, content in pairs if each == path), b"")
    except (TypeError, ValueError):  # a record of another version
        return b""


def fits(path: str, pattern: str) -> bool:
    """Does `path` match `pattern`, in which `*` stands for any text, slashes included?"""
    first, *rest = pattern.split(ANY)
    if not path.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(path) - at >= len(rest[-1]) and path.endswith(rest[-1]) if rest else path == first
