"""prepare: a READY job gets its arguments, its files and the digests that decide who it is."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import stamp_values
from redo_py.engine.reduce import concrete
from redo_py.ground import hashing
from redo_py.ground.errors import RunError
from redo_py.ground.nested import collect, substitute
from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.ir.flat import digest_of
from redo_py.task.task import Task, TaskReference
from redo_py.values.encoding import NotEncodable, encode
from redo_py.values.file import File, Output, Tool
from redo_py.values.unknown import UNKNOWN_DIGEST, Unknown
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def prepare(execution: Execution, jobs: list[Job]) -> list[Job]:
    """Bind, stamp and hash READY jobs; gives those that went well, the others have FAILED."""
    bound = [job for job in jobs if job.arguments or bind(execution, job)]
    fresh = [job for job in bound if not job.eval_hash]
    stamp_values(execution, [value for job in fresh for value in collect(job.arguments, (File, Tool, TaskReference))])
    return [job for job in bound if job.eval_hash or identify(execution, job)]


def bind(execution: Execution, job: Job) -> bool:
    """Give `job` its arguments; False when the call does not fit the task, which fails the job."""
    expression = job.expression
    assert isinstance(expression, TaskExpression)
    args = concrete(execution, expression.args)
    kwargs = concrete(execution, expression.kwargs)
    try:
        job.arguments = job.task.signature.bind(args, kwargs)
    except TypeError as error:
        execution.frontier.fail(
            job, RunError("bad-call", span=expression.span, task=job.task.fullname, error=str(error))
        )
        return False
    job.files = collect(job.arguments, File)
    job.outputs = collect(job.arguments, Output)
    return True


def identify(execution: Execution, job: Job) -> bool:
    """Compute the hashes of `job`, whose arguments are stamped; False when an argument has no identity."""
    try:
        job.args_bytes = encode(storable(job.arguments))
    except NotEncodable as error:
        execution.frontier.fail(job, RunError("no-identity", task=job.task.fullname, error=str(error)))
        return False
    job.args_hash = hashing.digest(hashing.ARGUMENTS, job.args_bytes)
    job.eval_hash = hashing.digest(hashing.EVALUATION, execution.doors.tasks.digest(job.task) + job.args_hash)
    return True


def forget_identity(execution: Execution, job: Job) -> None:
    """Undo `prepare` for a job whose files have changed. The Files of its arguments are replaced, not written to: other
    jobs hold the same ones, with the digest that they were decided with."""
    if execution.frontier.by_evaluation.get(job.eval_hash) is job:
        del execution.frontier.by_evaluation[job.eval_hash]
    job.arguments = substitute(job.arguments, File, lambda file: File(file.path))
    job.files = collect(job.arguments, File)
    job.args_bytes = job.args_hash = job.eval_hash = b""


def has_unknown(job: Job) -> bool:
    """Whether an argument is the result of something that a dry run did not do."""
    if any(file.digest == UNKNOWN_DIGEST for file in job.files):
        return True
    return bool(collect(job.arguments, Unknown))


class QuotedIdentity(Value):
    """What a quoted expression counts as in the identity of a call."""

    __slots__ = ("digest",)
    type_name = "redun.QuotedIdentity"

    def __init__(self, digest: bytes) -> None:
        self.digest = digest

    def state(self) -> tuple[bytes]:
        return (self.digest,)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> QuotedIdentity:
        return cls(*state)


def storable(arguments: dict[str, Any]) -> Any:
    """`arguments` with tasks and quoted expressions replaced by what identifies them."""
    if not collect(arguments, (Task, QuotedExpression)):
        return arguments
    return substitute(
        arguments,
        (Task, QuotedExpression),
        lambda item: TaskReference(item.fullname) if isinstance(item, Task) else QuotedIdentity(digest_of(item)),
    )
