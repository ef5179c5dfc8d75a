"""What somebody means by the beginning of an id.

The id of an execution, a call, a version of a task, a value, an evaluation or a content is a digest: those that begin
like it are looked up. That of a job is kept nowhere: each execution tells which of its jobs may have it.
"""

from __future__ import annotations

from redo_py.ground.job_ids import SHORT, job_id, seq_of, short_job_id
from redo_py.records import CALL, EXECUTION, FILE_USE, FIRST_WRITTEN, JOB, TASK, TRACE, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from redo_py.store.api import Reader

EXECUTIONS, JOBS, CALLS, TASKS, VALUES, EVALUATIONS, FILES = (
    "Execution", "Job", "CallNode", "Task", "Value", "Evaluation", "File",
)  # fmt: skip
TABLES = ((EXECUTIONS, EXECUTION, "id"), (CALLS, CALL, "call"), (TASKS, TASK, "task_hash"), (VALUES, VALUE, "value"),
          (EVALUATIONS, TRACE, "evaluation"), (FILES, FILE_USE, "content"))  # fmt: skip
MOST = 8  # of all that begins alike, so many are found
DIGESTS_AT_MOST = 512  # digests that are looked up; with so short a beginning something is found among them
HEXADECIMAL = frozenset("0123456789abcdef")
LONGEST = 32  # digits of an id


class Found:
    """One thing whose id begins as asked."""

    __slots__ = ("digest", "kind", "seq")

    def __init__(self, kind: str, digest: bytes, seq: int = 0) -> None:
        self.kind = kind
        self.digest = digest  # of a job: its execution
        self.seq = seq  # of a job

    @property
    def id(self) -> str:
        """Its whole id, as digits."""
        return job_id(self.digest, self.seq) if self.kind == JOBS else self.digest.hex()


def digits_of(asked: str) -> str:
    """The digits of an id or its beginning, however it is written; "" if it is none."""
    digits = asked.replace("-", "").lower()
    return digits if len(digits) <= LONGEST and HEXADECIMAL.issuperset(digits) else ""


def find(store: Reader, asked: str) -> list[Found]:
    """What has an id that begins like `asked`, at most MOST; jobs of newer executions come first."""
    digits = digits_of(asked)
    if not digits:
        return []
    found = [*_jobs(store, digits), *_digests(store, digits)]
    return found[:MOST]


def tasks_called(store: Reader, name: str) -> list[str]:
    """The recorded task of that full name; if there is none, those that have it as their bare name, sorted."""
    known = {task for (task,) in store.rows(TASK, columns=["task"])}
    return [name] if name in known else sorted(task for task in known if task.endswith(f".{name}"))


def _digests(store: Reader, digits: str) -> Iterator[Found]:
    for digest in store.beginning(digits, DIGESTS_AT_MOST):
        for kind, table, column in TABLES:
            if any(True for _ in store.rows(table, {column: digest}, limit=1, columns=[column])):
                yield Found(kind, digest)
                break


def _jobs(store: Reader, digits: str) -> list[Found]:
    found: list[Found] = []
    for (execution,) in store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True, columns=["id"]):
        for seq in _candidates(store, execution, digits):
            if _is_there(store, execution, seq):
                found.append(Found(JOBS, execution, seq))
                if len(found) == MOST:
                    return found
    return found


def _candidates(store: Reader, execution: bytes, digits: str) -> Iterable[int]:
    """The seqs that jobs with such ids would have in that execution."""
    if len(digits) >= SHORT:
        seq = seq_of(execution, digits[:SHORT])
        return [seq] if job_id(execution, seq).replace("-", "").startswith(digits) else []
    count = _count(store, execution)
    endings = 16 ** (SHORT - len(digits))
    if count <= endings:
        return (seq for seq in range(count) if short_job_id(execution, seq).startswith(digits))
    width = SHORT - len(digits)
    all_of_them = (seq_of(execution, f"{digits}{ending:0{width}x}") for ending in range(endings))
    return (seq for seq in all_of_them if seq < count)


def _count(store: Reader, execution: bytes) -> int:
    """One more than the greatest seq of the execution."""
    where: dict[str, Any] = {"execution": execution}
    for (last,) in store.rows(JOB, where, order="seq", descending=True, limit=1, columns=["seq"]):
        return int(last) + 1
    return 0


def _is_there(store: Reader, execution: bytes, seq: int) -> bool:
    return any(True for _ in store.rows(JOB, {"execution": execution, "seq": seq}, columns=["seq"]))
