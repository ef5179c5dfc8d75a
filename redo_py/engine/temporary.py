"""temporary: products that hold but were not put back, because perhaps nothing needs them.

They count as being there: `Execution.stamps` says of them what they would hold. A job that runs gets those that it
rests on. Those that were put in place go again when the execution is over, unless they were asked for.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import forget, saw_products
from redo_py.engine.reach import rests_on
from redo_py.engine.room import put_back
from redo_py.files.api import Stamp
from redo_py.ground.errors import RunError
from redo_py.records import LEDGER, UNLEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.engine.job import Product


def set_aside(execution: Execution, products: Sequence[Product]) -> None:
    """Take `products`, which the artifacts hold, as if they were in place."""
    for path, digest, kind in products:
        execution.unmaterialised[path] = (path, digest, kind)
        execution.stamps[path] = Stamp(path, kind, digest, (), True)


def materialise_for(execution: Execution, job: Job) -> None:
    """Put in place what `job`, which is about to run, rests on."""
    materialise(execution, job, awaited(execution, job))


def awaited(execution: Execution, job: Job) -> list[str]:
    """The paths of the temporary products of the calls that `job` rests on."""
    paths = {file.path: None for file in job.files if file.path in execution.unmaterialised}
    for expression in rests_on(execution, job):
        cell = execution.frontier.cells.get(id(expression))
        if isinstance(cell, Job):
            paths.update({file.path: None for file in cell.products if file.path in execution.unmaterialised})
        if len(paths) == len(execution.unmaterialised):
            break
    return list(paths)


def materialise(execution: Execution, reader: Job, paths: Sequence[str]) -> None:
    """Put the temporary products at `paths` in place for `reader`. Raises RunError when one is kept no more, UsageError
    for what git keeps."""
    for path in paths:
        product = execution.unmaterialised[path]
        maker = execution.made_by[path]
        if not put_back(execution, maker, [product]):
            raise RunError("temp-lost", path=path, origin=reader.origin)
        del execution.unmaterialised[path]
        execution.buffer[LEDGER] += (*product, maker.origin)
    saw_products(execution, execution.doors.files.observe_outputs(paths))


def sweep(execution: Execution) -> None:
    """Remove the temporary products that nobody asked for, those of an earlier build that failed too, where they are
    still just what redun put there. All that the execution has to record must be written."""
    doors = execution.doors
    asked, temporary = products_of(execution)
    unneeded = [path for path in temporary if path not in asked]
    found = zip(doors.files.observe_outputs(unneeded), doors.store.ledger(unneeded), strict=True)
    ours = [stamp.path for stamp, entry in found if stamp.is_just(entry)]
    doors.files.discard(ours)
    doors.store.write([(UNLEDGER, (path,)) for path in ours])
    forget(execution, unneeded)


def products_of(execution: Execution) -> tuple[set[str], list[str]]:
    """The paths of what was asked for, and those of all temporary products."""
    asked: set[str] = set()
    temporary: list[str] = []
    for job in execution.frontier.jobs:
        if id(job.expression) in execution.requested:
            asked.update(file.path for file in job.products)
        elif job.options.get("temp"):
            temporary += [file.path for file in job.products]
    return asked, temporary
