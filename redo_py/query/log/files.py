"""Files that past jobs have read and made."""

from __future__ import annotations

from redo_py.records import EXECUTION, FILE_USE, JOB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from redo_py.store.api import Reader

PAGE = 500  # paths that are read at once
ANY = "*"  # stands for any text in a pattern


class Use:
    """One job and one path."""

    __slots__ = ("content", "execution", "is_made", "seq")

    def __init__(self, execution: bytes, seq: int, mode: str, content: bytes) -> None:
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
        uses = [Use(*row) for row in self._store.rows(FILE_USE, {"path": path}, columns=columns)]
        uses.sort(key=self._moment)
        if content is None and uses:
            content = uses[-1].content
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

    def _moment(self, use: Use) -> tuple[float, bytes, bool, int]:
        """Its place in time: makers come before readers, since seqs are not given in the order in which jobs run."""
        return self._began.get(use.execution, 0.0), use.execution, not use.is_made, use.seq

    def _started(self, use: Use) -> float:
        key = {"execution": use.execution, "seq": use.seq}
        for (started,) in self._store.rows(JOB, key, columns=["started"]):
            return float(started)
        return self._began.get(use.execution, 0.0)


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
