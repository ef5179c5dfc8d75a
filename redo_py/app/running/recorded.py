"""A call of the past, found by the id of its job or execution: what `--rerun` repeats."""

from __future__ import annotations

from redo_py.app.telling.records import all_records_of
from redo_py.ground.errors import UsageError
from redo_py.ground.job_ids import SHORT, job_id, seq_of
from redo_py.records import ARGUMENT, EXECUTION, FIRST_WRITTEN, JOB
from redo_py.values.codec import Unreadable, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.app.running.workspace import RunWorkspace
    from redo_py.store.api import Reader

    Row = tuple[Any, ...]

NEWEST = 50  # executions whose jobs are looked through for the few digits of an id
FOREIGN = ("pickle", "plain")  # formats that a value can be read back from


class PastCall:
    """What was called once."""

    __slots__ = ("arguments", "argv", "folder", "lost", "task")

    def __init__(self, argv: str, task: str, arguments: dict[str, Any], lost: list[str]) -> None:
        self.argv = argv  # of the execution
        self.folder = ""  # where the user stood then, relative to the root
        self.task = task  # its full name; "" if all that is known is `argv`
        self.arguments = arguments
        self.lost = lost  # names of arguments that cannot be read back


def past_call(workspace: RunWorkspace, asked: str) -> PastCall:
    """The call of the job, or of the execution, whose id begins with `asked`. Raises UsageError when there is none, or
    several."""
    store = all_records_of(workspace)
    digits = asked.lower().replace("-", "")
    if store is None or not digits or digits.strip("0123456789abcdef"):
        raise UsageError("no-such-run", asked=asked)
    executions = list(store.rows(EXECUTION, order=FIRST_WRITTEN, descending=True))
    whole = [row for row in executions if row[0].hex().startswith(digits)]
    found = [(row, 0) for row in whole]
    for place, row in enumerate(executions):
        if row not in whole:
            found += [(row, seq) for seq in seqs_like(store, row[0], digits, is_new=place < NEWEST)]
    if not found:
        raise UsageError("no-such-run", asked=asked)
    if len(found) > 1:
        ids = ", ".join(job_id(row[0], seq)[:13] for row, seq in found[:5])
        raise UsageError("run-ambiguous", asked=asked, ids=ids)
    execution, seq = found[0]
    argv = execution[EXECUTION.positions["argv"]]
    job = next(iter(store.rows(JOB, {"execution": execution[0], "seq": seq}, limit=1)), None)
    if whole and (job is None or not is_kept(job)):  # it failed: the line is all that is known
        past = PastCall(argv, "", {}, [])
    else:
        assert job is not None
        past = call_of_job(store, argv, job)
    past.folder = execution[EXECUTION.positions["cwd"]] or ""
    return past


def is_kept(job: Row) -> bool:
    """Whether it is recorded what a job was given: of one that has not ended only for people."""
    return job[JOB.positions["call"]] is not None and job[JOB.positions["state"]] != "running"


def seqs_like(store: Reader, execution: bytes, digits: str, is_new: bool) -> list[int]:
    """The jobs of `execution` whose ids begin with `digits`; if these are few, only of one that is new."""
    if len(digits) >= SHORT:
        seqs = [seq_of(execution, digits[:SHORT])]
    elif is_new:
        seqs = [row[JOB.positions["seq"]] for row in store.rows(JOB, {"execution": execution})]
    else:
        return []
    like = [seq for seq in seqs if job_id(execution, seq).replace("-", "").startswith(digits)]
    return [seq for seq in like if any(True for _ in store.rows(JOB, {"execution": execution, "seq": seq}, limit=1))]


def call_of_job(store: Reader, argv: str, job: Row) -> PastCall:
    """The call that a row of JOB is about. Raises UsageError if nothing is kept of it."""
    call, task = job[JOB.positions["call"]], job[JOB.positions["task"]]
    if not is_kept(job):
        raise UsageError("call-not-kept", task=task, argv=argv)
    arguments: dict[str, Any] = {}
    lost: list[str] = []
    for row in store.rows(ARGUMENT, {"call": call}, order="position"):
        name, digest = row[ARGUMENT.positions["name"]], row[ARGUMENT.positions["value"]]
        [kept] = store.values([digest])
        try:
            if kept is None or kept[0] not in FOREIGN:
                raise Unreadable("it is not kept")
            arguments[name] = load(*kept)
        except Unreadable:
            lost.append(name)
    return PastCall(argv, task, arguments, lost)
