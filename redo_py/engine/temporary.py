"""temporary: products that hold but were not put back, because perhaps nothing needs them.

They count as being there: `Execution.stamps` says of them what they would hold. A job that runs gets those that it
rests on.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import forget, saw_products
from redo_py.engine.reach import rests_on
from redo_py.files.api import Stamp
from redo_py.ground.errors import RunError
from redo_py.records import LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.engine.decide import Product


def set_aside(execution: Execution, products: Sequence[Product]) -> None:
    """Take `products`, which the artifacts hold, as if they were in place."""
    for path, digest, kind in products:
        execution.unmaterialised[path] = (path, digest, kind)
        execution.stamps[path] = Stamp(path, kind, digest, (), True)


def materialise_for(execution: Execution, job: Job) -> None:
    """Put in place what `job`, which is about to run, rests on."""
    if execution.unmaterialised:
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
    """Put the temporary products at `paths` in place for `reader`. Raises RunError when one is kept no more."""
    if not paths:
        return
    doors = execution.doors
    wanted = [execution.unmaterialised.pop(path) for path in paths]
    for path, new_place in doors.files.clear(paths, doors.store.ledger(paths)):
        doors.events.emit("displaced", reader, (path, new_place))
    forget(execution, paths)
    if not doors.files.restore(wanted):
        raise RunError("temp-lost", path=paths[0], origin=reader.origin)
    saw_products(execution, doors.files.observe_outputs(paths))
    for path, digest, kind in wanted:
        execution.buffer.append((LEDGER, (path, digest, kind, execution.made_by[path].origin)))
