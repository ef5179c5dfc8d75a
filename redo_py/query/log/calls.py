"""What past calls were: their arguments and results as text, and the code that they ran."""

from __future__ import annotations

import redo_py.values.file  # noqa: F401 - the arguments of commands hold values of its types
from redo_py.ground.hashing import DIGEST_SIZE
from redo_py.ground.units import shown_size
from redo_py.ir.commands import shown
from redo_py.query.log.shown import Foreign, cut, hash_of, pairs, text_of
from redo_py.records import ARGUMENT, CALL, EDGE, KEPT, KEPT_HEAD, TASK, VALUE
from redo_py.tasks.builtin import BUILTIN, SHELL_TASKS, STEPS
from redo_py.tasks.declaration.environments import ARGUMENT as ENVIRONMENT
from redo_py.values.encoding import NotPlain, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.query.log.jobs import Job
    from redo_py.store.api import Reader

    Row = tuple[Any, ...]

UNSAID = "..."  # stands for what is not recorded


class Call:
    """One call node."""

    __slots__ = ("arguments", "digest", "result", "task", "task_hash", "value")

    def __init__(self, row: Row) -> None:
        place = CALL.positions
        self.digest: bytes = row[place["call"]]
        self.task: str = row[place["task"]]
        self.task_hash: bytes = row[place["task_hash"]]
        self.arguments: bytes = row[place["arguments"]]  # digest of the value that all arguments are together
        self.value: bytes = row[place["value"]]  # what it returned, or the error
        self.result: bytes = row[place["result"]] or self.value  # what that came to


class Calls:
    """Questions about calls, asked of the read door. `limit`: characters of one argument or result."""

    def __init__(self, store: Reader, limit: int) -> None:
        self._store = store
        self._limit = limit

    def get(self, digest: bytes) -> Call | None:
        """The call with that digest."""
        for row in self._store.rows(CALL, {"call": digest}):
            return Call(row)
        return None

    def text(self, job: Job) -> str:
        """What `job` did: a call as it is written, or what was to be made and the command for that."""
        call = self.get(job.call) if job.call is not None else None
        if job.task in SHELL_TASKS:
            steps = self.steps(call) if call is not None else []
            return f"{job.origin}: {'; '.join(steps)}" if steps else job.origin
        if call is None:
            return f"{job.task}({UNSAID})"
        given = [text for name, text in self.arguments(call) if name != ENVIRONMENT]
        return f"{job.task}({', '.join(given)})"

    def steps(self, call: Call) -> list[str]:
        """The commands, and the calls between them, of a call of SHELL_TASKS."""
        value = self.row(call.arguments)
        try:
            bound = decode(value[VALUE.positions["bytes"]]) if value is not None else {}
            if call.task == STEPS:
                return [
                    shown(part[1][0]) if part[0] == "command" else f"{part[1].name}(...)" for part in bound["parts"]
                ]
            return [shown(step[0]) for step in bound.get("steps", ())]
        except (NotPlain, KeyError, IndexError, TypeError, AttributeError):
            return []

    def arguments(self, call: Call) -> list[tuple[str, str]]:
        """The names and texts of what it was given, in the order of its parameters."""
        value = self.row(call.arguments)
        if value is not None:
            try:
                return pairs(beginning(value)[1], self._limit)
            except Foreign:  # then there is a text beside it, or beside each of them
                if text := value[VALUE.positions["preview"]]:
                    return [("command", cut(text, self._limit))]
        name, given = ARGUMENT.positions["name"], ARGUMENT.positions["value"]
        rows = self._store.rows(ARGUMENT, {"call": call.digest}, order="position")
        if call.task in BUILTIN:  # those are its files
            return [(row[name], f"File(path={row[name]}{hash_of(row[given])})") for row in rows]
        return [(row[name], self.value(row[given])) for row in rows]

    def value(self, digest: bytes) -> str:
        """The text of a value."""
        row = self.row(digest)
        return value_text(row, self._limit) if row is not None else f"<{digest.hex()}>"

    def row(self, digest: bytes) -> Row | None:
        """The row of a value."""
        for row in self._store.rows(VALUE, {"value": digest}):
            return row
        return None

    def parents(self, digest: bytes) -> list[bytes]:
        """The calls that made the call with that digest."""
        found = [parent for (parent,) in self._store.rows(EDGE, {"child": digest}, columns=["parent"])]
        return list(dict.fromkeys(found))

    def children(self, digest: bytes) -> list[bytes]:
        """The calls that the call with that digest made, in order."""
        return [child for (child,) in self._store.rows(EDGE, {"parent": digest}, order="position", columns=["child"])]

    def code(self, task_hash: bytes) -> tuple[str, str] | None:
        """The name and the text of one version of a task."""
        for row in self._store.rows(TASK, {"task_hash": task_hash}, columns=["task", "code"]):
            return row[0], row[1]
        return None


def beginning(row: Row) -> tuple[str, bytes, str]:
    """The format and bytes of the value in one row; of a large one how they begin, and its size as text."""
    form, data = row[VALUE.positions["format"]], row[VALUE.positions["bytes"]]
    if not form.startswith(KEPT):
        return form, data, ""
    size = int.from_bytes(data[DIGEST_SIZE:KEPT_HEAD], "little")
    return form.removeprefix(KEPT), data[KEPT_HEAD:], f" ({shown_size(size)})"


def value_text(row: Row, limit: int) -> str:
    """The text of the value in one row: from its encoding, else what was kept beside the bytes."""
    form, data, size = beginning(row)
    if preview := row[VALUE.positions["preview"]]:
        return cut(preview, limit) + size
    if form != "plain":
        return f"<{form.partition(':')[0]}>"
    try:
        return text_of(data, limit) + size
    except Foreign:
        return UNSAID + size
