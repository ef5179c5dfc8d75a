"""prepare: a READY job gets its arguments, its files and the digests that decide who it is."""

from __future__ import annotations

from functools import partial
from types import FunctionType, MethodType

from redo_py.engine.execution import Execution
from redo_py.engine.fail import fail
from redo_py.engine.instances import code_behind, homes_of, own_values
from redo_py.engine.job import TOO_MUCH, Job, JobState
from redo_py.engine.manner import ORDINARY
from redo_py.engine.observe import STAMPED, reference_to, see, stamp, with_references
from redo_py.engine.reduce import concrete
from redo_py.ground import hashing
from redo_py.ground.errors import RedunError, RunError
from redo_py.ground.nested import PLAIN, collect, substitute
from redo_py.ir.expression import QuotedExpression, TaskExpression
from redo_py.ir.flat import flatten
from redo_py.tasks.builtin import BUILTIN
from redo_py.tasks.task import Task, TaskReference
from redo_py.values.codec import check_room
from redo_py.values.encoding import encode, encode_checked, encode_named, join_dict
from redo_py.values.errors import keepable
from redo_py.values.file import File, Observed, Output, Tool, is_url
from redo_py.values.foreign import NotEncodable
from redo_py.values.handle import Handle
from redo_py.values.unknown import UNKNOWN_DIGEST, Unknown
from redo_py.values.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# What is more than data in an argument.
CODE = (FunctionType, MethodType, partial, type)  # what leads to code that no task names
NO_CODE = frozenset((File, Output, Tool))  # what leads to none, and counts as it is
NOTABLE = (Observed, Output, Tool, TaskReference, Task, QuotedExpression, Unknown, BaseException, Handle, *CODE)


def prepare(execution: Execution, jobs: list[Job]) -> list[Job]:
    """Bind, stamp and hash READY jobs; gives those that went well, the others have FAILED."""
    bound = [job for job in jobs if job.eval_hash or job.arguments or bind(execution, job)]
    fresh = [job for job in bound if not job.eval_hash]
    if not fresh:
        return bound
    look(execution, fresh)
    return [job for job in bound if job.eval_hash or (job.state == JobState.READY and identify(execution, job))]


def bind(execution: Execution, job: Job) -> bool:
    """Give `job` its arguments; False when the call does not fit the task, which fails the job."""
    expression = job.expression
    assert isinstance(expression, TaskExpression)
    args, kwargs = expression.args, expression.kwargs
    if job.lazy:
        args, kwargs = concrete(execution, (args, kwargs))
    try:
        job.arguments = job.task.parameters.bind(args, kwargs)
        if job.manner is not ORDINARY:
            bind_specially(execution, job)
    except RedunError as error:
        fail(execution, job, error)
        return False
    except TypeError as error:
        fail(execution, job, RunError("bad-call", span=expression.span, task=job.name, error=str(error)))
        return False
    if not PLAIN.issuperset(map(type, job.arguments.values())):
        job.notable = collect(job.arguments, NOTABLE)
    elif job.manner is ORDINARY and job.name not in BUILTIN:
        identify_plain(execution, job)
    if job.manner.environment is not None:
        job.notable = [*job.notable, *job.manner.environment[1]]
    return True


def identify_plain(execution: Execution, job: Job) -> None:
    """What `identify` does, for a job that is given nothing but plain data."""
    encoded, job.pieces = encode_named(job.arguments)
    if len(encoded) <= execution.settings.room:  # else `identify` says what is wrong
        job.args_hash = hashing.digest(hashing.ARGUMENTS, encoded)
        job.args_bytes = encoded if len(encoded) <= TOO_MUCH else b""
        job.eval_hash = evaluation_of(execution, job, bool(job.depfiles))


def bind_specially(execution: Execution, job: Job) -> None:
    """Put in place what the options and defaults of `job` were computed to be. Raises UsageError."""
    manner = job.manner
    if manner.waits:
        from redo_py.engine.options import resolve

        job.options = concrete(execution, job.options)
        resolve(execution, job)
    if job.options.get("env"):
        from redo_py.engine.environment import take_environment

        take_environment(execution, job)
    for name, default in manner.defaults.items():
        if job.arguments[name] is job.task.parameters.defaults[name]:
            job.arguments[name] = concrete(execution, default)


def look(execution: Execution, jobs: list[Job]) -> None:
    """Look at all files and tools among the arguments of `jobs`, in one batch if nothing is wrong with any of them."""
    try:
        see(execution, [item for job in jobs for item in job.notable])
    except RedunError:
        for job in jobs:
            try:
                see(execution, job.notable)
            except RedunError as error:
                fail(execution, job, error)


def identify(execution: Execution, job: Job) -> bool:
    """Compute the hashes of `job`, whose files have been looked at; False when an argument has no identity."""
    try:
        if job.notable:
            take_digests(execution, job)
        encoded = encoded_arguments(execution, job)
        check_room(len(encoded), execution.settings.room)
    except NotEncodable as error:
        fail(execution, job, RunError("no-identity", task=job.name, error=str(error)))
        return False
    except RedunError as error:
        fail(execution, job, error)
        return False
    job.args_hash = hashing.digest(hashing.ARGUMENTS, encoded)
    job.args_bytes = encoded if len(encoded) <= TOO_MUCH or job.name in BUILTIN else b""
    job.eval_hash = evaluation_of(execution, job, bool(job.depfiles))
    return True


def encoded_arguments(execution: Execution, job: Job) -> bytes:
    """The encoding of all arguments; that of each by itself is kept where `record` will want it."""
    arguments = storable(execution, job) if job.notable else job.arguments
    if job.manner is not ORDINARY and job.manner.traits is not None:
        unhashed = job.manner.traits.unhashed
        arguments = {name: value for name, value in arguments.items() if name not in unhashed}
    met: dict[int, Any] = {}
    if job.name in BUILTIN:
        encoded = encode_checked(arguments, met)[0]
    else:
        pieces = [encode_checked(value, met) for value in arguments.values()]
        encoded = join_dict(arguments, pieces)
        job.pieces = pieces if job.manner.environment is None else pieces[:-1]
    if met or not NO_CODE.issuperset(map(type, job.notable)):
        objects = {**met, **own_values(job.notable)}
        job.code = code_behind(execution, objects.values())
        codes = [item for item in job.notable if isinstance(item, CODE)]
        if job.code or codes:
            execution.given[job.seq] = homes_of(execution, [*objects.values(), *codes])
    return encoded


def evaluation_of(execution: Execution, job: Job, is_discovering: bool) -> bytes:
    """The identity of `job` as an evaluation. A trace holds by what the job has discovered, so one of a run that could
    tell nothing must not be taken for one that read nothing: whether there is a depfile counts, where it lies does
    not. What a script discovers is in its text, which is in the key."""
    seed = hashing.DISCOVERING if is_discovering else hashing.EVALUATION
    return hashing.digest(seed, execution.doors.tasks.digest(job.task) + job.args_hash + job.code)


def take_digests(execution: Execution, job: Job) -> None:
    """The files, tools and tasks among the arguments get the digests of now. They are copied, not written to: the
    user's own objects may live longer than this execution."""
    fresh = {id(item): stamp(execution, item) for item in job.notable if isinstance(item, STAMPED)}
    if fresh:
        job.arguments = {
            name: substitute(value, STAMPED, lambda item: fresh[id(item)]) for name, value in job.arguments.items()
        }
    job.files = [item for item in fresh.values() if isinstance(item, Observed)]
    job.tools = [item for item in fresh.values() if type(item) is Tool]
    job.outputs = [item for item in job.notable if type(item) is Output]


def forget_identity(execution: Execution, job: Job) -> None:
    """Undo `prepare` for a job whose files have changed: their digests are asked for again."""
    if execution.frontier.by_evaluation.get(job.eval_hash) is job:
        del execution.frontier.by_evaluation[job.eval_hash]
    job.arguments = substitute(job.arguments, Observed, lambda file: file.seen_as(b"", 0))
    job.notable = collect(job.arguments, NOTABLE)
    if job.manner.environment is not None:
        job.notable = [*job.notable, *job.manner.environment[1]]
    job.args_bytes = job.args_hash = job.eval_hash = b""


def first_unknown(job: Job) -> str | None:
    """What among the arguments is the result of something that a dry run did not do: its path, "" if it has none; None
    when all arguments are known."""
    for item in job.notable:
        if isinstance(item, Observed) and item.digest == UNKNOWN_DIGEST:
            return item.path
        if type(item) is Unknown:
            return ""
    return None


class CodeIdentity(Value):
    """What a function, method or class counts as in the identity of a call: what it is, and its code."""

    __slots__ = ("content", "digest")
    type_name = "redun.CodeIdentity"

    def __init__(self, content: bytes, digest: bytes) -> None:
        self.content = content  # its encoding, which has its name
        self.digest = digest  # of what it leads to in the project

    def state(self) -> tuple[bytes, bytes]:
        return (self.content, self.digest)

    @classmethod
    def from_state(cls, state: tuple[Any, ...]) -> CodeIdentity:
        return cls(*state)


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


def storable(execution: Execution, job: Job) -> dict[str, Any]:
    """The arguments of `job` with tasks, functions, quoted expressions and errors that cannot be told replaced by what
    identifies them, and one spelling for each file. Raises NotEncodable for a function that no name leads to."""
    arguments: dict[str, Any] = job.arguments
    if job.manner.environment is not None:
        from redo_py.engine.environment import with_environment

        arguments = with_environment(execution, job, arguments)
    if any(isinstance(item, Observed) and is_spelt_otherwise(item) for item in job.notable):
        arguments = substitute(arguments, Observed, lambda file: under_own_path(execution, file))
    if NO_CODE.issuperset(map(type, job.notable)):
        return arguments
    if any(isinstance(item, (Task, QuotedExpression)) for item in job.notable):
        arguments = substitute(arguments, QuotedExpression, lambda item: quoted_identity(execution, item))
        arguments = with_references(execution, arguments)
    if any(isinstance(item, CODE) for item in job.notable):
        arguments = substitute(arguments, CODE, lambda item: code_identity(execution, item))
    if any(isinstance(item, BaseException) for item in job.notable):
        arguments = substitute(arguments, BaseException, keepable)
    return arguments


def is_spelt_otherwise(file: Observed) -> bool:
    """Whether there may be a shorter way to write the path of `file`."""
    return file.path[:1] == "/" or file.path[:2] == ".."


def under_own_path(execution: Execution, file: Observed) -> Observed:
    """`file` under the path that it has here, however it was written."""
    if not is_spelt_otherwise(file) or is_url(file.path):
        return file
    own = file.seen_as(file.digest, file.kind)
    own.path = execution.doors.planner.own_path(file.path)
    return own


def quoted_identity(execution: Execution, item: QuotedExpression) -> QuotedIdentity:
    """What stands for a quoted expression: its structure. Tasks that it holds count by name, like those that it calls,
    whether it has just been made or comes from a result that was kept."""

    def by_name(task: Any) -> TaskReference:
        reference = reference_to(execution, task) if isinstance(task, Task) else task
        return TaskReference(reference.name, b"", reference.options)

    flat = substitute(flatten(item), (Task, TaskReference), by_name)
    return QuotedIdentity(hashing.digest(hashing.EXPRESSION, encode(flat)))


def code_identity(execution: Execution, item: Any) -> Any:
    """What stands for a function, method or class: itself if no code of the project is behind it."""
    met: dict[int, Any] = {}
    content = encode_checked(item, met)[0]
    digest = execution.doors.tasks.code_of(item) + code_behind(execution, met.values())
    return CodeIdentity(content, digest) if digest else item
