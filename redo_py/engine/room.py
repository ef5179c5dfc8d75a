"""room: making room for what redun is about to put at a path. There is no other way to write into the project.

What redun put there is removed, and anything else displaced. What git keeps and redun did not put there is not touched
at all, unless the rule says that it makes it or the user forces it. That redun once put something there, because it was
forced, gives it no right to what the user has written there since.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.forced import is_forced
from redo_py.engine.job import Job
from redo_py.engine.observe import forget
from redo_py.engine.rooted import rooted
from redo_py.ground.errors import RedunError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from redo_py.engine.job import Product


def put_back(execution: Execution, job: Job, products: Sequence[Product]) -> bool:
    """Put `products` of `job` in place from the artifacts; False when one of them is not kept any more. Raises
    UsageError for what git keeps."""
    paths = [path for path, _, _ in products]
    refuse_tracked(execution, job, paths)
    make_room(execution, job, paths)
    if not execution.doors.files.restore(products):
        return False
    execution.ledger.update({path: (digest, kind) for path, digest, kind in products})
    return True


def refuse_tracked(execution: Execution, job: Job, paths: Sequence[str]) -> None:
    """Raise UsageError if git keeps what lies at one of `paths`, and nobody says that `job` may overwrite it."""
    path = refused(execution, job, tracked(execution, paths))
    if path:
        raise UsageError("output-tracked", path=path)


def refused(execution: Execution, job: Job, tracked: Sequence[str]) -> str:
    """The first of the paths in `tracked` that `job` makes and must not touch; "" when there is none."""
    if not tracked or job.options.get("tracked") or is_forced(execution, job):
        return ""
    return next((output.path for output in job.outputs if output.path in tracked), "")


def tracked(execution: Execution, paths: Sequence[str]) -> list[str]:
    """Those of `paths` at which something lies that git keeps, and that is not just what redun put there."""
    entries = dict(zip(paths, ledger(execution, paths), strict=True))
    own = untouched(execution, {path: entry for path, entry in entries.items() if entry is not None})
    strange = [path for path in entries if path not in own]
    found = execution.doors.files.tracked(strange)
    return [path for path in strange if path in found]


def untouched(execution: Execution, entries: dict[str, tuple[bytes, int]]) -> set[str]:
    """The paths of `entries`, of the ledger, at which just that lies. What cannot be read is not just that."""
    files = execution.doors.files
    try:
        return {stamp.path for stamp in files.observe_outputs(list(entries)) if stamp.is_just(entries[stamp.path])}
    except RedunError:
        if len(entries) == 1:
            return set()
        return {own for path, entry in entries.items() for own in untouched(execution, {path: entry})}


def ledger(execution: Execution, paths: Sequence[str]) -> list[tuple[bytes, int] | None]:
    """What redun last put at each of `paths`. The store is asked once for each."""
    known = execution.ledger
    unknown = [path for path in paths if path not in known]
    if unknown:
        kept = execution.doors.store.ledger([rooted(execution, path) for path in unknown])
        known.update(zip(unknown, kept, strict=True))
    return [known[path] for path in paths]


def make_room(execution: Execution, job: Job, paths: Sequence[str]) -> None:
    """Clear `paths`, outputs of `job`, and tell what was displaced."""
    if paths:
        for path, new_place in execution.doors.files.clear(paths, ledger(execution, paths)):
            execution.doors.events.emit("displaced", job, (path, new_place))
        forget(execution, paths)
