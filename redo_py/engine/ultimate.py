"""ultimate: what an evaluation came to in the end, remembered beside the codes of the tasks that this rests on.

A job with `check_valid="shallow"` takes such a result without a look at the calls between: if every task that was
called below it has the code that it had, if what was read of the context below it would be read again, and if the
result itself holds. It is kept as a trace under a key of its own, whose discoveries are these tasks and reads.
"""

from __future__ import annotations

from redo_py.engine.context import holds
from redo_py.engine.examine import Hit, Miss, OpenTrace, examine_result, see_products
from redo_py.engine.execution import Execution
from redo_py.engine.job import Job, Subtree
from redo_py.ground import hashing
from redo_py.ground.errors import RedunError
from redo_py.values.encoding import NotPlain, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redo_py.records import Trace


class UltimateTrace(OpenTrace):
    """A trace of what an evaluation came to in the end."""

    __slots__ = ("subtree",)

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.broken = ""
        self.discovered = ()
        self.products = ()
        self.subtree = Subtree()
        try:
            self.subtree.tasks, self.subtree.reads = decode(trace.discovered)
            self.products = decode(trace.products)
        except (NotPlain, TypeError, ValueError) as error:
            self.broken = str(error)


def key_of(job: Job) -> bytes:
    """Under what the final results of the evaluation of `job` are kept."""
    return hashing.digest(hashing.ULTIMATE, job.eval_hash)


def examine_ultimate(execution: Execution, job: Job) -> Hit | Miss:
    """A Hit with a final result that holds, or what is wrong with the newest."""
    opened = [UltimateTrace(trace) for trace in execution.doors.store.lookup([key_of(job)])[0]]
    outputs = see_products(execution, [list(opened)])
    first: Miss | None = None
    for trace in opened:
        verdict = examine_subtree(execution, job, trace) or examine_result(execution, job, trace, outputs)
        if not isinstance(verdict, Miss):
            execution.subtrees[job.seq] = trace.subtree
            return verdict
        first = first or verdict
    return first or Miss("no trace")


def examine_subtree(execution: Execution, job: Job, trace: UltimateTrace) -> Miss | None:
    """None when all that lies below would be called as it was."""
    if trace.broken:
        return Miss("unreadable", trace.broken)
    tasks = execution.doors.tasks
    for name, digest in trace.subtree.tasks.items():
        try:
            now = tasks.digest(tasks.resolve(name))
        except RedunError:
            return Miss("below", name, digest)
        if now != digest:
            return Miss("below", name, digest, now)
    if not holds(execution, job, trace.subtree.reads):
        return Miss("context")
    return None
