"""observe: what lies on disk now, asked once per execution and path, and given to the values that stand for it."""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.files.api import LINK
from redo_py.ground.nested import collect, holds_plain, substitute
from redo_py.ir.flat import fields_of, flatten, in_order, is_plain_call, unflatten
from redo_py.tasks.task import Task, TaskReference
from redo_py.values.file import Observed, Tool
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.files.api import Stamp

STAMPED = (Observed, Tool, TaskReference)  # what gets a digest before it counts


def observe(execution: Execution, paths: Sequence[str]) -> list[Stamp]:
    """The stamps of `paths`; those not seen yet in this execution are looked at in one batch."""
    stamps = execution.stamps
    unseen = [path for path in dict.fromkeys(paths) if path not in stamps]
    if unseen:
        saw(execution, execution.doors.files.observe(unseen))
    return [stamps[path] for path in paths]


def see(execution: Execution, values: Sequence[Any]) -> None:
    """Look at the Files and Tools among `values`, in one batch each. Raises what the doors raise."""
    observe(execution, [value.path for value in values if isinstance(value, Observed) and not value.digest])
    known = execution.tools
    unseen = {value.key: value for value in values if type(value) is Tool and value.key not in known}
    if unseen:
        known.update(zip(unseen, execution.doors.tools.digests(list(unseen.values())), strict=True))


def stamped(execution: Execution, value: Any) -> Any:
    """`value` with copies of its Tools and TaskReferences, and of its Files without digest, that have the digests
    of now; `see` must have seen them. Raises UsageError for a task that there is no more."""
    return substitute(value, STAMPED, lambda item: stamp(execution, item))


def stamp(execution: Execution, item: Any) -> Any:
    """What stands for one of STAMPED in `stamped`."""
    if isinstance(item, Observed):
        return stamped_file(execution, item)
    if type(item) is Tool:
        return Tool(item.name, execution.tools[item.key], item.path, item.cwd)
    return reference_to(execution, task_of(execution, item))


def stamped_file(execution: Execution, file: Observed) -> Observed:
    """A copy of `file` with the digest of now, if it has none; `see` must have seen it."""
    if file.digest:
        return file
    stamp = execution.stamps[file.path]
    return file.seen_as(stamp.digest or ABSENT_DIGEST, stamp.kind)


def looked_at(execution: Execution, value: Any) -> Any:
    """`value` with the digests of now in its Files that have none. Raises what the door raises."""
    files = [file for file in collect(value, Observed) if not file.digest]
    if not files:
        return value
    see(execution, files)
    return substitute(value, Observed, lambda file: stamped_file(execution, file))


def saw(execution: Execution, stamps: Sequence[Stamp]) -> None:
    """Remember what has just been looked at."""
    now = execution.doors.clock.now()
    for stamp in stamps:
        execution.stamps[stamp.path] = stamp
        execution.seen_at[stamp.path] = now


def saw_products(execution: Execution, stamps: Sequence[Stamp]) -> None:
    """Remember products that have just been looked at, for those that read them. A link is followed by its readers, so
    what was seen of the link as such is kept apart."""
    links = {stamp.path: stamp for stamp in stamps if stamp.kind == LINK}
    if links:
        forget(execution, list(links))
        execution.links.update(links)
        stamps = [stamp for stamp in stamps if stamp.kind != LINK]
    saw(execution, stamps)


def forget(execution: Execution, paths: Sequence[str]) -> None:
    """Let the next question about `paths` look at the disk again."""
    for path in paths:
        execution.stamps.pop(path, None)
        execution.links.pop(path, None)
        execution.seen_at.pop(path, None)


def with_references(execution: Execution, value: Any) -> Any:
    """`value` with each Task replaced by a reference with the digest of its code: so a task is told from another one,
    and kept."""
    return substitute(value, Task, lambda task: reference_to(execution, task))


def reference_to(execution: Execution, task: Task) -> TaskReference:
    """What stands for `task` in values: its name, the digest of what identifies it, and the options of its calls."""
    options = flatten(task.call_options) if task.call_options else ()
    return TaskReference(task.fullname, execution.doors.tasks.digest(task.base), options)


def with_tasks(execution: Execution, value: Any) -> Any:
    """`value` with each reference replaced by the task that has its name now; raises UsageError when there is none."""
    return substitute(value, TaskReference, lambda reference: task_of(execution, reference))


def task_of(execution: Execution, reference: TaskReference) -> Task:
    """The task that has the name of `reference` now, with its options; raises UsageError when there is none."""
    task = execution.doors.tasks.resolve(reference.name)
    return task.copy(unflatten(*reference.options)) if reference.options else task


def files_in(value: Any) -> list[Observed]:
    """Every File, Dir and FileSet in `value`, also those in the fields of the expressions that it holds."""
    if holds_plain(value):
        return []
    files = collect(value, Observed)
    for expression in in_order(value):
        if not is_plain_call(expression):
            files += collect(fields_of(expression)[1], Observed)
    return files
