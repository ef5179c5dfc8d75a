"""assume: what a dry run takes for the value of a call that it does not make.

What such a call would give is not known, and neither is what follows from it. But its value in the last execution says
which files the next one will most likely be about; so that is taken, and the answer is one as of the last build. What
rests on an assumed value directly is never called up to date.
"""

from __future__ import annotations

from redo_py.engine.address import address_of
from redo_py.engine.demand import uses_of
from redo_py.engine.examine import Miss
from redo_py.engine.execution import Execution
from redo_py.engine.guess import assumed_below
from redo_py.engine.job import Job
from redo_py.engine.prepare import storable
from redo_py.engine.written import read_value
from redo_py.ground.nested import substitute
from redo_py.tasks.builtin import COMMAND
from redo_py.values.codec import Unreadable, load
from redo_py.values.encoding import encode
from redo_py.values.file import Observed
from redo_py.values.foreign import NotEncodable
from redo_py.values.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.records import Latest


def assume(execution: Execution, job: Job) -> Any:
    """The value that `job`, which would run, had when it was last made with these arguments, whatever the files among
    them held; UNKNOWN if there is none."""
    if job.name == COMMAND or job.outputs:
        return UNKNOWN
    latest = execution.doors.store.latest([address_of(execution, job)])[0]
    if latest is None or not is_same_call(execution, job, latest):
        return UNKNOWN
    for trace in execution.doors.store.lookup([latest.evaluation])[0]:
        if trace.call == latest.call:
            try:
                value = read_value(execution, trace)
            except Unreadable:
                return UNKNOWN
            execution.assumed[job.seq] = job
            return value
    return UNKNOWN


def is_same_call(execution: Execution, job: Job, latest: Latest) -> bool:
    """Whether the last call had the arguments of `job` but for the contents of files."""
    if latest.task != job.name:
        return False
    try:
        before = load("plain", latest.arguments_bytes)
        return encode(_without_contents(before)) == encode(_without_contents(storable(execution, job)))
    except (Unreadable, NotEncodable):
        return False


def _without_contents(value: Any) -> Any:
    return substitute(value, Observed, lambda file: file.seen_as(b"", 0))


def resting(execution: Execution, job: Job) -> Miss | None:
    """Why `job` cannot be called up to date: the nearest call before it whose value is assumed; None without one."""
    found = assumed_below(execution, uses_of(job.expression)) if execution.assumed else None
    return None if found is None else Miss("assumed", found.origin)
