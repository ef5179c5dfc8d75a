"""overtaken: a function whose input is not any more what it was when the function began.

In a run that is most often its own doing: it sorts a file in place, removes what nobody needs any more, or adds to a
database. To run it again for that would do it twice. So what it gave is used now, but nobody takes it for the result of
what the function was given: it is not remembered.

What it changed through File is no surprise, and is left out before.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import forget

TOLD = 10  # functions that are told of one by one


def take_once(execution: Execution, job: Job, path: str) -> None:
    """Let the result of the finished `job` stand for this execution alone, because of the input `path`; what its inputs
    hold now is looked at when somebody asks."""
    job.volatile = execution.volatile = True
    forget(execution, [stamp.path for stamp in job.input_stamps])
    execution.overtaken += 1
    if execution.overtaken <= TOLD:
        more = "; others are not told of" if execution.overtaken == TOLD else ""
        text = f"{path} changed while {job.name} ran: its result is used now, and not remembered{more}"
        execution.doors.events.emit("notice", None, text)
