"""made: what a function has put somewhere by itself, through File, beside its declared outputs.

A File in its result at whose path it has written is a product: it has made it. So is a Dir below which it has written.
Every other File in a result is a reference. For the log, however, a function has made what it returns if that was last
changed while it ran, by whatever means.
"""

from __future__ import annotations

from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import files_in, forget, see, stamped
from redo_py.files.api import ABSENT, EXECUTABLE, FILE
from redo_py.ground.nested import collect, substitute
from redo_py.ir.expression import Expression
from redo_py.values.file import File, Observed, is_url
from redo_py.values.folder import Dir
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from redo_py.files.api import Stamp

    Places = set[str] | frozenset[str]


LOST_TOLD = 10  # files that are returned and not there, and are told of one by one
NOWHERE: frozenset[str] = frozenset()


def seen_now(execution: Execution, job: Job, result: Any, written: Sequence[str]) -> Any:
    """`result` with its Files as they are now that `job` has ended, as far as they were not looked at before or it has
    written them; those that it made become its products."""
    places = places_of(written) if written else NOWHERE
    if places:
        result = unseen(result, places)
    products = {file.path for file in job.products}
    files = [file for file in files_in(result) if not file.digest]
    before = {file.path: execution.stamps.get(file.path) for file in files if file.path not in products}
    forget(execution, list(before))
    see(execution, files)
    if any(stamp and stamp.digest != execution.stamps[path].digest for path, stamp in before.items()):
        execution.volatile = True
    if before:
        note_made(execution, job, [execution.stamps[path] for path in before], places)
    return stamped(execution, result)


def unseen(result: Any, places: Places) -> Any:
    """`result` with its Files at `places` not looked at yet."""
    return substitute(result, Observed, lambda file: file.seen_as(b"", 0) if file.path in places else file)


def places_of(written: Sequence[str]) -> Places:
    """The paths `written`, and the folders that they lie in."""
    places = set(written)
    for path in written:
        folder = path.rpartition("/")[0]
        while folder and folder not in places:
            places.add(folder)
            folder = folder.rpartition("/")[0]
        if not path.startswith("/") and not is_url(path):
            places.add(".")
    return places


def note_made(execution: Execution, job: Job, stamps: Sequence[Stamp], places: Places) -> None:
    """Take what lies at the paths of `stamps`, in the result of `job`, for what the job has made, if it has."""
    products, made = list(job.products), list(job.made)
    for stamp in stamps:
        is_written = stamp.path in places
        if stamp.kind == ABSENT:
            continue
        if is_written and not stamp.is_link:
            products.append(File(stamp.path, stamp.digest, stamp.kind))
            if execution.settings.restores and not is_url(stamp.path):
                execution.doors.files.collect([stamp.path])
        elif is_written or changed_since(stamp, job.started):
            made.append((stamp.path, stamp.digest))
    job.products, job.made = products, made


def note_given(execution: Execution, job: Job, written: Sequence[str]) -> None:
    """For the log: `job` has `written` files that it was given; it has made those, too, that it does not return."""
    known = {file.path for file in job.products} | {path for path, _ in job.made}
    given = {file.path for file in job.files} - known
    paths = [path for path in written if path in given and not is_url(path)]
    if paths:
        stamps = execution.doors.files.observe_outputs(paths)
        job.made = [*job.made, *((stamp.path, stamp.digest) for stamp in stamps if stamp.kind in (FILE, EXECUTABLE))]


def tell_lost(execution: Execution, job: Job, result: Any, written: Sequence[str]) -> None:
    """Tell the user of what `job` returns although nothing is there, unless it was given it or has removed it: it has
    most likely been written to another path. What calls in `result` are given may be made by others before."""
    known = {file.path for file in job.files}.union(written)
    missing = "but nothing is there: it did not write it"
    if collect(result, Expression):
        missing = "but nothing was there when it ended: what its calls write later has to be in what they return"
    for item in collect(result, (File, Dir)):
        if item.digest != ABSENT_DIGEST or item.path in known:
            continue
        known.add(item.path)
        execution.lost += 1
        if execution.lost <= LOST_TOLD:
            more = "; others are not told of" if execution.lost == LOST_TOLD else ""
            what = f"{type(item).__name__}({item.path!r})"
            execution.doors.events.emit("notice", None, f"{job.name} returned {what}, {missing}{more}")


def changed_since(stamp: Stamp, moment: float) -> bool:
    """Whether what has `stamp`, or something below it, was last written after `moment`."""
    return any(each.signature and each.signature[4] / 1e9 >= moment - 0.01 for each in (stamp, *stamp.parts))
