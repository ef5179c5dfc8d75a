"""What the records say about a call or a file, as lines for people."""

from __future__ import annotations

from redo_py.records import CALL, FILE_USE, JOB, LATEST, TASK, VALUE
from redo_py.tasks.builtin import STEPS
from redo_py.values.encoding import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from redo_py.store.api import Reader

    Row = tuple[Any, ...]


class History:
    """Questions about the past, asked of the read door of a store."""

    def __init__(self, store: Reader) -> None:
        self._store = store

    def of_call(self, call: bytes) -> Iterator[tuple[str, str]]:
        """When the call was made and why, and when its result was last put back; or that it was only adopted."""
        made = self.newest({"call": call, "state": "ran"})
        if made is None:
            adopted = self.newest({"call": call, "state": "adopted"})
            if adopted is not None:
                yield "adopted", f"{when(adopted)}: it was there, and nothing has verified it"
            return
        yield "last run", when(made)
        yield "because", column(made, "reason")
        restored = self.newest({"call": call, "state": "restored"})
        if restored is not None and column(restored, "started") > column(made, "started"):
            yield "put back", when(restored)
            yield "because", column(restored, "reason")

    def newest(self, where: dict[str, Any]) -> Row | None:
        """The newest job with these columns."""
        for row in self._store.rows(JOB, where, order="started", descending=True, limit=1):
            return row
        return None

    def last_run(self, origin: str) -> Row | None:
        """The newest job for `origin` that was started, however it ended."""
        rows = [self.newest({"origin": origin, "state": state}) for state in ("ran", "failed", "stopped")]
        return max((row for row in rows if row is not None), key=lambda row: column(row, "started"), default=None)

    def run_of(self, call: bytes, origin: str) -> Row | None:
        """The newest job that made the call; if there was no such call, the newest for `origin` that was started."""
        return self.newest({"call": call, "state": "ran"}) if call else self.last_run(origin)

    def users_of(self, path: str) -> list[str]:
        """What used the file at `path` when it was last made, sorted."""
        found: set[str] = set()
        calls = {row[LATEST.positions["call"]] for row in self._store.rows(LATEST)}
        for use in self._store.rows(FILE_USE, {"path": path, "mode": "r"}):
            key = {"execution": use[FILE_USE.positions["execution"]], "seq": use[FILE_USE.positions["seq"]]}
            found.update(column(job, "origin") for job in self._store.rows(JOB, key) if column(job, "call") in calls)
        return sorted(found)

    def users_of_code(self, path: str) -> list[str]:
        """What was last made by code that is partly in the module at `path`, sorted."""
        hashes = {row[TASK.positions["task_hash"]] for row in self._store.rows(TASK) if path in files_of(row)}
        if not hashes:
            return []
        calls = {row[CALL.positions["call"]] for row in self._store.rows(CALL) if self._runs_code(row, hashes)}
        latest = [row for row in self._store.rows(LATEST) if row[LATEST.positions["call"]] in calls]
        return sorted({self._origin(row) for row in latest})

    def _origin(self, latest: Row) -> str:
        """What the job of a LATEST row was asked for."""
        key = {name: latest[LATEST.positions[name]] for name in ("execution", "seq")}
        for job in self._store.rows(JOB, key):
            return str(column(job, "origin"))
        return str(latest[LATEST.positions["origin"]])

    def _runs_code(self, call: Row, hashes: set[bytes]) -> bool:
        """Whether a CALL row is of one of these tasks, or of steps that call one: its digest is an argument then."""
        if call[CALL.positions["task"]] != STEPS:
            return call[CALL.positions["task_hash"]] in hashes
        values = self._store.rows(VALUE, {"value": call[CALL.positions["arguments"]]})
        return any(code in row[VALUE.positions["bytes"]] for row in values for code in hashes)


def files_of(task: Row) -> set[str]:
    """The project's files that the code of a TASK row is in; none if it was written by another version."""
    try:
        return {file for _, file, _ in decode(task[TASK.positions["parts"]]).values()}
    except (AttributeError, TypeError, ValueError):
        return set()


def column(job: Row, name: str) -> Any:
    """The column `name` of a row of JOB."""
    return job[JOB.positions[name]]


def when(job: Row) -> str:
    """When and in which execution a job was started."""
    return f"{moment(column(job, 'started'))}, execution {column(job, 'execution').hex()[:8]}"


def aligned(facts: list[tuple[str, str]]) -> Iterator[str]:
    """(label, text) as lines, the texts below each other."""
    width = max(len(label) for label, _ in facts)
    for label, text in facts:
        first, *more = text.split("\n")
        yield f"  {label:<{width}}  {first}"
        for line in more:
            yield f"  {'':<{width}}  {line}"


def moment(seconds: float) -> str:
    """A moment in the time of this place."""
    from datetime import datetime

    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M:%S}"
