"""Past executions: how they ended, what they are called, which of them somebody means."""

from __future__ import annotations

from redo_py.ground.errors import UsageError
from redo_py.ground.job_ids import execution_id
from redo_py.records import EXECUTION, FIRST_WRITTEN, PARTS, TAG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from redo_py.store.api import Reader

STATUSES = {"running": "RUNNING", "done": "DONE", "failed": "FAILED", "interrupted": "STOPPED"}
KILLED = "KILLED"  # the status of one that is recorded as running, and whose process is gone
LAST = ("-", "last")  # what the newest one is called
FROM_THE_END = ("~", "-")  # before a number, which counts from 1 for that one


class Past:
    """One execution."""

    __slots__ = ("argv", "cwd", "digest", "ended", "kind", "started", "status", "tags", "version")

    def __init__(self, row: tuple[Any, ...], status: str, tags: list[tuple[str, str]]) -> None:
        place = EXECUTION.positions
        self.digest: bytes = row[place["id"]]
        self.status = status  # one of STATUSES, or KILLED
        self.started: float = row[place["started"]]
        self.ended: float | None = row[place["ended"]]
        self.kind: str = row[place["kind"]]  # "build" "run" "adopt"
        self.argv: str = row[place["argv"]]
        self.cwd: str = row[place["cwd"]]
        self.version: str = row[place["version"]]
        self.tags = tags  # (key, value), sorted

    @property
    def id(self) -> str:
        """Its id, as a UUID."""
        return execution_id(self.digest)

    @property
    def command(self) -> str:
        """What it was asked to do, after its kind: `build all`."""
        words = self.argv.removeprefix("redun ")
        if self.kind == PARTS:
            return words
        return words if words.split(" ")[0] in (self.kind, "launch") else f"{self.kind} {words}".rstrip()

    @property
    def seconds(self) -> float | None:
        """How long it took; None when that is not known."""
        return None if self.ended is None else max(0.0, self.ended - self.started)


class Executions:
    """All executions of a store. `is_gone` says of the process of one whether it has ended."""

    def __init__(self, store: Reader, is_gone: Callable[[str], bool]) -> None:
        self._store = store
        self._is_gone = is_gone

    def newest_first(self) -> Iterator[Past]:
        """Every one, each read when it is asked for."""
        for (digest,) in self._store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True, columns=["id"]):
            found = self.get(digest)
            if found is not None:
                yield found

    def past(self, row: tuple[Any, ...]) -> Past:
        """The execution of one row."""
        place = EXECUTION.positions
        status, process = row[place["status"]], row[place["process"]]
        shown = STATUSES.get(status, status.upper())
        if status == "running" and process is not None and self._is_gone(process):
            shown = KILLED
        return Past(row, shown, tags_of(self._store, "execution", row[place["id"]]))

    def get(self, digest: bytes) -> Past | None:
        """The one with that id."""
        for row in self._store.rows(EXECUTION, {"id": digest}):
            return self.past(row)
        return None

    def named(self, asked: str) -> Past | None:
        """The one that `-` or `last`, the newest, or `~N` or `-N`, the Nth from the end, means; None if `asked` is
        none of these. Raises UsageError when there are not so many."""
        number = from_the_end(asked)
        if number is None:
            return None
        for place, each in enumerate(self.newest_first(), 1):
            if place == number:
                return each
        count = sum(1 for _ in self._store.rows(EXECUTION, columns=["started"]))
        raise UsageError("log-no-execution", asked=asked, count=count)


def from_the_end(asked: str) -> int | None:
    """Which execution is asked for, the newest one being 1; None if it is not asked for by its place."""
    if asked in LAST:
        return 1
    digits = asked[1:]
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 19
    return int(digits) if asked[:1] in FROM_THE_END and is_number else None


def tags_of(store: Reader, entity: str, digest: bytes) -> list[tuple[str, str]]:
    """The tags of one entity, sorted, with texts as they are and other values as JSON."""
    rows = store.rows(TAG, {"entity": entity, "id": digest}, columns=["key", "value"])
    return sorted({(key, plain(value)) for key, value in rows})


def plain(value: str) -> str:
    """The value of a tag, which is kept as JSON, as it is shown: a text without quotes."""
    if not value.startswith('"'):
        return value
    import json

    try:
        text: str = json.loads(value)
    except ValueError:  # written by a version that kept texts as they are
        return value
    return text
