"""record_ultimate: what a job came to in the end is remembered beside what that rests on, see `ultimate`."""

from __future__ import annotations

from redo_py.engine.context import context_of, digest_of
from redo_py.engine.demand import uses_of
from redo_py.engine.execution import Execution
from redo_py.engine.instances import needed_by
from redo_py.engine.job import Job, Subtree
from redo_py.engine.manner import NOTHING
from redo_py.engine.observe import files_in
from redo_py.engine.traits import LAZY
from redo_py.engine.ultimate import key_of
from redo_py.engine.written import shown, write_value
from redo_py.ground import hashing
from redo_py.ground.nested import collect
from redo_py.ir.expression import SchedulerExpression
from redo_py.records import TRACE, VALUE
from redo_py.tasks.builtin import APART
from redo_py.values.encoding import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from redo_py.engine.manner import Context
    from redo_py.values.file import File


class Unsure(Exception):
    """What lies below a job does not say what it rests on."""


def survey(execution: Execution, root: Job) -> tuple[Subtree, dict[str, File]]:
    """(what lies below `root`, what was made there). Keeps its own stack. Raises Unsure."""
    found, made = Subtree(), dict[str, "File"]()
    tasks, context = execution.doors.tasks, context_of(execution, root)
    seen: set[int] = set()
    given: set[str] = set()
    stack = [root]
    while stack:
        job = stack.pop()
        job = job.leader or job
        if job.seq in seen:
            continue
        seen.add(job.seq)
        if job.volatile or job.name in APART:
            raise Unsure
        if job is not root:
            given |= execution.given.get(job.seq, set())
        given |= execution.operated.get(job.seq, set())
        made.update({file.path: file for file in job.products})
        known = execution.subtrees.get(job.seq)
        if known is not None:
            found.tasks.update(known.tasks)
        else:
            found.tasks[job.name] = tasks.digest(job.task)
            found.tasks.update({name: tasks.digest(tasks.resolve(name)) for name in execution.forms.get(job.seq, ())})
            stack.extend(job.children)
            if job.seq in execution.borrowed:
                stack.extend(borrow(execution, job, context, found))
        reads = execution.reads.get(job.seq, {}) if known is None else known.reads
        found.reads.update(seen_from(context, context_of(execution, job), reads))
    if given:
        check_named(execution, found, given)
    return found, made


def check_named(execution: Execution, found: Subtree, given: set[str]) -> None:
    """Raise Unsure if a function, a class or objects of a class were used below whose code is part of no task there."""
    tasks = execution.doors.tasks
    named = {part for name in found.tasks for part in tasks.parts(tasks.resolve(name))}
    if not given <= named:
        raise Unsure


def borrow(execution: Execution, job: Job, context: Context, found: Subtree) -> list[Job]:
    """The jobs that lie below the expressions that `job` needed and another one had had evaluated; what these read of
    the context is put to `found`. What a form did there is not known from its expression: the job that had it
    evaluated stands for it. Keeps its own stack. Raises Unsure."""
    below: list[Job] = []
    here = context_of(execution, job)
    reads: dict[str, bytes] = {}
    stack: list[Any] = [cell.expression for cell in execution.borrowed[job.seq]]
    seen: set[int] = set()
    while stack:
        expression = stack.pop()
        if id(expression) in seen:
            continue
        seen.add(id(expression))
        cell = execution.frontier.cells.get(id(expression))
        if cell is None:
            raise Unsure
        if isinstance(cell, Job):
            below.append(cell)
        elif needed_by(cell) in execution.operated:
            raise Unsure
        if not isinstance(expression, SchedulerExpression):
            stack.extend(uses_of(expression))
        elif expression.form == "context" and type(expression.args[0]) is str:
            path, default = expression.args
            value = here.read(path)
            reads[path] = digest_of(value)
            stack.extend(collect(default, LAZY) if value is NOTHING else ())
        elif cell.parent is None:
            raise Unsure
        else:
            below.append(cell.parent)
    found.reads.update(seen_from(context, here, reads))
    return below


def seen_from(context: Context, below: Context, reads: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """`reads` in the context `below` as far as they rest on `context`. What differs there was given below. Raises
    Unsure where that was merged with what `context` has."""
    if context is below:
        return reads
    resting = {}
    for path, digest in reads.items():
        if digest_of(context.read(path)) == digest:
            resting[path] = digest
        elif isinstance(below.read(path), dict):
            raise Unsure
    return resting


def record_ultimate(execution: Execution, job: Job) -> None:
    """Remember what `job`, which has its final value, came to; unless that is where it has it from."""
    if job.seq in execution.subtrees or not job.call_hash or job.volatile:
        return
    try:
        subtree, made = survey(execution, job)
        written = write_value(execution, job.value)
    except Exception:  # Unsure; or it was made of results that can be kept, and cannot be kept itself
        return
    execution.subtrees[job.seq] = subtree
    products: list[Any] = [made[file.path].state() for file in files_in(job.value) if file.path in made]
    discovered = encode((subtree.tasks, subtree.reads))
    key = hashing.digest(hashing.VALUE, discovered)
    buffer = execution.buffer
    buffer[VALUE] += (*written, shown(written, job.value))
    buffer[TRACE] += (key_of(job), key, written[0], job.call_hash, discovered, encode(tuple(products)), job.ended)
