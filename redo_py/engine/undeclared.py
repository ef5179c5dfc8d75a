"""undeclared: what a job wrote without saying so, as far as the words of its commands show it.

A word that names a file is an input. One that named nothing when the job was planned and names a file that came while
the job ran would be an input from then on: one that the job itself changes, so that it could never be up to date.

Values of variables say less: programs take the names of caches, logs and reports from them. A source that one names is
an input if the job did not change it; and if it is not there when the job has ended, that is what counts of it.
"""

from __future__ import annotations

from redo_py.engine.address import address_of
from redo_py.engine.execution import Execution
from redo_py.engine.job import Job
from redo_py.engine.observe import forget, saw
from redo_py.files.api import ABSENT, Stamp
from redo_py.ground.errors import RunError
from redo_py.values.encoding import decode
from redo_py.values.unknown import ABSENT_DIGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def check_words(execution: Execution, job: Job) -> None:
    """Raises RunError if the finished `job`, some of whose words named nothing before it ran, made a file that one of
    them names, but no output does."""
    for path in execution.doors.files.changed_since(job.options["absent_words"], job.started):
        raise RunError("undeclared-output", path=path, origin=job.origin)


def offered_and_read(execution: Execution, job: Job) -> tuple[tuple[str, bytes], ...]:
    """The sources that values of the variables of the finished `job` name and that did not change while it ran, with
    what they hold. One that changed is taken for something that it wrote. Folders are not entered."""
    files = execution.doors.files
    known = {file.path for file in job.files}.union(path for path, _ in job.discovered)
    paths = [path for path in job.options["offered"] if path not in known]
    there = files.changed_since(paths, 0)
    missed = [path for path in paths if path not in there]
    saw(execution, absent(execution, missed))
    read: list[Stamp] = []
    for stamp in files.observe(there):
        signatures = [each.signature for each in (stamp, *stamp.parts) if each.signature]
        since = job.started - max((signature[5] / 1e9 for signature in signatures), default=job.started)
        before = execution.stamps.get(stamp.path, stamp)
        forget(execution, [stamp.path])
        if since <= 0:
            if stamp.path in read_last(execution, job):  # and not written: somebody else may have edited it now
                job.volatile = execution.volatile = True
            continue
        is_unclear = since <= files.tick(stamp.signature)  # it may have changed after all
        job.volatile = job.volatile or is_unclear
        execution.volatile = execution.volatile or is_unclear or before.digest != stamp.digest
        read.append(stamp)
    saw(execution, read)
    return (*[(path, ABSENT_DIGEST) for path in missed], *[(stamp.path, stamp.digest) for stamp in read])


def read_last(execution: Execution, job: Job) -> set[str]:
    """What the last call like `job` is known to have read beyond its arguments. What comes out otherwise than then is
    not remembered once: that call counts as the last one from then on."""
    [latest] = execution.doors.store.latest([address_of(execution, job)])
    try:
        pairs: Any = decode(latest.discovered) if latest is not None else ()
        return {path for path, digest in pairs if digest != ABSENT_DIGEST}
    except (TypeError, ValueError):  # a record of another version
        return set()


def is_missed(execution: Execution, job: Job, path: str) -> bool:
    """Whether variables of `job` name `path` and no file lies there: a folder counts as nothing."""
    if path not in job.options.get("offered", ()):
        return False
    saw(execution, absent(execution, [path]))
    return not execution.doors.files.changed_since([path], 0)


def absent(execution: Execution, paths: Sequence[str]) -> list[Stamp]:
    """The stamps of those of `paths` at which nothing lies."""
    stamps = [Stamp(path, ABSENT, b"", (), trusted=True) for path in paths]
    unchanged = execution.doors.files.unchanged(stamps)
    return [stamp for stamp, is_absent in zip(stamps, unchanged, strict=True) if is_absent]


def changes_while_read(job: Job, path: str) -> RunError:
    """The error for a `job` whose input `path` was different each time that it ran."""
    code = "named-word-changes" if path in job.options.get("named_words", ()) else "changes-while-read"
    return RunError(code, path=path, origin=job.origin)
