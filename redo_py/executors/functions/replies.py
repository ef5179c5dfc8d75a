"""What a process that loads the project itself has replied, as an outcome of this one."""

from __future__ import annotations

from redo_py.executors.api import Failed, Finished
from redo_py.executors.failures import RemoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.executors.api import Outcome


def as_outcome(
    found: Outcome, trace: str, seq: int, printed: bytes = b"", times: tuple[float, float] | None = None
) -> Outcome:
    """The outcome of the job `seq`, which another process has told as `found`; an error is caused by one that shows its
    `trace` there. What it `printed` on its way here comes first. `times` stand for those of a clock that is not ours.
    """
    started, ended = times or (found.started, found.ended)
    output = printed + found.output
    if isinstance(found, Failed):
        if trace:
            found.error.__cause__ = RemoteError(trace)
        return Failed(seq, found.error, output, started, ended, found.usage)
    finished = Finished(seq, found.value, output, found.discovered, started, ended, found.written, found.usage)
    finished.lacked = found.lacked
    return finished
