"""record_ultimate: what a job came to in the end is remembered beside what that rests on, see `ultimate`."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job, Subtree
from redo_py.engine.observe import files_in
from redo_py.engine.ultimate import key_of
from redo_py.engine.written import shown, write_value
from redo_py.ground import hashing
from redo_py.records import TRACE, VALUE
from redo_py.values.encoding import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from redo_py.values.file import File


def survey(execution: Execution, root: Job) -> tuple[Subtree, dict[str, File]]:
    """(what lies below `root`, what was made there). Keeps its own stack."""
    found, made = Subtree(), dict[str, "File"]()
    tasks = execution.doors.tasks
    seen: set[int] = set()
    stack = [root]
    while stack:
        job = stack.pop()
        job = job.leader or job
        if job.seq in seen:
            continue
        seen.add(job.seq)
        made.update({file.path: file for file in job.products})
        known = execution.subtrees.get(job.seq)
        if known is not None:
            found.tasks.update(known.tasks)
            found.reads.update(known.reads)
            continue
        found.tasks[job.name] = tasks.digest(job.task)
        found.reads.update(execution.reads.get(job.seq, {}))
        found.tasks.update({name: tasks.digest(tasks.resolve(name)) for name in execution.forms.get(job.seq, ())})
        stack.extend(job.children)
    return found, made


def record_ultimate(execution: Execution, job: Job) -> None:
    """Remember what `job`, which has its final value, came to; unless that is where it has it from."""
    if job.seq in execution.subtrees or not job.call_hash or job.volatile:
        return
    subtree, made = survey(execution, job)
    execution.subtrees[job.seq] = subtree
    try:
        written = write_value(execution, job.value)
    except Exception:  # it was made of results that can be kept, and cannot be kept itself
        return
    products: list[Any] = [made[file.path].state() for file in files_in(job.value) if file.path in made]
    discovered = encode((subtree.tasks, subtree.reads))
    key = hashing.digest(hashing.VALUE, discovered)
    write = execution.buffer.append
    write((VALUE, (*written, shown(written, job.value))))
    write((TRACE, (key_of(job), key, written[0], job.call_hash, discovered, encode(tuple(products)), job.ended)))
