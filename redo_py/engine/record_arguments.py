"""record_arguments: what a call was given, and where that came from."""

from __future__ import annotations

from redo_py.engine.demand import uses_of
from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.manner import ORDINARY
from redo_py.engine.observe import with_references
from redo_py.engine.traits import LAZY
from redo_py.ground import hashing
from redo_py.ground.nested import collect
from redo_py.ir.expression import SchedulerExpression
from redo_py.records import ARGUMENT, ORIGIN, SUBVALUE, VALUE
from redo_py.tasks.builtin import BUILTIN
from redo_py.values.codec import dump, preview
from redo_py.values.file import Observed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAY_HOLD_FILES = (b"redun.", b"redo_py")  # one of these is in the bytes of every value that holds a File


def record_arguments(execution: Execution, job: Job) -> None:
    """One row for each argument, with the calls it came from. Of a command, one for each file."""
    buffer = execution.buffer
    if job.name in BUILTIN:
        for position, file in enumerate(job.files):
            maker = execution.made_by.get(file.path)
            origin = maker.call_hash if maker is not None and maker.call_hash else None
            buffer[ARGUMENT] += (job.call_hash, position, file.path, file.digest, origin)
        return
    names = job.arguments if job.manner is ORDINARY else hashed_names(job)
    for position, (name, (encoded, plain)) in enumerate(zip(names, job.pieces, strict=True)):
        digest = hashing.digest(hashing.VALUE, encoded)
        if plain:
            buffer[VALUE] += (digest, "plain", encoded, "")
        else:
            record_object(execution, digest, job.arguments[name])
        if job.files:
            record_parts(execution, digest, encoded, job.arguments[name])
        origin = record_origins(execution, job, position, name) if job.lazy else None
        buffer[ARGUMENT] += (job.call_hash, position, name, digest, origin)


def hashed_names(job: Job) -> list[str]:
    """The parameters of `job` that are part of its identity."""
    unhashed = job.manner.traits.unhashed if job.manner.traits is not None else ()
    return [name for name in job.arguments if name not in unhashed]


def record_object(execution: Execution, digest: bytes, value: Any) -> None:
    """An argument that only a pickle can give back; one that cannot be pickled is known by its digest and its text."""
    try:
        _, format_, data = dump(with_references(execution, value), room=execution.settings.room)
    except Exception:
        format_, data = "unkept", b""
    execution.buffer[VALUE] += (digest, format_, data, preview(value))


def record_parts(execution: Execution, digest: bytes, written: bytes, value: Any) -> None:
    """The contents of the Files in `value`, which has been `written` under `digest`."""
    if type(value) is bytes or type(value) is str:
        return
    if MAY_HOLD_FILES[0] in written or MAY_HOLD_FILES[1] in written:
        for number, file in enumerate(collect(value, Observed)):
            execution.buffer[SUBVALUE] += (digest, number, file.digest)


def record_origins(execution: Execution, job: Job, position: int, name: str) -> bytes | None:
    """The call whose result the argument `name` is, when it is simply that; if it was made of the results of several
    calls, or of one by an operation or a form, they are recorded."""
    given = given_for(job, name)
    cell = execution.frontier.cells.get(id(given))
    if isinstance(cell, Job):
        return cell.call_hash or None
    for number, origin in enumerate(calls_below(execution, given)):
        execution.buffer[ORIGIN] += (job.call_hash, position, number, origin)
    return None


def given_for(job: Job, name: str) -> Any:
    """What was written in the call for the parameter `name`: a tuple or dict for one with stars; None for a default."""
    expression: Any = job.expression
    signature = job.task.parameters
    if name == signature.star:
        return expression.args[len(signature.plain) :]
    if name == signature.double_star:
        return {key: value for key, value in expression.kwargs.items() if key not in signature.parameters}
    if name in expression.kwargs or name not in signature.plain:
        return expression.kwargs.get(name)
    position = signature.plain.index(name)
    return expression.args[position] if position < len(expression.args) else None


def calls_below(execution: Execution, value: Any) -> list[bytes]:
    """The nearest calls below `value`, each once, in the order of the text; those of a form as it was evaluated. Keeps
    its own stack."""
    cells = execution.frontier.cells
    found: dict[bytes, None] = {}
    seen: set[int] = set()
    stack = collect(value, LAZY)[::-1]
    while stack:
        expression = stack.pop()
        if id(expression) in seen:
            continue
        seen.add(id(expression))
        cell = cells.get(id(expression))
        if isinstance(cell, Job):
            if cell.call_hash:
                found[cell.call_hash] = None
        elif type(expression) is SchedulerExpression:
            stack += execution.asked.get(id(expression), ())[::-1]
        else:
            stack += uses_of(expression)[::-1]
    return list(found)
